-- SPDX-License-Identifier: Apache-2.0
-- The phone of a desk, which the ladder of its area texts; an empty channel takes it away.
-- What is wrong, or nothing.
create or replace function admin_koban_phone(p_slug text, p_channel text, p_address text)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_koban koban;
    v_channel int := (select id from channel where name = p_channel);
begin
    select * into v_koban from koban where slug = p_slug;
    if v_koban.id is null then
        return 'no koban has this slug';
    elsif v_channel is null and p_channel <> '' then
        return 'no channel has this name';
    elsif p_channel <> '' and length(p_address) not between 1 and 200 then
        return 'an address has 1 to 200 characters';
    elsif p_channel <> '' and not v_koban.is_desk then
        return 'only a desk has a phone of its own; officers have theirs';
    end if;
    update koban set phone_channel_id = v_channel,
        phone_address = case when p_channel <> '' then p_address else '' end
    where id = v_koban.id;
    perform admin_moved('roster');
    return '';
end
$$;
revoke execute on function admin_koban_phone(text, text, text) from public;
comment on function admin_koban_phone(text, text, text) is
    'The phone of a desk, which the ladder of its area texts; what is wrong, or nothing.';
