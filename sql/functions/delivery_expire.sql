-- SPDX-License-Identifier: Apache-2.0
-- Deliveries that were claimed p_after_ms ago and never marked: their sender is gone, they
-- are unknown and never repeated. How many there were.
create or replace function delivery_expire(p_area_id int, p_after_ms int)
returns int
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v record; v_rows int := 0;
begin
    for v in
        with gone as (
            select d.alert_id, d.recipient from delivery d
            where d.area_id = p_area_id and d.state = 2
              and d.claimed_at < now() - p_after_ms * interval '1 millisecond'
            limit 5000 for update skip locked
        ), moved as (
            update delivery d set state = 7, reason = 'sender_gone' from gone g
            where d.area_id = p_area_id and d.alert_id = g.alert_id
              and d.recipient = g.recipient
            returning d.alert_id, d.channel_id
        )
        select alert_id, channel_id, count(*)::int as n from moved group by 1, 2 order by 1, 2
    loop
        perform inner_progress(p_area_id, v.alert_id, v.channel_id, 2, 7, v.n);
        v_rows := v_rows + v.n;
    end loop;
    return v_rows;
end $$;
alter function delivery_expire(int, int) owner to koban_system;
revoke execute on function delivery_expire(int, int) from public;
grant execute on function delivery_expire(int, int) to koban_gateway;
comment on function delivery_expire(int, int) is
    'Deliveries whose sender was not heard of again become unknown.';
