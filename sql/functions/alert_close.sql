-- SPDX-License-Identifier: Apache-2.0
-- What still waits of an alert that was stopped or whose time is over: p_limit rows become
-- expired. How many there were; when there are none left, an expired alert is done.
create or replace function alert_close(p_area_id int, p_alert_id bigint, p_limit int)
returns int
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_rows int; v_state smallint; v_reason text;
begin
    select state into v_state from alert
    where area_id = p_area_id and id = p_alert_id for update;
    v_reason := case when v_state = 6 then 'stopped' else 'expired' end;
    with waiting as (
        select d.recipient from delivery d
        where d.area_id = p_area_id and d.alert_id = p_alert_id and d.state = 1
        limit p_limit for update skip locked
    ), ended as (
        update delivery d set state = 8, reason = v_reason from waiting w
        where d.area_id = p_area_id and d.alert_id = p_alert_id
          and d.recipient = w.recipient
        returning d.channel_id
    ), moved as (
        select x.channel_id, count(*) as n from ended x group by x.channel_id
    ), less as (
        update alert_progress p set count = p.count - m.n from moved m
        where p.area_id = p_area_id and p.alert_id = p_alert_id and p.state = 1
          and p.channel_id = m.channel_id
    ), more as (
        insert into alert_progress as p (area_id, alert_id, channel_id, state, count)
        select p_area_id, p_alert_id, m.channel_id, 8, m.n from moved m
        on conflict (area_id, alert_id, channel_id, state)
            do update set count = p.count + excluded.count
    )
    select count(*) into v_rows from ended;
    if v_rows < p_limit and v_state in (3, 4, 5) then
        update alert set state = 7, is_queued = true, ended_at = now(),
            version = version + 1
        where area_id = p_area_id and id = p_alert_id;
    end if;
    return v_rows;
end $$;
alter function alert_close(int, bigint, int) owner to koban_system;
revoke execute on function alert_close(int, bigint, int) from public;
grant execute on function alert_close(int, bigint, int) to koban_gateway;
comment on function alert_close(int, bigint, int) is
    'Marks what still waits of an alert that ended; how many there were.';
