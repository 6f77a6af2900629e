-- SPDX-License-Identifier: Apache-2.0
-- An event that a person brings in; of one that is there only whether its sender was told
-- (urgency 4).
create or replace function admin_inbox_put(
    p_intake_id int, p_channel_id int, p_event_key text, p_id bigint, p_received_ms bigint,
    p_kind smallint, p_urgency smallint, p_post_id bigint, p_index smallint, p_target
    text, p_body text)
returns void
language sql set search_path = public, pg_temp as $$
    insert into inbox (intake_id, channel_id, event_key, id, received_at, kind, urgency, post_id,
        event_index, target, body)
    values (p_intake_id, p_channel_id, p_event_key, p_id, to_timestamp(p_received_ms / 1000.0),
        p_kind, p_urgency, p_post_id, p_index, nullif(p_target, ''),
        decode(nullif(p_body, ''), 'hex'))
    on conflict (intake_id, channel_id, event_key) do update set urgency = 4
    where excluded.urgency = 4 and inbox.outcome = 0
$$;
revoke execute on function admin_inbox_put(int, int, text, bigint, bigint, smallint, smallint, bigint, smallint, text, text) from public;
comment on function admin_inbox_put(int, int, text, bigint, bigint, smallint, smallint, bigint, smallint, text, text) is
    'An event that a person brings in; of one that is there only whether its sender was told (urgency 4).';
