-- SPDX-License-Identifier: Apache-2.0
-- Tells serving processes that the roster or the channels changed.
create or replace function admin_moved(p_name text)
returns void
language sql set search_path = public, pg_temp as $$
    update version set value = value + 1 where name = p_name
$$;
revoke execute on function admin_moved(text) from public;
comment on function admin_moved(text) is
    'Tells serving processes that the roster or the channels changed.';
