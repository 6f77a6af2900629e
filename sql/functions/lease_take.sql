-- SPDX-License-Identifier: Apache-2.0
-- Takes or renews a lease; its token (a growing fence), or 0 while another holds it.
create or replace function lease_take(p_name text, p_node_id int, p_ttl_ms int)
returns bigint
language sql security definer set search_path = public, pg_temp as $$
    with taken as (
        insert into lease as l values (p_name, p_node_id, 1,
            clock_timestamp() + p_ttl_ms * interval '1 millisecond')
        on conflict (name) do update set node_id = p_node_id,
            token = case when l.node_id = p_node_id and l.expires_at > clock_timestamp()
                then l.token else l.token + 1 end,
            expires_at = excluded.expires_at
        where l.node_id = p_node_id or l.expires_at <= clock_timestamp()
        returning token)
    select coalesce((select token from taken), 0)
$$;
alter function lease_take(text, int, int) owner to koban_system;
revoke execute on function lease_take(text, int, int) from public;
grant execute on function lease_take(text, int, int) to koban_gateway;
comment on function lease_take(text, int, int) is
    'Takes or renews a lease; its token (a growing fence), or 0 while another holds it.';
