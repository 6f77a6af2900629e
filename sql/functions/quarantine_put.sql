-- SPDX-License-Identifier: Apache-2.0
-- Keeps what was verified but cannot be understood or settled.
create or replace function quarantine_put(
    p_intake_id int, p_id bigint, p_channel_id int, p_reason text, p_received_ms bigint,
    p_target text, p_body bytea)
returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into quarantine (intake_id, id, channel_id, reason, received_at, target, body)
    values (p_intake_id, p_id, p_channel_id, p_reason, to_timestamp(p_received_ms / 1000.0),
        p_target, p_body)
    -- Released once, and in vain.
    on conflict (intake_id, id) do update set is_done = false, reason = excluded.reason
$$;
alter function quarantine_put(int, bigint, int, text, bigint, text, bytea) owner to koban_system;
revoke execute on function quarantine_put(int, bigint, int, text, bigint, text, bytea) from public;
grant execute on function quarantine_put(int, bigint, int, text, bigint, text, bytea) to koban_gateway;
comment on function quarantine_put(int, bigint, int, text, bigint, text, bytea) is
    'Keeps what was verified but cannot be understood or settled.';
