-- SPDX-License-Identifier: Apache-2.0
-- What sign-in needs to know of a login; no row when there is no such officer.
create or replace function officer_sign_in_facts(p_login text)
returns table (r_id bigint, r_password_hash text, r_totp_secret bytea,
    r_totp_counter bigint, r_is_disabled bool, r_failed_count int, r_failed_ago_ms bigint)
language sql security definer set search_path = public, pg_temp as $$
    select id, coalesce(password_hash, ''), totp_secret, totp_counter, is_disabled,
        failed_count, coalesce((extract(epoch from now() - failed_at) * 1000)::bigint, 0)
    from officer where login = p_login
$$;
alter function officer_sign_in_facts(text) owner to koban_system;
revoke execute on function officer_sign_in_facts(text) from public;
grant execute on function officer_sign_in_facts(text) to koban_gateway;
comment on function officer_sign_in_facts(text) is
    'What sign-in needs to know of a login; no row when there is no such officer.';
