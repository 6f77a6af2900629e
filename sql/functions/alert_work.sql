-- SPDX-License-Identifier: Apache-2.0
-- Where deliveries wait or hang, by area and channel; is_danger: one of severity 3 waits.
create or replace function alert_work()
returns table (r_area_id int, r_channel_id int, r_is_danger bool, r_versions bigint)
language sql security definer set search_path = public, pg_temp as $$
    select a.area_id, p.channel_id, bool_or(a.severity = 3), sum(a.version)::bigint
    from alert a
    join alert_progress p on p.area_id = a.area_id and p.alert_id = a.id
        and p.state in (1, 2) and p.count > 0
    where a.state in (3, 4, 5, 6)
    group by a.area_id, p.channel_id order by 1, 2
$$;
alter function alert_work() owner to koban_system;
revoke execute on function alert_work() from public;
grant execute on function alert_work() to koban_gateway;
comment on function alert_work() is
    'Where deliveries wait to be sent, by area and channel.';
