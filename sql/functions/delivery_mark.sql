-- SPDX-License-Identifier: Apache-2.0
-- What became of deliveries that were sent, as outbox_mark: state 3 sent, 6 failed, 7
-- unknown, 1 again after p_retry_after_ms. Failed as opted_out: the address takes no texts
-- until START, and gets no further alert. True when more waits on one of the channels.
create or replace function delivery_mark(
    p_area_id int, p_alerts bigint[], p_recipients bigint[], p_channel_ids int[],
    p_fence bigint, p_states smallint[], p_provider_ids text[], p_reasons text[],
    p_retry_after_ms bigint[], p_intake_ids int[])
returns bool
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_old smallint; v record; v_address text;
    v_olds int[] := array_fill(0, array[cardinality(p_recipients)]);
begin
    insert into receipt_ref (intake_id, channel_id, provider_id, area_id, thread_id,
        message_id, is_delivery)
    select g.intake, g.channel, g.provider_id, p_area_id, g.alert, g.recipient, true
    from unnest(p_alerts, p_recipients, p_provider_ids, p_intake_ids, p_channel_ids)
        as g (alert, recipient, provider_id, intake, channel)
    where g.provider_id <> ''
    on conflict do nothing;
    for i in 1..cardinality(p_recipients) loop
        -- Row by row, by whole keys, as in outbox_claim. A late result makes unknown known.
        select d.state into v_old from delivery d
        where d.area_id = p_area_id and d.alert_id = p_alerts[i]
          and d.recipient = p_recipients[i] for update;
        continue when v_old is null or not ((v_old = 2) or (v_old = 7 and p_states[i] in (3, 6)));
        update delivery d set state = p_states[i], provider_id = p_provider_ids[i],
            reason = p_reasons[i],
            not_before = case when p_states[i] = 1
                then now() + p_retry_after_ms[i] * interval '1 millisecond'
                else d.not_before end
        where d.area_id = p_area_id and d.alert_id = p_alerts[i]
          and d.recipient = p_recipients[i]
          and (d.fence = p_fence or d.state <> 2)
        returning d.address into v_address;
        continue when not found;
        v_olds[i] := v_old;
        -- What comes back within a day is an answer to this.
        update subscription s set last_alert_id = p_alerts[i], last_alert_at = now()
        where s.area_id = p_area_id and s.channel_id = p_channel_ids[i]
          and s.address = v_address and p_states[i] in (3, 7);
        if p_states[i] = 6 and p_reasons[i] = 'opted_out' then
            update address a set is_opted_out = true
            where a.intake_id = p_intake_ids[i] and a.channel_id = p_channel_ids[i]
              and a.address = v_address;
            update subscription s set state = 2
            where s.area_id = p_area_id and s.channel_id = p_channel_ids[i]
              and s.address = v_address and s.state = 1;
        end if;
    end loop;
    for v in select g.alert, g.channel, g.old, g.state, count(*)::int as n
        from unnest(p_alerts, p_channel_ids, v_olds, p_states)
            as g (alert, channel, old, state)
        where g.old <> 0 and g.old <> g.state
        group by 1, 2, 3, 4 order by 1, 2, 3, 4
    loop
        perform inner_progress(p_area_id, v.alert, v.channel, v.old, v.state::int, v.n);
    end loop;
    return exists (select from alert_progress p join alert a on a.area_id = p.area_id
            and a.id = p.alert_id and a.state = 4
        where p.area_id = p_area_id and p.channel_id = any (p_channel_ids) and p.state = 1
          and p.count > 0);
end $$;
alter function delivery_mark(int, bigint[], bigint[], int[], bigint, smallint[], text[], text[], bigint[], int[]) owner to koban_system;
revoke execute on function delivery_mark(int, bigint[], bigint[], int[], bigint, smallint[], text[], text[], bigint[], int[]) from public;
grant execute on function delivery_mark(int, bigint[], bigint[], int[], bigint, smallint[], text[], text[], bigint[], int[]) to koban_gateway;
comment on function delivery_mark(int, bigint[], bigint[], int[], bigint, smallint[], text[], text[], bigint[], int[]) is
    'What became of deliveries that were sent.';
