-- SPDX-License-Identifier: Apache-2.0
-- A koban; the first of an area is its desk, the first of a force its command desk. What is
-- wrong, or nothing.
create or replace function admin_koban_add(
    p_area_id int, p_slug text, p_name text, p_latitude float8, p_longitude float8)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    if not exists (select from area where id = p_area_id) then
        return 'no area has this number';
    elsif p_slug !~ '^[a-z0-9][a-z0-9-]{0,62}$' then
        return 'a slug has small letters, digits and hyphens';
    elsif exists (select from koban where slug = p_slug) then
        return 'a koban has this slug already';
    elsif p_latitude not between -90 and 90 or p_longitude not between -180 and 180 then
        return 'a latitude is from -90 to 90, a longitude from -180 to 180';
    end if;
    insert into koban (id, area_id, slug, name, latitude, longitude)
    select coalesce(max(id), 0) + 1, p_area_id, p_slug, p_name, p_latitude, p_longitude from koban;
    -- The first of an area is its desk until told otherwise: a thread always has a koban.
    update area set desk_koban_id = (select id from koban where slug = p_slug)
    where id = p_area_id and desk_koban_id is null;
    update koban set is_desk = true where id in (select desk_koban_id from area
        where id = p_area_id) and slug = p_slug;
    update force set command_koban_id = (select id from koban where slug = p_slug)
    where id = (select force_id from area where id = p_area_id) and command_koban_id is null;
    perform admin_moved('roster');
    return '';
end
$$;
revoke execute on function admin_koban_add(int, text, text, float8, float8) from public;
comment on function admin_koban_add(int, text, text, float8, float8) is
    'A koban; the first of an area is its desk, the first of a force its command desk. What is wrong, or nothing.';
