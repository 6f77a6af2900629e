-- SPDX-License-Identifier: Apache-2.0
-- What a resident's chat page may see: the messages of the open thread of its address, or of
-- the last one until a new one opens; nothing from inside the house.
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
          and a.address = p_address)
    select jsonb_build_object(
        'thread', (select jsonb_build_object('ref', area_id || '-' || id, 'number', number,
            'is_open', state < 3, 'is_opened', acknowledged_ms > 0, 'language', language,
            'manner', manner, 'koban', koban_id, 'status', status) from mine),
        'messages', (select coalesce(jsonb_agg(jsonb_build_object('id', m.id::text,
            'ref', m.area_id || '-' || m.thread_id || '-' || m.id,
            'direction', case m.direction when 0 then 'inbound' else 'outbound' end,
            'by_officer', m.officer_id <> 0, 'kind', m.kind,
            'body', case when m.is_hidden then '' else m.body end,
            'created_ms', (m.id >> 22) + 1704067200000, 'state', m.state)
            order by m.id), '[]')
            from (select x.* from mine join message x on x.area_id = mine.area_id
                and x.thread_id = mine.id and x.direction in (0, 1) and x.id > p_after
                order by x.id desc limit 200) m))
$$;
alter function chat_messages(int, int, text, bigint) owner to koban_system;
revoke execute on function chat_messages(int, int, text, bigint) from public;
grant execute on function chat_messages(int, int, text, bigint) to koban_gateway;
comment on function chat_messages(int, int, text, bigint) is
    'What a resident''s chat page may see: the messages of the open thread of its address, or of the last one until a new one opens; nothing from inside the house.';
