-- SPDX-License-Identifier: Apache-2.0
-- Signs out: the token is worth nothing from now on.
create or replace function session_end(p_hash bytea)
returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from session where hash = p_hash
$$;
alter function session_end(bytea) owner to koban_system;
revoke execute on function session_end(bytea) from public;
grant execute on function session_end(bytea) to koban_gateway;
comment on function session_end(bytea) is
    'Signs out: the token is worth nothing from now on.';
