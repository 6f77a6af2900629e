-- SPDX-License-Identifier: Apache-2.0
-- One row of quarantine_list with its bytes, for release.
create or replace function quarantine_get(p_id bigint)
returns table (r_what text, r_intake_id int, r_channel_id int, r_received_ms bigint,
    r_target text, r_fields text, r_body bytea)
language sql security definer set search_path = public, pg_temp as $$
    select 'unreadable', intake_id, channel_id,
        (extract(epoch from received_at) * 1000)::bigint, target, '[]', body
    from quarantine where id = p_id and not is_done
    union all
    select 'unverified', intake_id, channel_id,
        (extract(epoch from received_at) * 1000)::bigint, target, fields::text, body
    from rejected where id = p_id
$$;
alter function quarantine_get(bigint) owner to koban_system;
revoke execute on function quarantine_get(bigint) from public;
grant execute on function quarantine_get(bigint) to koban_gateway;
comment on function quarantine_get(bigint) is
    'One row of quarantine_list with its bytes, for release.';
