-- SPDX-License-Identifier: Apache-2.0
-- Unsettled events older than p_older_ms, emergencies first, with the raw bytes of their
-- POST. The attempt is counted before it is made, so that what kills a process is known
-- after three. Receipts whose message is known by now are unsettled again first.
create or replace function inbox_sweep(p_intake_id int, p_older_ms int, p_limit int)
returns table (r_channel_id int, r_event_key text, r_id bigint, r_received_ms bigint,
    r_kind smallint, r_urgency smallint, r_attempts smallint, r_event_index smallint,
    r_target text, r_body bytea)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_channels int[]; v_keys text[]; v_row record;
begin
    -- offset 0: without it the question becomes a join that reads all of receipt_ref.
    for v_row in
        select u.channel_id, u.provider_id, u.event_key from unmatched_receipt u
        where u.intake_id = p_intake_id and exists (
            select from receipt_ref r where r.intake_id = u.intake_id
              and r.channel_id = u.channel_id and r.provider_id = u.provider_id offset 0)
        limit p_limit
        for update skip locked
    loop
        update inbox n set outcome = 0, attempts = 0, attempted_at = null
        where n.intake_id = p_intake_id and n.channel_id = v_row.channel_id
          and n.event_key = v_row.event_key;
        delete from unmatched_receipt u
        where u.intake_id = p_intake_id and u.channel_id = v_row.channel_id
          and u.provider_id = v_row.provider_id and u.event_key = v_row.event_key;
    end loop;
    delete from unmatched_receipt u
    where u.intake_id = p_intake_id and u.kept_at < now() - interval '10 minutes';
    -- In steps by their keys: a cached plan of one statement does not know p_limit and joins
    -- by reading the whole inbox.
    select array_agg(due.channel_id), array_agg(due.event_key) into v_channels, v_keys
    from (
        select i.channel_id, i.event_key from inbox i
        where i.intake_id = p_intake_id and i.outcome = 0
          and i.received_at < now() - p_older_ms * interval '1 millisecond'
          and (i.attempted_at is null
               or i.attempted_at < now() - p_older_ms * interval '1 millisecond')
        order by i.urgency desc, i.id
        limit p_limit
        for update skip locked) due;
    if v_channels is null then
        return;
    end if;
    return query
    with counted as (
        update inbox i set attempts = i.attempts + 1, attempted_at = now()
        from unnest(v_channels, v_keys) as g (channel_id, event_key)
        where i.intake_id = p_intake_id and i.channel_id = g.channel_id
          and i.event_key = g.event_key
        returning i.*
    )
    select c.channel_id, c.event_key, c.id,
        (extract(epoch from c.received_at) * 1000)::bigint, c.kind, c.urgency, c.attempts,
        c.event_index, p.target, p.body
    from counted c
    left join lateral (
        select f.target, f.body from inbox f
        where f.intake_id = c.intake_id and f.post_id = c.post_id and f.body is not null
        limit 1) p on true
    order by c.urgency desc, c.id;
end $$;
alter function inbox_sweep(int, int, int) owner to koban_system;
revoke execute on function inbox_sweep(int, int, int) from public;
grant execute on function inbox_sweep(int, int, int) to koban_gateway;
comment on function inbox_sweep(int, int, int) is
    'Unsettled events older than p_older_ms, emergencies first, with the raw bytes of their POST.';
