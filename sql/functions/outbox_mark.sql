-- SPDX-License-Identifier: Apache-2.0
-- What became of rows that were sent: state 3 sent, 6 failed, 7 unknown, 1 again after
-- p_retry_after_ms. A late result of a sender that lost its lease still stores the
-- provider's id, and makes unknown known. Failed as opted_out: the address takes no texts
-- until START. True when more is queued there.
create or replace function outbox_mark(
    p_area_id int, p_threads bigint[], p_messages bigint[], p_fence bigint,
    p_states smallint[], p_provider_ids text[], p_reasons text[],
    p_retry_after_ms bigint[], p_intake_ids int[], p_channel_ids int[])
returns bool
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_address text;
begin
    insert into receipt_ref (intake_id, channel_id, provider_id, area_id, thread_id, message_id)
    select g.intake, g.channel, g.provider_id, p_area_id, g.thread, g.message
    from unnest(p_threads, p_messages, p_provider_ids, p_intake_ids, p_channel_ids)
        as g (thread, message, provider_id, intake, channel)
    where g.provider_id <> ''
    on conflict do nothing;
    -- Row by row, as in outbox_claim.
    for i in 1..cardinality(p_messages) loop
        if p_states[i] = 1 then
            update outbox o set state = 1,
                not_before = now() + p_retry_after_ms[i] * interval '1 millisecond'
            where o.area_id = p_area_id and o.id = p_messages[i] and o.fence = p_fence
              and o.state = 2;
        else
            delete from outbox o
            where o.area_id = p_area_id and o.id = p_messages[i]
              and (o.fence = p_fence or o.state <> 2);
        end if;
        if p_states[i] = 6 and p_reasons[i] = 'opted_out' then
            select m.address into v_address from message m
            where m.area_id = p_area_id and m.thread_id = p_threads[i] and m.id = p_messages[i];
            update address a set is_opted_out = true
            where a.intake_id = p_intake_ids[i] and a.channel_id = p_channel_ids[i]
              and a.address = v_address;
        end if;
    end loop;
    update message m set state = g.state, state_reason = g.reason,
        provider_id = case when g.provider_id <> '' then g.provider_id
            else m.provider_id end
    from unnest(p_threads, p_messages, p_states, p_provider_ids, p_reasons)
        as g (thread, message, state, provider_id, reason)
    where m.area_id = p_area_id and m.thread_id = g.thread and m.id = g.message
      and (m.state in (1, 2) or (m.state = 7 and g.state in (3, 6)));
    -- Something waits that may have waited for one of these.
    return exists (select from outbox o where o.area_id = p_area_id
        and o.channel_id = any (p_channel_ids) and o.state = 1);
end $$;
alter function outbox_mark(int, bigint[], bigint[], bigint, smallint[], text[], text[], bigint[], int[],
    int[]) owner to koban_system;
revoke execute on function outbox_mark(int, bigint[], bigint[], bigint, smallint[], text[], text[], bigint[], int[],
    int[]) from public;
grant execute on function outbox_mark(int, bigint[], bigint[], bigint, smallint[], text[], text[], bigint[], int[],
    int[]) to koban_gateway;
comment on function outbox_mark(int, bigint[], bigint[], bigint, smallint[], text[], text[], bigint[], int[],
    int[]) is
    'What became of rows that were sent: state 3 sent, 6 failed, 7 unknown, 1 again after p_retry_after_ms.';
