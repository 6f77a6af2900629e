-- SPDX-License-Identifier: Apache-2.0
-- What somebody must be woken for, in numbers: ages in milliseconds, 0 when there is
-- nothing. An emergency's age is that of its thread: a plea in a thread that nobody has
-- opened yet wakes sooner, never later. Nothing here grows with what is stored: counts of an
-- alert's recipients are kept beside them.
create or replace function watch_read()
returns table (r_emergency_ms bigint, r_outbox_ms bigint, r_timer_ms bigint,
    r_on_duty bigint, r_reachable bigint, r_quarantined bigint, r_broken bigint,
    r_alerts bigint)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare
    v_now timestamptz := clock_timestamp();
    v_now_ms bigint := extract(epoch from v_now) * 1000;
begin
    r_emergency_ms := v_now_ms - (select min(opened_ms) from thread
        where state < 3 and intent = 4 and acknowledged_ms = 0);
    r_outbox_ms := extract(epoch from v_now
        - (select min(created_at) from outbox where state = 1)) * 1000;
    r_timer_ms := extract(epoch from v_now - (select min(due_at) from timer)) * 1000;
    select count(distinct d.r_officer_id),
        count(distinct d.r_officer_id) filter (where
            exists (select from console_presence c
                where c.officer_id = d.r_officer_id and c.has_sound)
            or exists (select from officer_phone p
                where p.officer_id = d.r_officer_id and p.is_verified))
        into r_on_duty, r_reachable from duty_now() d;
    r_quarantined := (select count(*) from (select from quarantine where not is_done
        limit 1000) q);
    r_broken := (select count(*) from channel
        where is_held and held_reason <> 'administrator');
    -- state 4: an alert that is sending; of its recipients 1 queued, 2 on their way.
    r_alerts := (select coalesce(sum(p.count), 0) from alert a
        join alert_progress p on p.area_id = a.area_id and p.alert_id = a.id
        where a.state = 4 and p.state in (1, 2));
    r_emergency_ms := greatest(coalesce(r_emergency_ms, 0), 0);
    r_outbox_ms := greatest(coalesce(r_outbox_ms, 0), 0);
    r_timer_ms := greatest(coalesce(r_timer_ms, 0), 0);
    return next;
end $$;
alter function watch_read() owner to koban_system;
revoke execute on function watch_read() from public;
grant execute on function watch_read() to koban_gateway;
comment on function watch_read() is
    'What somebody must be woken for, in numbers: ages in milliseconds, 0 when there is nothing.';
