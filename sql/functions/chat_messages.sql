-- SPDX-License-Identifier: Apache-2.0
-- What a resident's chat page may see: the messages of the open thread of its address, or of
-- the last one until a new one opens, and the alerts of the last week that its volunteer
-- got; nothing from inside the house.
create or replace function chat_messages(p_intake_id int, p_channel_id int,
    p_address text, p_after bigint)
returns jsonb
language sql security definer set search_path = public, pg_temp as $$
    with mine as (
        select t.* from address a
        join contact c on c.intake_id = a.intake_id and c.id = a.contact_id
        join thread t on (t.area_id, t.id) =
            (case when c.current_thread_id <> 0 then c.current_area_id
                else c.previous_area_id end,
             case when c.current_thread_id <> 0 then c.current_thread_id
                else c.previous_thread_id end)
        where a.intake_id = p_intake_id and a.channel_id = p_channel_id
          and a.address = p_address),
    alerts as (
        -- Numbered by when they were sent, as messages are.
        select ((extract(epoch from d.claimed_at) * 1000)::bigint - 1704067200000) << 22 as id,
            'a' || d.area_id || '-' || d.alert_id || '-' || d.recipient as ref, b.body, d.state
        from address a
        join contact c on c.intake_id = a.intake_id and c.id = a.contact_id
        join subscription s on s.area_id = c.subscribed_area_id
            and s.channel_id = a.channel_id and s.address = a.address
        join alert x on x.area_id = s.area_id and x.state in (4, 5, 6, 7)
            and x.started_at > now() - interval '7 days'
        join delivery d on d.area_id = x.area_id and d.alert_id = x.id and d.recipient = s.id
            and d.state in (3, 4, 5)
        join alert_text b on b.area_id = x.area_id and b.alert_id = x.id
            and b.language = d.language
        where a.intake_id = p_intake_id and a.channel_id = p_channel_id
          and a.address = p_address)
    select jsonb_build_object(
        'thread', (select jsonb_build_object('ref', area_id || '-' || id, 'number', number,
            'is_open', state < 3, 'is_opened', acknowledged_ms > 0, 'language', language,
            'manner', manner, 'koban', koban_id, 'status', status) from mine),
        'messages', (select coalesce(jsonb_agg(jsonb_build_object('id', m.id::text,
            'ref', m.ref,
            'direction', case m.direction when 0 then 'inbound' else 'outbound' end,
            'by_officer', m.officer_id <> 0, 'kind', m.kind, 'body', m.body,
            'created_ms', (m.id >> 22) + 1704067200000, 'state', m.state)
            order by m.id), '[]')
            from (select x.id, x.area_id || '-' || x.thread_id || '-' || x.id as ref,
                    x.direction, x.officer_id, x.kind,
                    case when x.is_hidden then '' else x.body end as body, x.state
                from mine join message x on x.area_id = mine.area_id
                    and x.thread_id = mine.id and x.direction in (0, 1) and x.id > p_after
                union all
                select y.id, y.ref, 1::smallint, 0::bigint, 0::smallint, y.body, y.state
                from alerts y where y.id > p_after
                order by 1 desc limit 200) m))
$$;
alter function chat_messages(int, int, text, bigint) owner to koban_system;
revoke execute on function chat_messages(int, int, text, bigint) from public;
grant execute on function chat_messages(int, int, text, bigint) to koban_gateway;
comment on function chat_messages(int, int, text, bigint) is
    'What a resident''s chat page may see: the messages of the open thread of its address, or of the last one until a new one opens, and its volunteer''s alerts; nothing from inside the house.';
