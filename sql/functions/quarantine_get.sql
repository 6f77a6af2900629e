-- SPDX-License-Identifier: Apache-2.0
-- One row of quarantine_list with its bytes, for release. What could be read but not settled
-- has its bytes in the inbox still.
create or replace function quarantine_get(p_id bigint)
returns table (r_what text, r_intake_id int, r_channel_id int, r_received_ms bigint,
    r_target text, r_fields text, r_body bytea)
language sql security definer set search_path = public, pg_temp as $$
    select case when q.target = 'inbox' then 'unsettled' else 'unreadable' end, q.intake_id,
        q.channel_id, (extract(epoch from q.received_at) * 1000)::bigint,
        coalesce(p.target, q.target), '[]', coalesce(p.body, q.body)
    from quarantine q
    left join lateral (
        select f.target, f.body
        from inbox i join inbox f on f.intake_id = i.intake_id and f.post_id = i.post_id
        where q.target = 'inbox' and i.intake_id = q.intake_id and i.id = q.id
          and f.body is not null
        limit 1) p on true
    where q.id = p_id and not q.is_done
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
