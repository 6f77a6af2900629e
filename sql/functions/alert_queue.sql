-- SPDX-License-Identifier: Apache-2.0
-- Queues the next p_limit recipients of an alert, in the order of their ids; true when there
-- are no more. The cursor moves in the same transaction, so that what a crash interrupts is
-- done again or was done, never twice. Of an alert: everybody who asked for this topic here.
-- Of a correction or all clear: exactly those whom the first one reached or may have.
-- p_quiet_from, p_quiet_to: the pack's quiet hours in minutes of the local day; danger
-- ignores them. KB003 when p_fence is not the live token of the lease "alert:<area>:<id>".
create or replace function alert_queue(p_area_id int, p_alert_id bigint, p_limit int,
    p_quiet_from int, p_quiet_to int, p_fence bigint)
returns bool
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare a alert; v_last bigint; v_rows int; v_site text; v_zone text; v_minute int;
    v_midnight timestamptz; v_languages text[];
begin
    perform from lease where name = 'alert:' || p_area_id || ':' || p_alert_id
        and token = p_fence and expires_at > now();
    if not found then
        raise exception 'lease lost' using errcode = 'KB003';
    end if;
    select * into a from alert where area_id = p_area_id and id = p_alert_id for update;
    if a.state = 3 and a.send_at <= now() then
        update alert set state = 4, started_at = now(), version = version + 1
        where area_id = p_area_id and id = p_alert_id;
    elsif a.state is distinct from 4 or a.is_queued then
        return true;
    end if;
    select array_agg(t.language order by t.language),
        coalesce(max(t.language) filter (where t.is_site), min(t.language))
    into v_languages, v_site
    from alert_text t where t.area_id = p_area_id and t.alert_id = p_alert_id;
    select r.time_zone into v_zone from area r where r.id = p_area_id;
    v_minute := extract(hour from now() at time zone v_zone) * 60
        + extract(minute from now() at time zone v_zone);
    v_midnight := date_trunc('day', now() at time zone v_zone) at time zone v_zone;
    with chunk as materialized (
        select s.* from inner_alert_chunk(p_area_id, p_alert_id, a.kind, a.origin_id,
            a.cursor_id, p_limit) as s
    ), who as (
        select c.id, c.channel_id, c.address,
            case when c.language = any (v_languages) then c.language else v_site end
                as language,
            case when c.quiet_from < 0 then p_quiet_from else c.quiet_from end as quiet_from,
            case when c.quiet_from < 0 then p_quiet_to else c.quiet_to end as quiet_to
        from chunk c
        where a.kind <> 1 or (c.is_wanted
            and (a.kobans = '{}' or c.kobans = '{}' or c.kobans && a.kobans)
            and (a.topic = 0 or c.topics & (1 << a.topic) <> 0)
            and (a.group_id = 0 or exists (select from volunteer_member m
                where m.area_id = p_area_id and m.group_id = a.group_id
                  and m.subscription_id = c.id)))
    ), timed as (
        select w.*, case
            when a.severity = 3 or a.kind <> 1 or w.quiet_from = w.quiet_to then now()
            when w.quiet_from < w.quiet_to
                and v_minute >= w.quiet_from and v_minute < w.quiet_to
                then v_midnight + w.quiet_to * interval '1 minute'
            when w.quiet_from > w.quiet_to and v_minute >= w.quiet_from
                then v_midnight + interval '1 day' + w.quiet_to * interval '1 minute'
            when w.quiet_from > w.quiet_to and v_minute < w.quiet_to
                then v_midnight + w.quiet_to * interval '1 minute'
            else now() end as not_before
        from who w
    ), put as (
        insert into delivery (area_id, alert_id, recipient, channel_id, address, language,
            state, not_before, reason)
        select p_area_id, p_alert_id, t.id, t.channel_id, t.address, t.language,
            case when t.not_before >= a.expires_at then 8 else 1 end, t.not_before,
            case when t.not_before >= a.expires_at then 'quiet' else '' end
        from timed t
        on conflict do nothing
        returning channel_id, state
    ), counted as (
        insert into alert_progress as p (area_id, alert_id, channel_id, state, count)
        select p_area_id, p_alert_id, put.channel_id, put.state, count(*) from put
        group by put.channel_id, put.state
        on conflict (area_id, alert_id, channel_id, state)
            do update set count = p.count + excluded.count
    )
    select max(id), count(*) into v_last, v_rows from chunk;
    update alert set cursor_id = coalesce(v_last, cursor_id), is_queued = v_rows < p_limit
    where area_id = p_area_id and id = p_alert_id;
    return v_rows < p_limit;
end $$;
alter function alert_queue(int, bigint, int, int, int, bigint) owner to koban_system;
revoke execute on function alert_queue(int, bigint, int, int, int, bigint) from public;
grant execute on function alert_queue(int, bigint, int, int, int, bigint) to koban_gateway;
comment on function alert_queue(int, bigint, int, int, int, bigint) is
    'Queues the next recipients of an alert; true when that was the last chunk.';
