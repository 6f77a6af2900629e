-- SPDX-License-Identifier: Apache-2.0
-- How often what came from a contact was a false alarm.
create or replace function inner_strikes(p_intake_id int, p_contact_id bigint)
returns int
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce((select c.strikes from contact c where c.intake_id = p_intake_id
        and c.id = p_contact_id), 0)
$$;
alter function inner_strikes(int, bigint) owner to koban_system;
revoke execute on function inner_strikes(int, bigint) from public;
grant execute on function inner_strikes(int, bigint) to koban_scoped;
comment on function inner_strikes(int, bigint) is
    'How often what came from a contact was a false alarm.';
