-- SPDX-License-Identifier: Apache-2.0
-- Whose session a token is, locked or not; no row when it is none.
create or replace function session_facts(p_hash bytea)
returns table (r_officer_id bigint, r_login text, r_is_locked bool, r_role smallint)
language sql security definer set search_path = public, pg_temp as $$
    select o.id, o.login, s.is_locked, o.role
    from session s join officer o on o.id = s.officer_id
    where s.hash = p_hash and s.expires_at > now() and not o.is_disabled
$$;
alter function session_facts(bytea) owner to koban_system;
revoke execute on function session_facts(bytea) from public;
grant execute on function session_facts(bytea) to koban_gateway;
comment on function session_facts(bytea) is
    'Whose session a token is, locked or not; no row when it is none.';
