-- SPDX-License-Identifier: Apache-2.0
-- Locks or unlocks a session. A locked one keeps its stream, its count and its tone.
create or replace function session_lock(p_hash bytea, p_is_locked bool)
returns void
language sql security definer set search_path = public, pg_temp as $$
    update session set is_locked = p_is_locked where hash = p_hash
$$;
alter function session_lock(bytea, bool) owner to koban_system;
revoke execute on function session_lock(bytea, bool) from public;
grant execute on function session_lock(bytea, bool) to koban_gateway;
comment on function session_lock(bytea, bool) is
    'Locks or unlocks a session.';
