-- SPDX-License-Identifier: Apache-2.0
-- Timers that are due by the clock of the database, oldest first. They are read, not taken:
-- a timer goes only with the plan that settles it.
create or replace function timer_due(p_limit int)
returns table (r_area_id int, r_thread_id bigint, r_kind smallint, r_value bigint,
    r_late_ms bigint)
language sql security definer set search_path = public, pg_temp as $$
    select area_id, thread_id, kind, value,
        (extract(epoch from now() - due_at) * 1000)::bigint
    from timer where due_at <= now() order by due_at limit p_limit
$$;
alter function timer_due(int) owner to koban_system;
revoke execute on function timer_due(int) from public;
grant execute on function timer_due(int) to koban_gateway;
comment on function timer_due(int) is
    'Timers that are due by the clock of the database, oldest first.';
