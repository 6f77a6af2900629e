-- SPDX-License-Identifier: Apache-2.0
-- Moves a count of deliveries of an alert and channel from one state to another, the lower
-- state first: always the same order of locks.
create or replace function inner_progress(p_area_id int, p_alert_id bigint,
    p_channel_id int, p_from int, p_to int, p_count int)
returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into alert_progress as p (area_id, alert_id, channel_id, state, count)
    select p_area_id, p_alert_id, p_channel_id, s.state, s.count
    from (values (p_from, -p_count), (p_to, p_count)) s (state, count)
    where p_count > 0 order by s.state
    on conflict (area_id, alert_id, channel_id, state)
        do update set count = p.count + excluded.count
$$;
alter function inner_progress(int, bigint, int, int, int, int) owner to koban_system;
revoke execute on function inner_progress(int, bigint, int, int, int, int) from public;
grant execute on function inner_progress(int, bigint, int, int, int, int) to koban_system;
comment on function inner_progress(int, bigint, int, int, int, int) is
    'Moves a count of deliveries from one state to another.';
