-- SPDX-License-Identifier: Apache-2.0
-- Alerts that want work now: 1 to be started or queued further, 2 recipients of one that
-- ended still wait to be marked, 3 all is sent. Oldest and most severe first.
create or replace function alert_due()
returns table (r_area_id int, r_alert_id bigint, r_work smallint)
language sql security definer set search_path = public, pg_temp as $$
    select a.area_id, a.id, w.work::smallint
    from alert a
    cross join lateral (select coalesce(sum(p.count) filter (where p.state = 1), 0) as queued,
            coalesce(sum(p.count) filter (where p.state in (1, 2)), 0) as open
        from alert_progress p where p.area_id = a.area_id and p.alert_id = a.id) p
    cross join lateral (select case
        when a.state in (3, 4, 5) and a.expires_at <= now() then 2
        when a.state = 6 and p.queued > 0 then 2
        when a.state = 3 and a.send_at <= now() then 1
        when a.state = 4 and not a.is_queued then 1
        when a.state = 4 and p.open = 0 then 3 else 0 end as work) w
    where a.state in (3, 4, 5, 6) and w.work > 0
    order by a.severity desc, a.area_id, a.id
$$;
alter function alert_due() owner to koban_system;
revoke execute on function alert_due() from public;
grant execute on function alert_due() to koban_gateway;
comment on function alert_due() is
    'Alerts that want work: to be started, queued further, ended.';
