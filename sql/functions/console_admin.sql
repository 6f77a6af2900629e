-- SPDX-License-Identifier: Apache-2.0
-- Whether this session is a supervisor's or an administrator's, who may see how the site is
-- set up: 1 or 2. KB403 for everybody else and behind a one-time link.
create or replace function console_admin(p_session bytea)
returns smallint
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_role smallint;
begin
    perform console_enter(p_session);
    select s.r_role into v_role from inner_scope(p_session) s;
    if v_role not in (1, 2) or current_setting('koban.link_thread') <> '0' then
        raise exception 'not for this role' using errcode = 'KB403';
    end if;
    return v_role;
end $$;
alter function console_admin(bytea) owner to koban_scoped;
revoke execute on function console_admin(bytea) from public;
grant execute on function console_admin(bytea) to koban_gateway;
comment on function console_admin(bytea) is
    'Whether this session may see how the site is set up.';
