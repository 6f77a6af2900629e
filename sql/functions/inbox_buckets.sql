-- SPDX-License-Identifier: Apache-2.0
-- The intake buckets that channels use.
create or replace function inbox_buckets()
returns table (r_intake_id int)
language sql security definer set search_path = public, pg_temp as $$
    select distinct intake_id from channel order by 1
$$;
alter function inbox_buckets() owner to koban_system;
revoke execute on function inbox_buckets() from public;
grant execute on function inbox_buckets() to koban_gateway;
comment on function inbox_buckets() is
    'The intake buckets that channels use.';
