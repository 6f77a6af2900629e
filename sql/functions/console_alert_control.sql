-- SPDX-License-Identifier: Apache-2.0
-- Pauses, resumes or stops an alert that is on its way; any officer of the area may. KB409
-- when it is not in a state for that.
create or replace function console_alert_control(p_session bytea, p_area_id int,
    p_alert_id bigint, p_action text)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record;
begin
    select * into v from inner_alert_act(p_session, p_area_id, p_alert_id);
    update alert set state = case p_action when 'pause' then 5 when 'resume' then 4
            else 6 end,
        ended_at = case when p_action = 'stop' then now() end, version = version + 1
    where area_id = p_area_id and id = p_alert_id and case p_action
        when 'pause' then state = 4 when 'resume' then state = 5
        when 'stop' then state in (3, 4, 5) else false end;
    if not found then
        raise exception 'not in such a state' using errcode = 'KB409';
    end if;
    insert into audit (area_id, officer_id, thread_id, action, detail)
    values (p_area_id, v.r_officer_id, 0, 'alert.' || p_action, p_alert_id::text);
    return inner_alert(p_area_id, array[p_alert_id]) -> 0;
end $$;
alter function console_alert_control(bytea, int, bigint, text) owner to koban_scoped;
revoke execute on function console_alert_control(bytea, int, bigint, text) from public;
grant execute on function console_alert_control(bytea, int, bigint, text) to koban_gateway;
comment on function console_alert_control(bytea, int, bigint, text) is
    'Pauses, resumes or stops an alert.';
