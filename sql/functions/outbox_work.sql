-- SPDX-License-Identifier: Apache-2.0
-- Where something is to be sent, or hangs: counts by area and channel.
create or replace function outbox_work()
returns table (r_area_id int, r_channel_id int, r_queued bigint, r_oldest_ms bigint)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
begin
    return query
    select area_id, channel_id, count(*),
        (extract(epoch from now() - min(created_at)) * 1000)::bigint
    from outbox where state in (1, 2) group by area_id, channel_id order by 1, 2;
end $$;
alter function outbox_work() owner to koban_system;
revoke execute on function outbox_work() from public;
grant execute on function outbox_work() to koban_gateway;
comment on function outbox_work() is
    'Where something is to be sent, or hangs: counts by area and channel.';
