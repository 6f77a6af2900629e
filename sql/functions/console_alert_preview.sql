-- SPDX-License-Identifier: Apache-2.0
-- Whom an alert would reach: the alert, and counts by channel, language and quiet hours, with
-- what a channel's texts cost and how fast it sends. The shell adds parts and sums.
create or replace function console_alert_preview(p_session bytea, p_area_id int,
    p_alert_id bigint, p_quiet_from int, p_quiet_to int)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_rows jsonb;
begin
    perform console_enter(p_session);
    v_rows := inner_alert(p_area_id, array[p_alert_id]);
    if jsonb_array_length(v_rows) = 0 then
        raise exception 'not visible' using errcode = 'KB404';
    end if;
    return jsonb_build_object('alert', v_rows -> 0, 'audience', (
        select coalesce(jsonb_agg(jsonb_build_object('channel', c.name,
            'adapter', c.adapter, 'language', x.r_language, 'quiet', x.r_is_quiet,
            'count', x.r_count, 'rate', c.rate_per_second,
            'price_per_part', coalesce((c.settings ->> 'price_per_part')::numeric, 0),
            'currency', coalesce(c.settings ->> 'currency', ''))
            order by c.name, x.r_language, x.r_is_quiet), '[]')
        from alert_audience(p_area_id, p_alert_id, p_quiet_from, p_quiet_to) x
        join channel c on c.id = x.r_channel_id));
end $$;
alter function console_alert_preview(bytea, int, bigint, int, int) owner to koban_scoped;
revoke execute on function console_alert_preview(bytea, int, bigint, int, int) from public;
grant execute on function console_alert_preview(bytea, int, bigint, int, int) to koban_gateway;
comment on function console_alert_preview(bytea, int, bigint, int, int) is
    'Whom an alert would reach, by channel and language.';
