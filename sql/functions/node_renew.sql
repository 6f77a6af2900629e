-- SPDX-License-Identifier: Apache-2.0
-- Keeps a node number; false when it was lost. Its consoles live as long as it does, and
-- those of dead nodes go. With its counts of events since it started: answered 2xx, stored,
-- known already, kept in its journal.
create or replace function node_renew(p_id int, p_token bigint, p_answered bigint,
    p_stored bigint, p_duplicates bigint, p_journaled bigint)
returns bool
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_rows int; v_gone int;
begin
    update gateway_node set heartbeat_at = clock_timestamp(), answered = p_answered,
        stored = p_stored, duplicates = p_duplicates, journaled = p_journaled
    where id = p_id and token = p_token;
    get diagnostics v_rows = row_count;
    delete from console_presence c where not exists (
        select from gateway_node g where g.id = c.node_id
          and g.heartbeat_at > clock_timestamp() - interval '15 seconds');
    get diagnostics v_gone = row_count;
    if v_gone > 0 then
        update version set value = value + 1 where name = 'roster';
    end if;
    return v_rows = 1;
end $$;
alter function node_renew(int, bigint, bigint, bigint, bigint, bigint) owner to koban_system;
revoke execute on function node_renew(int, bigint, bigint, bigint, bigint, bigint) from public;
grant execute on function node_renew(int, bigint, bigint, bigint, bigint, bigint) to koban_gateway;
comment on function node_renew(int, bigint, bigint, bigint, bigint, bigint) is
    'Keeps a node number; false when it was lost.';
