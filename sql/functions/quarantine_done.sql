-- SPDX-License-Identifier: Apache-2.0
-- Takes a released row out: a quarantined one is kept and marked, a rejected one goes.
create or replace function quarantine_done(p_id bigint)
returns void
language sql security definer set search_path = public, pg_temp as $$
    update quarantine set is_done = true where id = p_id;
    delete from rejected where id = p_id;
$$;
alter function quarantine_done(bigint) owner to koban_system;
revoke execute on function quarantine_done(bigint) from public;
grant execute on function quarantine_done(bigint) to koban_gateway;
comment on function quarantine_done(bigint) is
    'Takes a released row out: a quarantined one is kept and marked, a rejected one goes.';
