-- SPDX-License-Identifier: Apache-2.0
-- Numbers an event for each message whose state was marked in this transaction, as
-- event_append does and under its rules: last before commit, areas ascending.
create or replace function outbox_tick(
    p_area_id int, p_threads bigint[], p_kinds smallint[])
returns table (r_position bigint, r_thread_id bigint, r_koban_id int, r_version int,
    r_kind smallint)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_last bigint;
begin
    insert into area_log (area_id, position) values (p_area_id, cardinality(p_kinds))
    on conflict (area_id) do update set position = area_log.position + cardinality(p_kinds)
    returning position into v_last;
    return query
    insert into event as e (area_id, position, thread_id, koban_id, officer_id, version, kind,
        urgency)
    select p_area_id, v_last - cardinality(p_kinds) + g.n, g.thread, coalesce(t.koban_id, 0),
        0, coalesce(t.version, 0), g.kind, 0
    from unnest(p_threads, p_kinds) with ordinality as g (thread, kind, n)
    left join thread t on t.area_id = p_area_id and t.id = g.thread
    order by g.n
    returning e.position, e.thread_id, e.koban_id, e.version, e.kind;
end $$;
alter function outbox_tick(int, bigint[], smallint[]) owner to koban_system;
revoke execute on function outbox_tick(int, bigint[], smallint[]) from public;
grant execute on function outbox_tick(int, bigint[], smallint[]) to koban_gateway;
comment on function outbox_tick(int, bigint[], smallint[]) is
    'Numbers an event for each message whose state was marked in this transaction.';
