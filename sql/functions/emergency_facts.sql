-- SPDX-License-Identifier: Apache-2.0
-- What weighs on an area now, for the koban named and those of the threads named: r_koban_id
-- with its unopened emergencies and how many of them ring on their own, those of chat pages
-- apart (all counted up to p_limit); and r_officer_id with an emergency they hold and have not ended, or were sent a
-- text about in the last two minutes, the life of such a text, and whether they answered NO.
create or replace function emergency_facts(
    p_area_id int, p_koban_ids int[], p_thread_ids bigint[], p_limit int)
returns table (r_koban_id int, r_unopened int, r_calm int, r_pages int, r_calm_pages int,
    r_officer_id bigint, r_thread_id bigint, r_is_held bool, r_is_refused bool)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off set enable_sort = off as $$
declare v_pages int[];
begin
    select coalesce(array_agg(c.id), '{}') into v_pages from channel c where c.adapter = 'webchat';
    -- Koban by koban, by the partial index: a surge of thousands is not counted to its end.
    for r_koban_id in
        select unnest(p_koban_ids) union
        select t.koban_id from unnest(p_thread_ids) as g (id)
        join thread t on t.area_id = p_area_id and t.id = g.id
    loop
        select count(*) filter (where not x.is_page),
            count(*) filter (where not x.is_page and not x.is_surge),
            count(*) filter (where x.is_page),
            count(*) filter (where x.is_page and not x.is_surge)
        into r_unopened, r_calm, r_pages, r_calm_pages
        from (select t.is_surge, t.channel_id = any (v_pages) as is_page
              from thread t where t.area_id = p_area_id
                and t.koban_id = r_koban_id and t.state < 3 and t.intent = 4
                and t.acknowledged_ms = 0
              order by t.area_id, t.koban_id, t.is_surge limit p_limit) x;
        r_officer_id := 0;
        r_thread_id := 0;
        r_is_held := false;
        r_is_refused := false;
        return next;
    end loop;
    return query
    select 0, 0, 0, 0, 0, o.officer_id, o.thread_id, bool_or(o.is_held), bool_or(o.is_refused)
    from (
        select m.officer_id, m.thread_id, false as is_held,
            m.state_reason = 'refused' as is_refused from message m
        join thread t on t.area_id = m.area_id and t.id = m.thread_id and t.state < 3
            and t.intent = 4 and t.acknowledged_ms = 0
        where m.area_id = p_area_id and m.direction = 4 and m.officer_id > 0
          and m.id > ((extract(epoch from now()) * 1000)::bigint
              - 1704067200000 - 120000) << 22
        union
        select t.claimed_by, t.id, true, false from thread t where t.area_id = p_area_id
          and t.state < 3 and t.intent = 4 and t.acknowledged_ms > 0 and t.claimed_by > 0
          and t.status < 2) o
    group by o.officer_id, o.thread_id
    limit 2000;
end $$;
alter function emergency_facts(int, int[], bigint[], int) owner to koban_system;
revoke execute on function emergency_facts(int, int[], bigint[], int) from public;
grant execute on function emergency_facts(int, int[], bigint[], int) to koban_gateway;
comment on function emergency_facts(int, int[], bigint[], int) is
    'What weighs on an area now: unopened emergencies of koban, emergencies officers were offered or hold.';
