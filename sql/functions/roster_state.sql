-- SPDX-License-Identifier: Apache-2.0
-- Whether the roster or the channels have moved, and the database's clock. The next planned
-- beginning or end of a shift moves the roster too.
create or replace function roster_state()
returns table (r_roster bigint, r_channel bigint, r_now_ms bigint, r_next_ms bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    select (select value from version where name = 'roster'),
        (select value from version where name = 'channel'),
        (extract(epoch from clock_timestamp()) * 1000)::bigint,
        coalesce((select (extract(epoch from min(x)) * 1000)::bigint from (
            select s.starts_local at time zone a.time_zone as x from shift s
                join area a on a.id = s.area_id
                where s.starts_local at time zone a.time_zone > now()
            union all
            select s.ends_local at time zone a.time_zone from shift s
                join area a on a.id = s.area_id
                where s.ends_local at time zone a.time_zone > now()) n), 0);
end $$;
alter function roster_state() owner to koban_system;
revoke execute on function roster_state() from public;
grant execute on function roster_state() to koban_gateway;
comment on function roster_state() is
    'Whether the roster or the channels have moved, and the database''s clock.';
