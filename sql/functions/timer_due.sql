-- SPDX-License-Identifier: Apache-2.0
-- Timers that are due by the clock of the database, oldest first. They are read, not taken:
-- a timer goes only with the plan that settles it. For a while other processes do not see
-- what one has read, or a rung would be climbed twice; if it dies, another reads it then.
create or replace function timer_due(p_limit int)
returns table (r_area_id int, r_thread_id bigint, r_kind smallint, r_value bigint,
    r_late_ms bigint)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_areas int[]; v_threads bigint[]; v_kinds smallint[];
begin
    -- In steps by their keys: a cached plan of one statement does not know p_limit and joins
    -- by reading all timers.
    select array_agg(due.area_id), array_agg(due.thread_id), array_agg(due.kind)
        into v_areas, v_threads, v_kinds
    from (
        select t.area_id, t.thread_id, t.kind from timer t
        where t.due_at <= now() and (t.read_at is null
            or t.read_at < now() - interval '3 seconds')
        order by t.due_at limit p_limit
        for update skip locked) due;
    if v_areas is null then
        return;
    end if;
    return query
    update timer t set read_at = now()
    from unnest(v_areas, v_threads, v_kinds) as g (area_id, thread_id, kind)
    where t.area_id = g.area_id and t.thread_id = g.thread_id and t.kind = g.kind
    returning t.area_id, t.thread_id, t.kind, t.value,
        (extract(epoch from now() - t.due_at) * 1000)::bigint;
end $$;
alter function timer_due(int) owner to koban_system;
revoke execute on function timer_due(int) from public;
grant execute on function timer_due(int) to koban_gateway;
comment on function timer_due(int) is
    'Timers that are due by the clock of the database, oldest first.';
