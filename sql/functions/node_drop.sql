-- SPDX-License-Identifier: Apache-2.0
-- Gives a node number back at the end of the process.
create or replace function node_drop(p_id int, p_token bigint)
returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from console_presence where node_id = p_id;
    update version set value = value + 1 where name = 'roster';
    delete from lease where node_id = p_id;
    delete from gateway_node where id = p_id and token = p_token;
$$;
alter function node_drop(int, bigint) owner to koban_system;
revoke execute on function node_drop(int, bigint) from public;
grant execute on function node_drop(int, bigint) to koban_gateway;
comment on function node_drop(int, bigint) is
    'Gives a node number back at the end of the process.';
