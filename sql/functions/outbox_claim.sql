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
set enable_seqscan = off set enable_sort = off as $$
declare v_row record;
begin
    perform from lease where name = 'channel:' || p_channel_id and token = p_fence
        and expires_at > now();
    if not found then
        raise exception 'lease lost' using errcode = 'KB003';
    end if;
    -- Row by row, by whole keys: a plan of one statement is cached while the queue is empty,
    -- as it mostly is, and reads all of the area's rows ever after. For the same reason
    -- offset 0: without it the question becomes a join. + 0: not by the queue's index.
    for v_row in
        select o.id, o.thread_id from outbox o
        where o.area_id = p_area_id and o.channel_id = p_channel_id and o.state = 1
          and o.not_before <= now() and (o.expires_at is null or o.expires_at > now())
          and not exists (
              select from outbox b
              where b.area_id = p_area_id and b.channel_id + 0 = p_channel_id
                and b.state in (1, 2) and b.address = o.address and b.id < o.id
                and b.priority <= o.priority and o.priority > 0
                and (not b.is_automatic or o.is_automatic)
                and (b.expires_at is null or b.expires_at > now())
              offset 0)
        order by o.priority, o.id
        limit p_limit
        for update skip locked
    loop
        -- The message stays as it is: that it is being sent stands in the queue alone.
        update outbox o set state = 2, claimed_at = now(), fence = p_fence,
            attempt = o.attempt + 1
        where o.area_id = p_area_id and o.id = v_row.id
        returning o.id, o.thread_id, o.address, o.priority,
            case when o.expires_at is null then 0
                else greatest(1, (extract(epoch from o.expires_at - now()) * 1000)::int) end,
            o.is_silent, o.reply_token,
            (extract(epoch from now() - o.created_at) * 1000)::int, o.retry_key, o.attempt
        into r_message_id, r_thread_id, r_address, r_priority, r_left_life_ms, r_is_silent,
            r_reply_token, r_age_ms, r_retry_key, r_attempt;
        select m.body, m.direction into r_body, r_direction from message m
        where m.area_id = p_area_id and m.thread_id = v_row.thread_id and m.id = v_row.id;
        select t.language into r_language from thread t
        where t.area_id = p_area_id and t.id = v_row.thread_id;
        return next;
    end loop;
end $$;
alter function outbox_claim(int, int, bigint, int) owner to koban_system;
revoke execute on function outbox_claim(int, int, bigint, int) from public;
grant execute on function outbox_claim(int, int, bigint, int) to koban_gateway;
comment on function outbox_claim(int, int, bigint, int) is
    'Takes up to p_limit rows of one area and channel to be sent now: to claim is to send.';
