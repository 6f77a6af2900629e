-- SPDX-License-Identifier: Apache-2.0
-- Alerts that changed, as far as this session may see them.
create or replace function console_alert_rows(p_session bytea, p_area_id int, p_ids bigint[])
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform console_enter(p_session);
    return jsonb_build_object('alerts', inner_alert(p_area_id, p_ids));
end $$;
alter function console_alert_rows(bytea, int, bigint[]) owner to koban_scoped;
revoke execute on function console_alert_rows(bytea, int, bigint[]) from public;
grant execute on function console_alert_rows(bytea, int, bigint[]) to koban_gateway;
comment on function console_alert_rows(bytea, int, bigint[]) is
    'Alerts that changed, as far as this session may see them.';
