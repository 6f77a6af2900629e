-- SPDX-License-Identifier: Apache-2.0
-- What waits in quarantine and in the rings of the unverified: no content.
create or replace function quarantine_list()
returns table (r_what text, r_intake_id int, r_id bigint, r_channel text, r_reason text,
    r_received_ms bigint, r_bytes int)
language sql security definer set search_path = public, pg_temp as $$
    select 'unreadable', q.intake_id, q.id, c.name, q.reason,
        (extract(epoch from q.received_at) * 1000)::bigint, coalesce(length(q.body), 0)
    from quarantine q join channel c on c.id = q.channel_id where not q.is_done
    union all
    select 'unverified', r.intake_id, r.id, c.name, 'signature',
        (extract(epoch from r.received_at) * 1000)::bigint, length(r.body)
    from rejected r join channel c on c.id = r.channel_id
    order by 6
$$;
alter function quarantine_list() owner to koban_system;
revoke execute on function quarantine_list() from public;
grant execute on function quarantine_list() to koban_gateway;
comment on function quarantine_list() is
    'What waits in quarantine and in the rings of the unverified: no content.';
