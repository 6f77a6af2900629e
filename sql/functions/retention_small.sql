-- SPDX-License-Identifier: Apache-2.0
-- Erases what is old in the small tables: quarantined and refused bytes, addresses of alerts
-- that are over, of subscriptions that ended, of requests to join; how many rows.
create or replace function retention_small(p_address interval, p_raw interval,
    p_quarantine interval, p_limit int)
returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_count int := 0; v_rows int; v_alert record; v_last bigint;
begin
    -- Its row stays: accounts count it. Nothing is left that a person could release.
    update quarantine q set body = null, is_done = true,
        target = case when q.target = 'inbox' then q.target else '' end
    where q.received_at < now() - p_quarantine
      and (q.body is not null or not q.is_done or q.target not in ('', 'inbox'));
    get diagnostics v_rows = row_count;
    v_count := v_count + v_rows;
    delete from rejected r where r.received_at < now() - p_raw;
    delete from join_request j where j.made_at < now() - p_address;
    delete from subscription s where s.state <> 1 and s.asked_at < now() - p_address
        and coalesce(s.consented_at, s.asked_at) < now() - p_address
        and coalesce(s.last_alert_at, s.asked_at) < now() - p_address;
    select a.area_id, a.id, a.erased_to into v_alert from alert a
    where a.expires_at < now() - p_address and a.state in (6, 7)
      and a.erased_to < 9223372036854775807
    limit 1;
    if v_alert.id is null then
        return v_count;
    end if;
    with chunk as (
        select d.recipient from delivery d
        where d.area_id = v_alert.area_id and d.alert_id = v_alert.id
          and d.recipient > v_alert.erased_to order by d.recipient limit p_limit
    ), erased as (
        update delivery d set address = '' from chunk c
        where d.area_id = v_alert.area_id and d.alert_id = v_alert.id
          and d.recipient = c.recipient
        returning d.recipient)
    select max(e.recipient), count(*) into v_last, v_rows from erased e;
    update alert a set erased_to = case when v_rows < p_limit then 9223372036854775807
        else v_last end
    where a.area_id = v_alert.area_id and a.id = v_alert.id;
    return v_count + greatest(v_rows, 1);
end $$;
alter function retention_small(interval, interval, interval, int) owner to koban_system;
revoke execute on function retention_small(interval, interval, interval, int) from public;
comment on function retention_small(interval, interval, interval, int) is
    'Erases what is old in the small tables; how many rows.';
