-- SPDX-License-Identifier: Apache-2.0
-- Threads of a batch in one area, one row an element, and a message of theirs where one is
-- asked for; r_id 0 when there is none.
create or replace function thread_facts(
    p_area_id int, p_thread_ids bigint[], p_message_ids bigint[])
returns table (r_index int, r_now_ms bigint, r_id bigint, r_version int, r_number int,
    r_koban_id int, r_intake_id int, r_contact_id bigint, r_channel_id int, r_address text,
    r_state smallint, r_intent smallint, r_category smallint, r_urgency smallint,
    r_language text, r_manner smallint, r_claimed_by bigint, r_acknowledged_by bigint,
    r_acknowledged_ms bigint, r_attended_ms bigint, r_status smallint,
    r_disposition smallint, r_question smallint, r_questions_asked smallint,
    r_is_place_confirmed bool, r_latitude float8, r_longitude float8, r_rung smallint,
    r_is_surge bool, r_last_inbound_ms bigint, r_seen_inbound_ms bigint,
    r_last_automatic_ms bigint, r_automatic_texts int, r_opened_ms bigint,
    r_previous_area_id int, r_previous_thread_id bigint, r_last_inbound_id bigint,
    r_reply_id bigint, r_reply_by bigint, r_reply_ms bigint, r_message_id bigint,
    r_message_direction smallint, r_message_state smallint, r_message_priority smallint,
    r_message_body text, r_message_address text, r_message_channel_id int)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
begin
    return query
    select g.n::int, (extract(epoch from clock_timestamp()) * 1000)::bigint,
        coalesce(t.id, 0), t.version, t.number, t.koban_id, t.intake_id, t.contact_id,
        t.channel_id, t.address, t.state, t.intent, t.category, t.urgency, t.language,
        t.manner, t.claimed_by, t.acknowledged_by, t.acknowledged_ms, t.attended_ms,
        t.status, t.disposition, t.question, t.questions_asked, t.is_place_confirmed,
        t.latitude, t.longitude, t.rung, t.is_surge, t.last_inbound_ms,
        t.seen_inbound_ms, t.last_automatic_ms, t.automatic_texts, t.opened_ms,
        t.previous_area_id, t.previous_thread_id, coalesce(i.id, 0), coalesce(r.id, 0),
        coalesce(r.officer_id, 0), coalesce((r.id >> 22) + 1704067200000, 0),
        coalesce(m.id, 0), coalesce(m.direction, 0::smallint), coalesce(m.state, 0::smallint),
        coalesce(m.priority, 0::smallint), coalesce(m.body, ''), coalesce(m.address, ''),
        coalesce(m.channel_id, 0)
    from unnest(p_thread_ids, p_message_ids) with ordinality as g (thread_id, message_id, n)
    left join thread t on t.area_id = p_area_id and t.id = g.thread_id
    left join lateral (
        select x.id from message x
        where g.message_id <> 0 and x.area_id = p_area_id and x.thread_id = t.id
          and x.direction = 0
        order by x.id desc limit 1) i on true
    left join lateral (
        select x.id, x.officer_id from message x
        where g.message_id <> 0 and x.area_id = p_area_id and x.thread_id = t.id
          and x.direction = 1 and x.officer_id <> 0
        order by x.id desc limit 1) r on true
    left join message m on m.area_id = p_area_id and m.thread_id = g.thread_id
        and m.id = g.message_id
    order by g.n;
end $$;
alter function thread_facts(int, bigint[], bigint[]) owner to koban_system;
revoke execute on function thread_facts(int, bigint[], bigint[]) from public;
grant execute on function thread_facts(int, bigint[], bigint[]) to koban_gateway;
comment on function thread_facts(int, bigint[], bigint[]) is
    'Threads of a batch in one area, one row an element, and a message of theirs where one is asked for; r_id 0 when there is none.';
