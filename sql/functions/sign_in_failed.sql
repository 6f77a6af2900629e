-- SPDX-License-Identifier: Apache-2.0
-- Counts a failed sign-in; the next guess has to wait longer.
create or replace function sign_in_failed(p_officer_id bigint)
returns void
language sql security definer set search_path = public, pg_temp as $$
    update officer set failed_count = failed_count + 1, failed_at = now()
    where id = p_officer_id
$$;
alter function sign_in_failed(bigint) owner to koban_system;
revoke execute on function sign_in_failed(bigint) from public;
grant execute on function sign_in_failed(bigint) to koban_gateway;
comment on function sign_in_failed(bigint) is
    'Counts a failed sign-in; the next guess has to wait longer.';
