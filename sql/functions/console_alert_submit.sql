-- SPDX-License-Identifier: Apache-2.0
-- Hands a draft to a second officer, with the audience as the author saw it. KB422 when it is
-- over already, when it has no text in the site's language, or, of danger, a language of the
-- site is missing. KB409 when the audience is another one meanwhile (within a twentieth).
create or replace function console_alert_submit(p_session bytea, p_area_id int,
    p_alert_id bigint, p_audience int, p_languages text[], p_quiet_from int, p_quiet_to int)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record; a alert; v_count bigint; v_missing text[];
begin
    select * into v from inner_alert_act(p_session, p_area_id, p_alert_id);
    select * into a from alert where area_id = p_area_id and id = p_alert_id;
    if a.state <> 1 then
        raise exception 'no draft' using errcode = 'KB409';
    end if;
    v_missing := array(select l from unnest(p_languages) with ordinality as x (l, n)
        where (x.n = 1 or a.severity = 3) and not exists (select from alert_text t
            where t.area_id = p_area_id and t.alert_id = p_alert_id and t.language = x.l));
    if v_missing <> '{}' or a.expires_at <= coalesce(a.send_at, now()) then
        raise exception 'not complete' using errcode = 'KB422';
    end if;
    select coalesce(sum(r_count), 0) into v_count
    from alert_audience(p_area_id, p_alert_id, p_quiet_from, p_quiet_to);
    if abs(v_count - p_audience) > greatest(1, v_count / 20) then
        raise exception 'audience changed' using errcode = 'KB409';
    end if;
    update alert set state = 2, audience = p_audience, submitted_at = now(),
        author_id = v.r_officer_id, version = version + 1
    where area_id = p_area_id and id = p_alert_id;
    insert into audit (area_id, officer_id, thread_id, action, detail)
    values (p_area_id, v.r_officer_id, 0, 'alert.submit', p_alert_id::text);
    return inner_alert(p_area_id, array[p_alert_id]) -> 0;
end $$;
alter function console_alert_submit(bytea, int, bigint, int, text[], int, int) owner to koban_scoped;
revoke execute on function console_alert_submit(bytea, int, bigint, int, text[], int, int) from public;
grant execute on function console_alert_submit(bytea, int, bigint, int, text[], int, int) to koban_gateway;
comment on function console_alert_submit(bytea, int, bigint, int, text[], int, int) is
    'Hands an alert to a second officer.';
