-- SPDX-License-Identifier: Apache-2.0
-- Takes up to p_limit rows of one area and channel to be sent now: to claim is to send. Best
-- priority first; within a lane (channel, address) a row waits for an older one of the same
-- or a higher class that is queued or being sent, but never an officer for an automatic
-- text, nor an emergency for anything. KB003 when the fence is not the live token of the
-- channel's lease.
create or replace function outbox_claim(
    p_area_id int, p_channel_id int, p_fence bigint, p_limit int)
returns table (r_message_id bigint, r_thread_id bigint, r_address text, r_body text,
    r_priority smallint, r_left_life_ms int, r_is_silent bool, r_reply_token text,
    r_age_ms int, r_retry_key text, r_attempt smallint, r_language text, r_direction smallint)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
begin
    perform from lease where name = 'channel:' || p_channel_id and token = p_fence
        and expires_at > now();
    if not found then
        raise exception 'lease lost' using errcode = 'KB003';
    end if;
    return query
    with ready as (
        select o.id from outbox o
        where o.area_id = p_area_id and o.channel_id = p_channel_id and o.state = 1
          and o.not_before <= now() and (o.expires_at is null or o.expires_at > now())
          and not exists (
              select from outbox b
              -- + 0: by the index of lanes, never by the whole queue.
              where b.area_id = p_area_id and b.channel_id + 0 = p_channel_id
                and b.state in (1, 2) and b.address = o.address and b.id < o.id
                and b.priority <= o.priority and o.priority > 0
                and (not b.is_automatic or o.is_automatic)
                and (b.expires_at is null or b.expires_at > now()))
        order by o.priority, o.id
        limit p_limit
        for update skip locked
    ), taken as (
        update outbox o set state = 2, claimed_at = now(), fence = p_fence,
            attempt = o.attempt + 1
        from ready where o.area_id = p_area_id and o.id = ready.id
        returning o.*
    ), shown as (
        update message m set state = 2 from taken
        where m.area_id = p_area_id and m.thread_id = taken.thread_id and m.id = taken.id
        returning m.id, m.body, m.direction
    )
    select k.id, k.thread_id, k.address, s.body, k.priority,
        case when k.expires_at is null then 0
            else greatest(1, (extract(epoch from k.expires_at - now()) * 1000)::int) end,
        k.is_silent, k.reply_token,
        (extract(epoch from now() - k.created_at) * 1000)::int, k.retry_key, k.attempt,
        t.language, s.direction
    from taken k
    join shown s on s.id = k.id
    join thread t on t.area_id = p_area_id and t.id = k.thread_id
    order by k.priority, k.id;
end $$;
alter function outbox_claim(int, int, bigint, int) owner to koban_system;
revoke execute on function outbox_claim(int, int, bigint, int) from public;
grant execute on function outbox_claim(int, int, bigint, int) to koban_gateway;
comment on function outbox_claim(int, int, bigint, int) is
    'Takes up to p_limit rows of one area and channel to be sent now: to claim is to send.';
