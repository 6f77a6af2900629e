-- SPDX-License-Identifier: Apache-2.0
-- Signs an officer in: the counter of the TOTP must have grown, the failures are forgotten.
-- False when the code was used before.
create or replace function session_put(p_hash bytea, p_officer_id bigint,
    p_totp_counter bigint, p_ttl_ms bigint)
returns bool
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update officer set totp_counter = greatest(totp_counter, p_totp_counter),
        failed_count = 0
    where id = p_officer_id and (p_totp_counter = 0 or totp_counter < p_totp_counter);
    if not found then
        return false;
    end if;
    delete from session where expires_at < now(); -- one on duty has no end before the shift's
    insert into session (hash, officer_id, expires_at)
    values (p_hash, p_officer_id, now() + p_ttl_ms * interval '1 millisecond');
    insert into audit (area_id, officer_id, thread_id, action)
    select area_id, id, 0, 'session.start' from officer where id = p_officer_id;
    return true;
end $$;
alter function session_put(bytea, bigint, bigint, bigint) owner to koban_system;
revoke execute on function session_put(bytea, bigint, bigint, bigint) from public;
grant execute on function session_put(bytea, bigint, bigint, bigint) to koban_gateway;
comment on function session_put(bytea, bigint, bigint, bigint) is
    'Signs an officer in: the counter of the TOTP must have grown, the failures are forgotten.';
