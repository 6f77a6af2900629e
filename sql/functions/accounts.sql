-- SPDX-License-Identifier: Apache-2.0
-- Proof that nothing is missing: every stored event is a message, a command, a receipt, a
-- follow event or in quarantine, or unsettled for less than a minute; and no serving process
-- answered 2xx for more than it kept. differences names the keys that are not.
create or replace function accounts()
returns jsonb
language sql security definer set search_path = public, pg_temp as $$
    with counted as (
        select count(*) as stored,
            count(*) filter (where outcome = 1) as message,
            count(*) filter (where outcome = 2) as command,
            count(*) filter (where outcome = 3) as receipt,
            count(*) filter (where outcome = 4) as follow,
            count(*) filter (where outcome = 5) as quarantine,
            count(*) filter (where outcome = 0
                and received_at > now() - interval '60 seconds') as unsettled
        from inbox),
    missing as (
        select i.channel_id, i.event_key, 'unsettled' as what from inbox i
        where i.outcome = 0 and i.received_at <= now() - interval '60 seconds'
        union all
        select i.channel_id, i.event_key, 'no message' from inbox i
        where i.outcome in (1, 2) and i.kind = 0 and not exists (
            select from message m where m.area_id = i.area_id and m.thread_id = i.thread_id
              and (m.inbox_id = i.id or i.outcome = 2))
        union all
        select i.channel_id, i.event_key, 'not in quarantine' from inbox i
        where i.outcome = 5 and not exists (
            select from quarantine q where q.intake_id = i.intake_id and q.id = i.id)
        union all
        -- Providers were told of more than is kept.
        select 0, 'node ' || n.id, 'answered, not kept' from gateway_node n
        where n.answered > n.stored + n.duplicates + n.journaled)
    select jsonb_build_object('stored', c.stored, 'message', c.message,
        'command', c.command, 'receipt', c.receipt, 'follow', c.follow,
        'quarantine', c.quarantine, 'unsettled', c.unsettled,
        'answered', (select coalesce(sum(answered), 0) from gateway_node),
        'kept', (select coalesce(sum(stored + duplicates + journaled), 0) from gateway_node),
        'difference', c.stored - c.message - c.command - c.receipt - c.follow
            - c.quarantine - c.unsettled,
        'differences', (select coalesce(jsonb_agg(jsonb_build_object('channel', channel_id,
            'key', event_key, 'what', what)), '[]') from (select * from missing limit 1000) m))
    from counted c
$$;
alter function accounts() owner to koban_system;
revoke execute on function accounts() from public;
grant execute on function accounts() to koban_gateway;
comment on function accounts() is
    'Proof that nothing is missing: every stored event is a message, a command, a receipt, a follow event or in quarantine, or unsettled for less than a minute.';
