-- SPDX-License-Identifier: Apache-2.0
-- Shifts that have not ended, in the area's own time.
create or replace function admin_shift_list()
returns table (koban text, login text, starts timestamp, ends timestamp, zone text)
language sql set search_path = public, pg_temp as $$
    select k.slug, o.login, s.starts_local, s.ends_local, a.time_zone
    from shift s join koban k on k.id = s.koban_id join officer o on o.id = s.officer_id
    join area a on a.id = s.area_id
    where s.ends_local > (now() at time zone a.time_zone) order by s.starts_local, k.slug, o.login
$$;
revoke execute on function admin_shift_list() from public;
comment on function admin_shift_list() is
    'Shifts that have not ended, in the area''s own time.';
