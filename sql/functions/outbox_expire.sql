-- SPDX-License-Identifier: Apache-2.0
-- Ends what outlived its life unsent (expired), and what was being sent by somebody who
-- never came back (unknown, never queued again).
create or replace function outbox_expire(p_area_id int, p_unknown_after_ms int)
returns table (r_thread_id bigint, r_koban_id int, r_version int, r_state smallint,
    r_priority smallint)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_ids bigint[]; v_threads bigint[]; v_states smallint[]; v_priorities smallint[];
begin
    with ended as (
        delete from outbox o
        where o.area_id = p_area_id and o.state in (1, 2)
          and ((o.state = 1 and o.expires_at <= now())
            or (o.state = 2
                and o.claimed_at < now() - p_unknown_after_ms * interval '1 millisecond'))
        returning o.id, o.thread_id, o.state, o.priority
    )
    select array_agg(e.id), array_agg(e.thread_id), array_agg(e.state), array_agg(e.priority)
        into v_ids, v_threads, v_states, v_priorities from ended e;
    if v_ids is null then
        return;
    end if;
    return query
    with shown as (
        update message m set state = case when g.state = 1 then 8 else 7 end,
            state_reason = case when g.state = 1 then 'life' else 'sender' end
        from unnest(v_ids, v_threads, v_states, v_priorities)
            as g (id, thread_id, state, priority)
        where m.area_id = p_area_id and m.thread_id = g.thread_id and m.id = g.id
        returning m.thread_id, m.state, g.priority
    )
    select s.thread_id, t.koban_id, t.version, s.state, s.priority
    from shown s join thread t on t.area_id = p_area_id and t.id = s.thread_id;
end $$;
alter function outbox_expire(int, int) owner to koban_system;
revoke execute on function outbox_expire(int, int) from public;
grant execute on function outbox_expire(int, int) to koban_gateway;
comment on function outbox_expire(int, int) is
    'Ends what outlived its life unsent (expired), and what was being sent by somebody who never came back (unknown, never queued again).';
