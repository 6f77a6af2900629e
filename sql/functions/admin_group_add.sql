-- SPDX-License-Identifier: Apache-2.0
-- A group of volunteers of a koban's area: patrol, school_route or elderly_watch. What is
-- wrong, or nothing.
create or replace function admin_group_add(p_slug text, p_kind text, p_name text)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_koban koban; v_kind smallint := array_position(
    array['patrol', 'school_route', 'elderly_watch'], p_kind);
begin
    select * into v_koban from koban where slug = p_slug;
    if v_koban.id is null then
        return 'no koban has this slug';
    elsif v_kind is null then
        return 'a kind is patrol, school_route or elderly_watch';
    elsif length(p_name) not between 1 and 40 then
        return 'a name has 1 to 40 characters';
    elsif exists (select from volunteer_group where name = p_name and not is_closed
            and area_id = v_koban.area_id) then
        return 'a group of this area has this name already';
    end if;
    insert into volunteer_group (area_id, id, koban_id, kind, name)
    select v_koban.area_id, coalesce(max(id), 0) + 1, v_koban.id, v_kind, p_name
    from volunteer_group;
    return '';
end
$$;
revoke execute on function admin_group_add(text, text, text) from public;
comment on function admin_group_add(text, text, text) is
    'A group of volunteers of a koban''s area. What is wrong, or nothing.';
