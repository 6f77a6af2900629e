-- SPDX-License-Identifier: Apache-2.0
-- A planned shift in the area's own time, again to change its end; what is wrong, or nothing.
create or replace function admin_shift_put(
    p_login text, p_koban text, p_starts text, p_ends text, p_role text)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_starts timestamp; v_ends timestamp; v_koban koban;
    v_officer bigint := (select id from officer where login = p_login);
    v_role int := array_position(array['officer', 'supervisor', 'administrator', 'reader'],
        p_role);
begin
    select * into v_koban from koban where slug = p_koban;
    if v_officer is null then
        return 'no officer has this login';
    elsif v_koban.id is null then
        return 'no koban has this slug';
    elsif v_role is null then
        return 'a role is officer, supervisor, administrator or reader';
    elsif p_starts !~ '^\d{4}-\d\d-\d\d \d\d:\d\d$' or p_ends !~ '^\d{4}-\d\d-\d\d \d\d:\d\d$' then
        return 'a time is written 2026-11-24 22:00';
    end if;
    v_starts := p_starts::timestamp;
    v_ends := p_ends::timestamp;
    if v_ends <= v_starts then
        return 'the shift ends before it begins';
    elsif v_ends - v_starts > interval '48 hours' then
        return 'no shift is longer than 48 hours';
    end if;
    insert into shift (area_id, id, koban_id, officer_id, role, starts_local, ends_local)
    values (v_koban.area_id, (select coalesce(max(id), 0) + 1 from shift), v_koban.id, v_officer,
        v_role - 1, v_starts, v_ends)
    on conflict (area_id, officer_id, starts_local) do update
        set ends_local = excluded.ends_local, koban_id = excluded.koban_id, role = excluded.role;
    return '';
exception when datetime_field_overflow or invalid_datetime_format then
    return 'there is no such day or hour';
end
$$;
revoke execute on function admin_shift_put(text, text, text, text, text) from public;
comment on function admin_shift_put(text, text, text, text, text) is
    'A planned shift in the area''s own time, again to change its end; what is wrong, or nothing.';
