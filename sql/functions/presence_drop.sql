-- SPDX-License-Identifier: Apache-2.0
-- A console's stream has ended.
create or replace function presence_drop(p_node_id int, p_stream_id bigint)
returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from console_presence where node_id = p_node_id and stream_id = p_stream_id;
    update version set value = value + 1 where name = 'roster';
$$;
alter function presence_drop(int, bigint) owner to koban_system;
revoke execute on function presence_drop(int, bigint) from public;
grant execute on function presence_drop(int, bigint) to koban_gateway;
comment on function presence_drop(int, bigint) is
    'A console''s stream has ended.';
