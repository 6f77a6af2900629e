-- SPDX-License-Identifier: Apache-2.0
-- An address of an officer, as a rung of the ladder and for commands; what is wrong, or nothing.
create or replace function admin_officer_phone(p_login text, p_channel text, p_address text)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_officer bigint := (select id from officer where login = p_login);
    v_channel int := (select id from channel where name = p_channel);
begin
    if v_officer is null then
        return 'no officer has this login';
    elsif v_channel is null then
        return 'no channel has this name';
    elsif length(p_address) not between 1 and 200 then
        return 'an address has 1 to 200 characters';
    end if;
    insert into officer_phone values (v_officer, v_channel, p_address, true)
    on conflict (channel_id, address) do nothing;
    if not found then
        return 'this address is an officer''s already';
    end if;
    perform admin_moved('roster');
    return '';
end
$$;
revoke execute on function admin_officer_phone(text, text, text) from public;
comment on function admin_officer_phone(text, text, text) is
    'An address of an officer, as a rung of the ladder and for commands; what is wrong, or nothing.';
