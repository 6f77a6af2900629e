-- SPDX-License-Identifier: Apache-2.0
-- The last position of every area.
create or replace function area_positions()
returns table (r_area_id int, r_position bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    select a.id, coalesce(l.position, 0) from area a left join area_log l on l.area_id = a.id
    order by a.id;
end $$;
alter function area_positions() owner to koban_system;
revoke execute on function area_positions() from public;
grant execute on function area_positions() to koban_gateway;
comment on function area_positions() is
    'The last position of every area.';
