-- SPDX-License-Identifier: Apache-2.0
-- All is sent: the alert is done.
create or replace function alert_done(p_area_id int, p_alert_id bigint)
returns void
language sql security definer set search_path = public, pg_temp as $$
    update alert set state = 7, ended_at = now(), version = version + 1
    where area_id = p_area_id and id = p_alert_id and state = 4 and is_queued
      and not exists (select from alert_progress p where p.area_id = p_area_id
        and p.alert_id = p_alert_id and p.state in (1, 2) and p.count > 0)
$$;
alter function alert_done(int, bigint) owner to koban_system;
revoke execute on function alert_done(int, bigint) from public;
grant execute on function alert_done(int, bigint) to koban_gateway;
comment on function alert_done(int, bigint) is
    'Ends an alert all of whose recipients are marked.';
