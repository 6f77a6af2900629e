-- SPDX-License-Identifier: Apache-2.0
-- One alert with its progress; the reading is audited in the same statement. KB404 when this
-- session may not see it.
create or replace function console_alert(p_session bytea, p_area_id int, p_alert_id bigint)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint; v_rows jsonb;
begin
    v_officer := console_enter(p_session);
    v_rows := inner_alert(p_area_id, array[p_alert_id]);
    if jsonb_array_length(v_rows) = 0 then
        raise exception 'not visible' using errcode = 'KB404';
    end if;
    insert into audit (area_id, officer_id, thread_id, action, detail)
    values (p_area_id, v_officer, 0, 'alert.read', p_alert_id::text);
    return v_rows -> 0;
end $$;
alter function console_alert(bytea, int, bigint) owner to koban_scoped;
revoke execute on function console_alert(bytea, int, bigint) from public;
grant execute on function console_alert(bytea, int, bigint) to koban_gateway;
comment on function console_alert(bytea, int, bigint) is
    'One alert with its progress; the reading is audited.';
