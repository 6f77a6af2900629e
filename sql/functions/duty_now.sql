-- SPDX-License-Identifier: Apache-2.0
-- Who is on duty now, by koban: duty that was started and not ended, and planned shifts that
-- cover this moment in the time zone of their area, unless their officer started or ended
-- duty since the shift began.
create or replace function duty_now()
returns table (r_officer_id bigint, r_area_id int, r_koban_id int, r_role smallint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    select d.officer_id, d.area_id, d.koban_id, greatest(d.role, o.role)
    from duty d join officer o on o.id = d.officer_id and not o.is_disabled
    where d.ended_at is null
    union
    select s.officer_id, s.area_id, s.koban_id, greatest(s.role, o.role)
    from shift s
    join area a on a.id = s.area_id
    join officer o on o.id = s.officer_id and not o.is_disabled
    where now() at time zone a.time_zone >= s.starts_local
      and now() at time zone a.time_zone < s.ends_local
      and not exists (select from duty d where d.officer_id = s.officer_id
          and (d.ended_at is null
               or d.started_at at time zone a.time_zone >= s.starts_local));
end $$;
alter function duty_now() owner to koban_system;
revoke execute on function duty_now() from public;
grant execute on function duty_now() to koban_system, koban_scoped;
comment on function duty_now() is
    'Who is on duty now, by koban: duty that was started and not ended, and planned shifts that cover this moment in the time zone of their area, unless their officer started or ended duty since the shift began.';
