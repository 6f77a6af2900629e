-- SPDX-License-Identifier: Apache-2.0
-- How much is accepted and unsettled, and how old the oldest of it is.
create or replace function inbox_backlog()
returns table (r_unsettled bigint, r_oldest_ms bigint, r_poisoned bigint)
language sql security definer set search_path = public, pg_temp as $$
    select count(*), coalesce((extract(epoch from now() - min(received_at)) * 1000)::bigint, 0),
        count(*) filter (where attempts >= 3)
    from inbox where outcome = 0
$$;
alter function inbox_backlog() owner to koban_system;
revoke execute on function inbox_backlog() from public;
grant execute on function inbox_backlog() to koban_gateway;
comment on function inbox_backlog() is
    'How much is accepted and unsettled, and how old the oldest of it is.';
