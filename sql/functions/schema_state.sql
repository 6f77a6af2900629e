-- SPDX-License-Identifier: Apache-2.0
-- Which programs this schema serves: from the oldest one that its migrations name to the one
-- that migrated it last. A gateway outside of that does not start.
create or replace function schema_state()
returns table (r_oldest int, r_newest int)
language sql security definer set search_path = public, pg_temp as $$
    select max(serves), max(program) from schema_migration
$$;
alter function schema_state() owner to koban_system;
revoke execute on function schema_state() from public;
grant execute on function schema_state() to koban_gateway;
comment on function schema_state() is
    'Which programs this schema serves: the oldest and the newest.';
