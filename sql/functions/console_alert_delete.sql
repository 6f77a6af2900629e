-- SPDX-License-Identifier: Apache-2.0
-- Deletes a draft, by its author or a supervisor; answers what it was. KB403 another officer,
-- KB409 when it was handed to a second officer (whatever became of it since), or written anew
-- since it was read: p_version is what was read.
create or replace function console_alert_delete(p_session bytea, p_area_id int,
    p_alert_id bigint, p_version int)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record; a alert; v_row jsonb;
begin
    select * into v from inner_alert_act(p_session, p_area_id, p_alert_id);
    select * into a from alert where area_id = p_area_id and id = p_alert_id;
    if v.r_role not in (1, 2) and v.r_officer_id <> a.author_id then
        raise exception 'a colleague''s draft' using errcode = 'KB403';
    end if;
    if a.state <> 1 then
        raise exception 'no draft' using errcode = 'KB409';
    end if;
    if a.version <> p_version then
        raise exception 'other words than were read' using errcode = 'KB409';
    end if;
    v_row := inner_alert(p_area_id, array[p_alert_id]) -> 0;
    delete from alert_text where area_id = p_area_id and alert_id = p_alert_id;
    delete from alert where area_id = p_area_id and id = p_alert_id;
    insert into audit (area_id, officer_id, thread_id, action, detail)
    values (p_area_id, v.r_officer_id, 0, 'alert.delete', p_alert_id::text);
    return v_row;
end $$;
alter function console_alert_delete(bytea, int, bigint, int) owner to koban_scoped;
revoke execute on function console_alert_delete(bytea, int, bigint, int) from public;
grant execute on function console_alert_delete(bytea, int, bigint, int) to koban_gateway;
comment on function console_alert_delete(bytea, int, bigint, int) is
    'Deletes a draft of an alert.';
