-- SPDX-License-Identifier: Apache-2.0
-- A second officer approves an alert by typing how many people it reaches, or refuses it with
-- a reason; a supervisor alone, for danger to life, breaks the glass. KB403 when author and
-- approver are one, KB422 when the typed count is not the audience, KB409 when it does not
-- wait for approval, or was written anew since it was read: p_version is what was read.
create or replace function console_alert_decide(p_session bytea, p_area_id int,
    p_alert_id bigint, p_action text, p_count int, p_reason text,
    p_version int)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record; a alert; v_is_glass bool := p_action = 'break_glass';
begin
    select * into v from inner_alert_act(p_session, p_area_id, p_alert_id);
    select * into a from alert where area_id = p_area_id and id = p_alert_id;
    if a.state <> 2 then
        raise exception 'does not wait' using errcode = 'KB409';
    end if;
    if a.version <> p_version then
        raise exception 'other words than were read' using errcode = 'KB409';
    end if;
    if p_action = 'refuse' then
        update alert set state = 8, refused_reason = p_reason, approver_id = case
                when v.r_officer_id = a.author_id then 0 else v.r_officer_id end,
            version = version + 1
        where area_id = p_area_id and id = p_alert_id;
    elsif p_action in ('approve', 'break_glass') then
        if (v_is_glass and (v.r_role not in (1, 2) or a.severity <> 3))
            or (not v_is_glass and v.r_officer_id = a.author_id) then
            raise exception 'another officer approves' using errcode = 'KB403';
        end if;
        if p_count is distinct from a.audience or a.expires_at <= now() then
            raise exception 'count differs' using errcode = 'KB422';
        end if;
        update alert set state = 3, approver_id = v.r_officer_id, approved_at = now(),
            is_break_glass = v_is_glass, send_at = greatest(coalesce(a.send_at, now()), now()),
            version = version + 1
        where area_id = p_area_id and id = p_alert_id;
        -- A correction ends what it corrects.
        update alert set state = 6, ended_at = now(), version = version + 1
        where area_id = p_area_id and id = a.origin_id and state in (3, 4, 5);
    else
        raise exception 'no such action' using errcode = 'KB422';
    end if;
    insert into audit (area_id, officer_id, thread_id, action, detail)
    values (p_area_id, v.r_officer_id, 0, 'alert.' || p_action, p_alert_id::text);
    return inner_alert(p_area_id, array[p_alert_id]) -> 0;
end $$;
alter function console_alert_decide(bytea, int, bigint, text, int, text, int) owner to koban_scoped;
revoke execute on function console_alert_decide(bytea, int, bigint, text, int, text, int) from public;
grant execute on function console_alert_decide(bytea, int, bigint, text, int, text, int) to koban_gateway;
comment on function console_alert_decide(bytea, int, bigint, text, int, text, int) is
    'Approves or refuses an alert.';
