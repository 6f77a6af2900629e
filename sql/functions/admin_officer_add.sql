-- SPDX-License-Identifier: Apache-2.0
-- A new officer account at a koban; what is wrong, or nothing.
create or replace function admin_officer_add(p_login text, p_koban text, p_name text, p_role text)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_role int := array_position(array['officer', 'supervisor', 'administrator', 'reader'],
    p_role);
begin
    if v_role is null then
        return 'a role is officer, supervisor, administrator or reader';
    elsif p_login !~ '^[a-z0-9][a-z0-9._-]{0,62}$' then
        return 'a login has small letters, digits, points and hyphens';
    elsif exists (select from officer where login = p_login) then
        return 'an officer has this login already';
    end if;
    insert into officer (id, area_id, koban_id, login, public_name, role)
    select (select coalesce(max(id), 100) + 1 from officer), area_id, id, p_login, p_name,
        v_role - 1
    from koban where slug = p_koban;
    if not found then
        return 'no koban has this slug';
    end if;
    perform admin_moved('roster');
    return '';
end
$$;
revoke execute on function admin_officer_add(text, text, text, text) from public;
comment on function admin_officer_add(text, text, text, text) is
    'A new officer account at a koban; what is wrong, or nothing.';
