-- SPDX-License-Identifier: Apache-2.0
-- Who an alert would reach now: counts by channel, language of the text and whether quiet
-- hours hold it back. The same conditions as alert_queue.
create or replace function alert_audience(p_area_id int, p_alert_id bigint,
    p_quiet_from int, p_quiet_to int)
returns table (r_channel_id int, r_language text, r_is_quiet bool, r_count bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare a alert; v_zone text; v_minute int; v_languages text[]; v_site text;
begin
    select * into a from alert where area_id = p_area_id and id = p_alert_id;
    select array_agg(t.language), coalesce(max(t.language) filter (where t.is_site),
        min(t.language)) into v_languages, v_site
    from alert_text t where t.area_id = p_area_id and t.alert_id = p_alert_id;
    if a.kind <> 1 then
        return query select d.channel_id, case when d.language = any (v_languages)
                then d.language else v_site end, false, count(*)
            from delivery d where d.area_id = p_area_id and d.alert_id = a.origin_id
              and d.state in (2, 3, 4, 5, 7) group by 1, 2;
        return;
    end if;
    select r.time_zone into v_zone from area r where r.id = p_area_id;
    v_minute := extract(hour from coalesce(a.send_at, now()) at time zone v_zone) * 60
        + extract(minute from coalesce(a.send_at, now()) at time zone v_zone);
    return query
    select s.channel_id, case when s.language = any (v_languages) then s.language
            else v_site end,
        a.severity < 3 and q.low <> q.high and case when q.low < q.high
            then v_minute >= q.low and v_minute < q.high
            else v_minute >= q.low or v_minute < q.high end,
        count(*)
    from subscription s
    cross join lateral (select
        case when s.quiet_from < 0 then p_quiet_from else s.quiet_from end as low,
        case when s.quiet_from < 0 then p_quiet_to else s.quiet_to end as high) q
    where s.area_id = p_area_id and s.state = 1
      and (s.paused_until is null or s.paused_until <= now())
      and (a.kobans = '{}' or s.kobans = '{}' or s.kobans && a.kobans)
      and (a.topic = 0 or s.topics & (1 << a.topic) <> 0)
      and (a.group_id = 0 or exists (select from volunteer_member m
          where m.area_id = p_area_id and m.group_id = a.group_id
            and m.subscription_id = s.id))
    group by 1, 2, 3;
end $$;
alter function alert_audience(int, bigint, int, int) owner to koban_system;
revoke execute on function alert_audience(int, bigint, int, int) from public;
grant execute on function alert_audience(int, bigint, int, int) to koban_system, koban_scoped;
comment on function alert_audience(int, bigint, int, int) is
    'Who an alert would reach now, by channel and language.';
