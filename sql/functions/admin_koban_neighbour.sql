-- SPDX-License-Identifier: Apache-2.0
-- Whom a koban's ladder rings next door; what is wrong, or nothing.
create or replace function admin_koban_neighbour(p_slug text, p_neighbour text)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_neighbour int := (select id from koban where slug = p_neighbour);
begin
    if v_neighbour is null or p_slug = p_neighbour then
        return 'no other koban has this slug';
    end if;
    update koban set neighbour_id = v_neighbour where slug = p_slug;
    if not found then
        return 'no koban has this slug';
    end if;
    perform admin_moved('roster');
    return '';
end
$$;
revoke execute on function admin_koban_neighbour(text, text) from public;
comment on function admin_koban_neighbour(text, text) is
    'Whom a koban''s ladder rings next door; what is wrong, or nothing.';
