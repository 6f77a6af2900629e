-- SPDX-License-Identifier: Apache-2.0
-- Groups of volunteers with how many belong to them and how many are out; no addresses.
create or replace function admin_group_list()
returns table (number bigint, koban text, kind text, name text, members bigint,
    leaders bigint, out_now bigint, closed bool)
language sql stable set search_path = public, pg_temp as $$
    select g.id, k.slug, (array['patrol', 'school_route', 'elderly_watch'])[g.kind], g.name,
        count(m.subscription_id), count(m.subscription_id) filter (where m.is_leader),
        count(d.subscription_id), g.is_closed
    from volunteer_group g
    join koban k on k.id = g.koban_id
    left join volunteer_member m on m.area_id = g.area_id and m.group_id = g.id
    left join volunteer_duty d on d.area_id = m.area_id
        and d.subscription_id = m.subscription_id and d.ended_at is null
    group by g.id, k.slug, g.kind, g.name, g.is_closed order by g.id
$$;
revoke execute on function admin_group_list() from public;
comment on function admin_group_list() is
    'Groups of volunteers with how many belong to them and how many are out.';
