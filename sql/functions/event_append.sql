-- SPDX-License-Identifier: Apache-2.0
-- Numbers a batch's events in one area without gaps and returns the first position. Called
-- last before commit, areas in ascending order: the row of area_log is held from here.
create or replace function event_append(
    p_area_id int, p_thread_ids bigint[], p_koban_ids int[], p_officer_ids bigint[],
    p_versions int[], p_kinds smallint[], p_urgencies smallint[])
returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_last bigint;
begin
    insert into area_log (area_id, position) values (p_area_id, cardinality(p_kinds))
    on conflict (area_id) do update set position = area_log.position + cardinality(p_kinds)
    returning position into v_last;
    insert into event (area_id, position, thread_id, koban_id, officer_id, version, kind,
        urgency)
    select p_area_id, v_last - cardinality(p_kinds) + g.n, g.thread, g.koban, g.officer,
        g.version, g.kind, g.urgency
    from unnest(p_thread_ids, p_koban_ids, p_officer_ids, p_versions, p_kinds, p_urgencies)
        with ordinality as g (thread, koban, officer, version, kind, urgency, n);
    return v_last - cardinality(p_kinds) + 1;
end $$;
alter function event_append(int, bigint[], int[], bigint[], int[], smallint[], smallint[]) owner to koban_system;
revoke execute on function event_append(int, bigint[], int[], bigint[], int[], smallint[], smallint[]) from public;
grant execute on function event_append(int, bigint[], int[], bigint[], int[], smallint[], smallint[]) to koban_gateway;
comment on function event_append(int, bigint[], int[], bigint[], int[], smallint[], smallint[]) is
    'Numbers a batch''s events in one area without gaps and returns the first position.';
