-- SPDX-License-Identifier: Apache-2.0
-- A town or landmark by which texts find a koban; what is wrong, or nothing. Of the program
-- before lists.
create or replace function admin_place_put(p_slug text, p_folded text, p_name text)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    insert into place (area_id, koban_id, folded, name, spelling)
    select area_id, id, p_folded, p_name, p_name from koban where slug = p_slug
    on conflict (area_id, list, koban_id, folded) do update set name = excluded.name,
        spelling = excluded.spelling;
    if not found then
        return 'no koban has this slug';
    end if;
    return '';
end
$$;
revoke execute on function admin_place_put(text, text, text) from public;
comment on function admin_place_put(text, text, text) is
    'A town or landmark by which texts find a koban; what is wrong, or nothing. Of the program before lists.';
