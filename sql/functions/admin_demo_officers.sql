-- SPDX-License-Identifier: Apache-2.0
-- Officers who have no password yet, for the demo city.
create or replace function admin_demo_officers()
returns table (login text)
language sql set search_path = public, pg_temp as $$
    select o.login from officer o where o.password_hash is null
$$;
revoke execute on function admin_demo_officers() from public;
comment on function admin_demo_officers() is
    'Officers who have no password yet, for the demo city.';
