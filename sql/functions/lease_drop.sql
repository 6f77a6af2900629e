-- SPDX-License-Identifier: Apache-2.0
-- Gives a lease back, if it is still ours.
create or replace function lease_drop(p_name text, p_token bigint)
returns void
language sql security definer set search_path = public, pg_temp as $$
    update lease set expires_at = clock_timestamp() where name = p_name and token = p_token
$$;
alter function lease_drop(text, bigint) owner to koban_system;
revoke execute on function lease_drop(text, bigint) from public;
grant execute on function lease_drop(text, bigint) to koban_gateway;
comment on function lease_drop(text, bigint) is
    'Gives a lease back, if it is still ours.';
