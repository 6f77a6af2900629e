-- SPDX-License-Identifier: Apache-2.0
-- A station's district with its time zone; what is wrong, or nothing.
create or replace function admin_area_add(p_id int, p_force_id int, p_name text, p_zone text)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    if not exists (select from pg_timezone_names z where z.name = p_zone) then
        return 'a time zone is written Asia/Tokyo';
    elsif not exists (select from force where id = p_force_id) then
        return 'no force has this number';
    end if;
    insert into area (id, force_id, name, time_zone) values (p_id, p_force_id, p_name, p_zone)
    on conflict do nothing;
    if not found then
        return 'an area has this number already';
    end if;
    perform admin_moved('roster');
    return '';
end
$$;
revoke execute on function admin_area_add(int, int, text, text) from public;
comment on function admin_area_add(int, int, text, text) is
    'A station''s district with its time zone; what is wrong, or nothing.';
