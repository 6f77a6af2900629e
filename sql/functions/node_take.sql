-- SPDX-License-Identifier: Apache-2.0
-- The smallest node number that is free or whose holder has not been heard of for 15
-- seconds.
create or replace function node_take(p_host text, p_pid int, p_token bigint)
returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_id int;
begin
    lock table gateway_node in share row exclusive mode;
    select n into v_id from generate_series(0, 1023) n
    where not exists (select from gateway_node g where g.id = n
        and g.heartbeat_at > now() - interval '15 seconds')
    order by n limit 1;
    insert into gateway_node (id, token, host, pid, heartbeat_at)
    values (v_id, p_token, p_host, p_pid, clock_timestamp())
    on conflict (id) do update set token = p_token, host = p_host, pid = p_pid,
        heartbeat_at = clock_timestamp(), answered = 0, stored = 0, duplicates = 0,
        journaled = 0;
    delete from console_presence where node_id = v_id;
    return v_id;
end $$;
alter function node_take(text, int, bigint) owner to koban_system;
revoke execute on function node_take(text, int, bigint) from public;
grant execute on function node_take(text, int, bigint) to koban_gateway;
comment on function node_take(text, int, bigint) is
    'The smallest node number that is free or whose holder has not been heard of for 15 seconds.';
