-- SPDX-License-Identifier: Apache-2.0
-- The public alerts of a koban, newest first: what was sent in the last 30 days to its area,
-- not to one group. NULL when there is no such koban.
create or replace function alert_feed(p_slug text)
returns jsonb
language sql security definer set search_path = public, pg_temp as $$
    select jsonb_build_object('koban', k.id, 'area', k.area_id, 'slug', k.slug,
        'name', k.name, 'alerts', (
            select coalesce(jsonb_agg(jsonb_build_object('id', a.id::text, 'area', a.area_id,
                'kind', a.kind, 'origin', a.origin_id::text, 'topic', a.topic,
                'severity', a.severity,
                'sent_ms', (extract(epoch from a.started_at) * 1000)::bigint,
                'origin_sent_ms', (select (extract(epoch from o.started_at) * 1000)::bigint
                    from alert o where o.area_id = a.area_id and o.id = a.origin_id),
                'expires_ms', (extract(epoch from a.expires_at) * 1000)::bigint,
                'kobans', (select coalesce(jsonb_agg(n.name order by n.id), '[]')
                    from koban n where n.id = any (a.kobans)),
                'texts', (select coalesce(jsonb_object_agg(t.language, t.body), '{}')
                    from alert_text t where t.area_id = a.area_id and t.alert_id = a.id))
                order by a.id desc), '[]')
            from (select * from alert x where x.area_id = k.area_id and x.group_id = 0
                and x.started_at > now() - interval '30 days'
                and (x.kobans = '{}' or k.id = any (x.kobans))
                order by x.id desc limit 50) a))
    from koban k where k.slug = p_slug
$$;
alter function alert_feed(text) owner to koban_system;
revoke execute on function alert_feed(text) from public;
grant execute on function alert_feed(text) to koban_gateway;
comment on function alert_feed(text) is
    'The public alerts of a koban, for its feed.';
