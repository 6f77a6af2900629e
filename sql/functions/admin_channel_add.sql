-- SPDX-License-Identifier: Apache-2.0
-- A channel; its texts go to the koban given, else by place, else to the desk. What is wrong, or
-- nothing.
create or replace function admin_channel_add(
    p_name text, p_adapter text, p_desk text, p_koban text)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    if p_name !~ '^[a-z0-9][a-z0-9-]{0,62}$' then
        return 'a channel has small letters, digits and hyphens';
    elsif exists (select from channel where name = p_name) then
        return 'a channel has this name already';
    elsif p_koban <> '' and not exists (select from koban where slug = p_koban) then
        return 'no koban has this slug';
    end if;
    insert into channel (id, force_id, intake_id, name, adapter, koban_id, desk_koban_id)
    select n.id, a.force_id, 1 + n.id % 4, p_name, p_adapter,
        (select id from koban where slug = p_koban), k.id
    from koban k join area a on a.id = k.area_id,
        (select coalesce(max(id), 0) + 1 as id from channel) n
    where k.slug = p_desk;
    if not found then
        return 'no koban has this slug';
    end if;
    perform admin_moved('channel');
    return '';
end
$$;
revoke execute on function admin_channel_add(text, text, text, text) from public;
comment on function admin_channel_add(text, text, text, text) is
    'A channel; its texts go to the koban given, else by place, else to the desk. What is wrong, or nothing.';
