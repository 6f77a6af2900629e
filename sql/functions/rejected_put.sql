-- SPDX-License-Identifier: Apache-2.0
-- Keeps an unverified POST in the channel's ring: 1,000 rows and 16 MiB, the oldest go.
create or replace function rejected_put(
    p_intake_id int, p_id bigint, p_channel_id int, p_received_ms bigint, p_target text,
    p_fields text, p_body bytea)
returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into rejected values (p_intake_id, p_channel_id, p_id,
        to_timestamp(p_received_ms / 1000.0), p_target, p_fields::jsonb, p_body)
    on conflict do nothing;
    delete from rejected r using (
        select id, row_number() over (order by id desc) as n,
            sum(length(body)) over (order by id desc) as bytes
        from rejected where intake_id = p_intake_id and channel_id = p_channel_id) old
    where r.intake_id = p_intake_id and r.channel_id = p_channel_id and r.id = old.id
      and (old.n > 1000 or old.bytes > 16 * 1024 * 1024);
$$;
alter function rejected_put(int, bigint, int, bigint, text, text, bytea) owner to koban_system;
revoke execute on function rejected_put(int, bigint, int, bigint, text, text, bytea) from public;
grant execute on function rejected_put(int, bigint, int, bigint, text, text, bytea) to koban_gateway;
comment on function rejected_put(int, bigint, int, bigint, text, text, bytea) is
    'Keeps an unverified POST in the channel''s ring: 1,000 rows and 16 MiB, the oldest go.';
