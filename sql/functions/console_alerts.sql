-- SPDX-License-Identifier: Apache-2.0
-- The alerts of the areas a session reaches, newest first, and its groups of volunteers.
create or replace function console_alerts(p_session bytea)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform console_enter(p_session);
    return jsonb_build_object(
        'alerts', (select coalesce(jsonb_agg(r), '[]') from (
            select jsonb_array_elements(inner_alert(x.area_id, null)) as r
            from (select distinct area_id from alert) x) y),
        'groups', (select coalesce(jsonb_agg(jsonb_build_object('id', g.id::text,
                'area', g.area_id, 'koban', g.koban_id, 'name', g.name,
                'kind', (array['patrol','school_route','elderly_watch'])[g.kind],
                'members', (select count(*) from volunteer_member m
                    where m.area_id = g.area_id and m.group_id = g.id),
                'out', (select count(*) from volunteer_member m
                    join volunteer_duty d on d.area_id = m.area_id
                        and d.subscription_id = m.subscription_id and d.ended_at is null
                    where m.area_id = g.area_id and m.group_id = g.id))
                order by g.name), '[]')
            from volunteer_group g where not g.is_closed));
end $$;
alter function console_alerts(bytea) owner to koban_scoped;
revoke execute on function console_alerts(bytea) from public;
grant execute on function console_alerts(bytea) to koban_gateway;
comment on function console_alerts(bytea) is
    'The alerts of the areas a session reaches.';
