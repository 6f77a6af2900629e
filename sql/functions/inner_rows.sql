-- SPDX-License-Identifier: Apache-2.0
-- Rows of the queue as the console shows them, within the scope that is set. A preview,
-- never an address.
create or replace function inner_rows(p_area_id int, p_thread_ids bigint[])
returns jsonb
language sql security definer set search_path = public, pg_temp as $$
    select coalesce(jsonb_agg(jsonb_build_object(
        'ref', t.area_id || '-' || t.id, 'area', t.area_id, 'id', t.id::text,
        'version', t.version, 'number', t.number, 'koban', t.koban_id,
        'state', (array['open','claimed','waiting','closed'])[t.state + 1],
        'intent', (array['other','command','consultation','unclear','emergency'])[t.intent + 1],
        'category', t.category, 'urgency', t.urgency, 'language', t.language,
        'manner', (array['normal','text_only','discreet'])[t.manner + 1],
        'channel', c.name, 'adapter', c.adapter,
        'who', '…' || right(t.address, 3),
        'preview', coalesce(p.body, ''), 'preview_direction', coalesce(p.direction, 0),
        -- A claim lives while its officer is on duty.
        'claimed_by', case when t.claimed_by <> 0
            and t.claimed_by = any (array(select r_officer_id from duty_now())) then jsonb_build_object(
            'id', t.claimed_by::text, 'name', coalesce(o.public_name, '')) end,
        'acknowledged_by', case when t.acknowledged_by <> 0 then jsonb_build_object(
            'id', t.acknowledged_by::text, 'name', coalesce(k.public_name, '')) end,
        'acknowledged_ms', t.acknowledged_ms,
        'status', (array['none','on_the_way','on_scene','passed_on','done'])[t.status + 1],
        'disposition', t.disposition,
        'opened_ms', t.opened_ms, 'last_inbound_ms', t.last_inbound_ms,
        'unseen', t.last_inbound_ms > t.seen_inbound_ms,
        'place_confirmed', t.is_place_confirmed, 'rung', t.rung, 'is_surge', t.is_surge,
        'latitude', t.latitude, 'longitude', t.longitude,
        'previous', case when t.previous_thread_id <> 0
            then t.previous_area_id || '-' || t.previous_thread_id end,
        'question', t.question) order by t.id), '[]')
    from thread t
    join channel c on c.id = t.channel_id
    left join officer o on o.id = t.claimed_by
    left join officer k on k.id = t.acknowledged_by
    -- What people said last; our own sentences would hide it.
    left join lateral (select left(m.body, 160) as body, m.direction from message m
        where m.area_id = t.area_id and m.thread_id = t.id and not m.is_hidden
          and (m.direction = 0 or (m.direction = 1 and m.officer_id <> 0))
        order by m.id desc limit 1) p on true
    where t.area_id = p_area_id and t.id = any (p_thread_ids)
$$;
alter function inner_rows(int, bigint[]) owner to koban_scoped;
revoke execute on function inner_rows(int, bigint[]) from public;
grant execute on function inner_rows(int, bigint[]) to koban_system, koban_scoped;
comment on function inner_rows(int, bigint[]) is
    'Rows of the queue as the console shows them, within the scope that is set.';
