-- SPDX-License-Identifier: Apache-2.0
-- Alerts as the console shows them, within the scope that is set; newest first. p_ids NULL:
-- the last hundred of the area.
create or replace function inner_alert(p_area_id int, p_ids bigint[])
returns jsonb
language sql security definer set search_path = public, pg_temp as $$
    select coalesce(jsonb_agg(x.row order by x.id desc), '[]') from (
        select a.id, jsonb_build_object(
            'ref', a.area_id || '-' || a.id, 'area', a.area_id, 'id', a.id::text,
            'version', a.version, 'number', a.number, 'koban', a.koban_id,
            'kind', (array['alert','correction','all_clear'])[a.kind],
            'origin', case when a.origin_id <> 0 then a.area_id || '-' || a.origin_id end,
            'state', (array['draft','awaiting','scheduled','sending','paused','stopped',
                'done','refused'])[a.state],
            'topic', a.topic,
            'severity', (array['information','warning','danger'])[a.severity],
            'kobans', to_jsonb(a.kobans), 'drawing', a.drawing, 'group', a.group_id::text,
            'source', a.source,
            'author', jsonb_build_object('id', a.author_id::text,
                'name', coalesce(o.public_name, '')),
            'approver', case when a.approver_id <> 0 then jsonb_build_object(
                'id', a.approver_id::text, 'name', coalesce(p.public_name, '')) end,
            'break_glass', a.is_break_glass, 'refused_reason', a.refused_reason,
            'created_ms', (extract(epoch from a.created_at) * 1000)::bigint,
            'submitted_ms', (extract(epoch from a.submitted_at) * 1000)::bigint,
            'approved_ms', (extract(epoch from a.approved_at) * 1000)::bigint,
            'send_ms', (extract(epoch from a.send_at) * 1000)::bigint,
            'started_ms', (extract(epoch from a.started_at) * 1000)::bigint,
            'ended_ms', (extract(epoch from a.ended_at) * 1000)::bigint,
            'expires_ms', (extract(epoch from a.expires_at) * 1000)::bigint,
            'audience', a.audience, 'queued_all', a.is_queued,
            'texts', (select coalesce(jsonb_object_agg(t.language, t.body), '{}')
                from alert_text t where t.area_id = a.area_id and t.alert_id = a.id),
            'progress', (select coalesce(jsonb_agg(jsonb_build_object(
                    'channel', c.name, 'adapter', c.adapter,
                    'state', (array['queued','sending','sent','delivered','read','failed',
                        'unknown','expired'])[g.state], 'count', g.count)
                    order by c.name, g.state), '[]')
                from alert_progress g join channel c on c.id = g.channel_id
                where g.area_id = a.area_id and g.alert_id = a.id and g.count > 0),
            'replies', (select coalesce(jsonb_agg(r.area_id || '-' || r.thread_id
                    order by r.at), '[]')
                from alert_reply r where r.area_id = a.area_id and r.alert_id = a.id)
        ) as row
        from alert a
        left join officer o on o.id = a.author_id
        left join officer p on p.id = a.approver_id
        where a.area_id = p_area_id and (p_ids is null or a.id = any (p_ids))
        order by a.id desc limit 100) x
$$;
alter function inner_alert(int, bigint[]) owner to koban_scoped;
revoke execute on function inner_alert(int, bigint[]) from public;
grant execute on function inner_alert(int, bigint[]) to koban_scoped;
comment on function inner_alert(int, bigint[]) is
    'Alerts as the console shows them, within the scope that is set.';
