-- SPDX-License-Identifier: Apache-2.0
-- The officer of a session who may write and decide on alerts of an area; locks the alert.
-- KB403 a reader or a link, KB404 not visible. p_alert_id 0: a new one.
create or replace function inner_alert_act(p_session bytea, p_area_id int, p_alert_id bigint)
returns table (r_officer_id bigint, r_role smallint, r_koban_id int)
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record;
begin
    perform console_enter(p_session);
    select * into v from inner_scope(p_session);
    if v.r_role = 3 or current_setting('koban.link_thread') <> '0' then
        raise exception 'readers do not act' using errcode = 'KB403';
    end if;
    if p_alert_id = 0 then
        perform from area a where a.id = p_area_id and a.id = any (
            coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
            || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]);
    else
        perform from alert a where a.area_id = p_area_id and a.id = p_alert_id for update;
    end if;
    if not found then
        raise exception 'not visible' using errcode = 'KB404';
    end if;
    return query select v.r_officer_id, v.r_role, v.r_koban_id;
end $$;
alter function inner_alert_act(bytea, int, bigint) owner to koban_scoped;
revoke execute on function inner_alert_act(bytea, int, bigint) from public;
grant execute on function inner_alert_act(bytea, int, bigint) to koban_scoped;
comment on function inner_alert_act(bytea, int, bigint) is
    'The officer of a session who may act on alerts of an area.';
