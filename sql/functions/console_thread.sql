-- SPDX-License-Identifier: Apache-2.0
-- One thread with its messages, newest last; the reading is audited in the same statement.
-- KB404 when this session may not see it.
create or replace function console_thread(p_session bytea, p_area_id int,
    p_thread_id bigint, p_before bigint, p_limit int)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint; v_rows jsonb;
begin
    v_officer := console_enter(p_session);
    v_rows := inner_rows(p_area_id, array[p_thread_id]);
    if jsonb_array_length(v_rows) = 0 then
        raise exception 'not visible' using errcode = 'KB404';
    end if;
    insert into audit (area_id, officer_id, thread_id, action)
    values (p_area_id, v_officer, p_thread_id, 'thread.read');
    return jsonb_build_object('thread', v_rows -> 0,
        'messages', (select coalesce(jsonb_agg(jsonb_build_object('id', m.id::text,
            'direction', (array['inbound','outbound','note','system','page'])[m.direction + 1],
            'kind', (array['text','location','sticker','image','video','audio','file',
                'placeholder'])[m.kind + 1],
            'body', case when m.is_hidden then ''
                -- The link in a page opens as the officer it went to: theirs alone.
                when m.direction = 4 then regexp_replace(m.body, '/p/[A-Za-z0-9_-]+', '/p/…')
                else m.body end,
            'sentence', m.sentence,
            'officer', case when m.officer_id <> 0 then jsonb_build_object(
                'id', m.officer_id::text, 'name', coalesce(o.public_name, '')) end,
            'created_ms', (m.id >> 22) + 1704067200000, 'sent_ms', m.sent_ms,
            'state', (array['none','queued','sending','sent','delivered','read','failed',
                'unknown','expired'])[m.state + 1],
            'state_reason', m.state_reason, 'priority', m.priority,
            'client_id', m.client_id, 'latitude', m.latitude, 'longitude', m.longitude,
            'reasons', case when m.reasons = '' then '[]'::jsonb else m.reasons::jsonb end,
            'hidden', m.is_hidden) order by m.id), '[]')
            from (select * from message x where x.area_id = p_area_id
                and x.thread_id = p_thread_id and (p_before = 0 or x.id < p_before)
                order by x.id desc limit p_limit) m
            left join officer o on o.id = m.officer_id),
        'access', (select coalesce(jsonb_agg(jsonb_build_object('koban', koban_id,
            'reason', reason)), '[]') from thread_access
            where area_id = p_area_id and thread_id = p_thread_id and until is null),
        -- Written within a day of an alert: which one.
        'answers', (select coalesce(jsonb_agg(jsonb_build_object('ref',
            a.area_id || '-' || a.id, 'number', a.number) order by r.at), '[]')
            from alert_reply r join alert a on a.area_id = r.area_id and a.id = r.alert_id
            where r.area_id = p_area_id and r.thread_id = p_thread_id),
        'corrections', inner_corrections(p_area_id, p_thread_id),
        'erased', (select t.erased & 1 = 1 from thread t
            where t.area_id = p_area_id and t.id = p_thread_id),
        'draft', coalesce((select body from draft where area_id = p_area_id
            and thread_id = p_thread_id and officer_id = v_officer), ''),
        'strikes', (select inner_strikes(t.intake_id, t.contact_id)
            from thread t where t.area_id = p_area_id and t.id = p_thread_id),
        'cannot_text', (select inner_cannot_text(t.intake_id, t.channel_id, t.address)
            from thread t where t.area_id = p_area_id and t.id = p_thread_id));
end $$;
alter function console_thread(bytea, int, bigint, bigint, int) owner to koban_scoped;
revoke execute on function console_thread(bytea, int, bigint, bigint, int) from public;
grant execute on function console_thread(bytea, int, bigint, bigint, int) to koban_gateway;
comment on function console_thread(bytea, int, bigint, bigint, int) is
    'One thread with its messages, newest last; the reading is audited in the same statement.';
