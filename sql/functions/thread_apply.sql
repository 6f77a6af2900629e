-- SPDX-License-Identifier: Apache-2.0
-- Writes what a batch of plans makes of threads of one area: threads, messages, outbox,
-- timers. KB002 when a thread has moved on; nothing is written then. A message with a fence
-- has a place in its channel's drain already: it is born claimed (state 2) and returned when
-- that fence is the live lease and nothing goes before it in its lane, as in outbox_claim.
create or replace function thread_apply(
    p_area_id int,
    p_t_ids bigint[], p_t_expected int[], p_t_number int[], p_t_koban int[],
    p_t_intake int[], p_t_contact bigint[], p_t_channel int[], p_t_address text[],
    p_t_state smallint[], p_t_intent smallint[], p_t_category smallint[],
    p_t_urgency smallint[], p_t_language text[], p_t_manner smallint[],
    p_t_claimed_by bigint[], p_t_ack_by bigint[], p_t_ack_ms bigint[],
    p_t_attended_ms bigint[], p_t_status smallint[], p_t_disposition smallint[],
    p_t_question smallint[], p_t_questions_asked smallint[], p_t_place_confirmed bool[],
    p_t_latitude float8[], p_t_longitude float8[], p_t_rung smallint[], p_t_surge bool[],
    p_t_last_inbound_ms bigint[], p_t_seen_inbound_ms bigint[],
    p_t_last_automatic_ms bigint[], p_t_automatic_texts int[], p_t_opened_ms bigint[],
    p_t_previous_area int[], p_t_previous_thread bigint[],
    p_m_thread bigint[], p_m_id bigint[], p_m_direction smallint[], p_m_kind smallint[],
    p_m_body text[], p_m_sentence text[], p_m_officer bigint[], p_m_client_id text[],
    p_m_state smallint[], p_m_priority smallint[], p_m_latitude float8[],
    p_m_longitude float8[], p_m_reasons text[], p_m_inbox_id bigint[], p_m_channel int[],
    p_m_address text[], p_m_sent_ms bigint[], p_m_provider_id text[],
    p_o_message bigint[], p_o_thread bigint[], p_o_channel int[], p_o_address text[],
    p_o_priority smallint[], p_o_automatic bool[], p_o_life_ms int[], p_o_silent bool[],
    p_o_reply_token text[], p_o_retry_key text[], p_o_fence bigint[],
    p_x_thread bigint[], p_x_kind smallint[], p_x_delay_ms bigint[], p_x_value bigint[])
returns table (r_sending bigint)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_rows int; v_new int;
begin
    select count(*) filter (where e = 0) into v_new from unnest(p_t_expected) e;
    if v_new > 0 then
        insert into thread
        select p_area_id, g.id, 1, g.number, g.koban, g.intake, g.contact, g.channel,
            g.address, g.state, g.intent, g.category, g.urgency, g.language, g.manner,
            g.claimed_by, g.ack_by, g.ack_ms, g.attended_ms, g.status, g.disposition,
            g.question, g.questions_asked, g.place_confirmed, nullif(g.latitude, 'NaN'),
            nullif(g.longitude, 'NaN'), g.rung, g.surge, g.last_inbound_ms,
            g.seen_inbound_ms, g.last_automatic_ms, g.automatic_texts, g.opened_ms,
            g.previous_area, g.previous_thread
        from unnest(p_t_ids, p_t_expected, p_t_number, p_t_koban, p_t_intake, p_t_contact,
            p_t_channel, p_t_address, p_t_state, p_t_intent, p_t_category, p_t_urgency,
            p_t_language, p_t_manner, p_t_claimed_by, p_t_ack_by, p_t_ack_ms,
            p_t_attended_ms, p_t_status, p_t_disposition, p_t_question,
            p_t_questions_asked, p_t_place_confirmed, p_t_latitude, p_t_longitude,
            p_t_rung, p_t_surge, p_t_last_inbound_ms, p_t_seen_inbound_ms,
            p_t_last_automatic_ms, p_t_automatic_texts, p_t_opened_ms, p_t_previous_area,
            p_t_previous_thread)
            as g (id, expected, number, koban, intake, contact, channel, address, state,
                intent, category, urgency, language, manner, claimed_by, ack_by, ack_ms,
                attended_ms, status, disposition, question, questions_asked,
                place_confirmed, latitude, longitude, rung, surge, last_inbound_ms,
                seen_inbound_ms, last_automatic_ms, automatic_texts, opened_ms,
                previous_area, previous_thread)
        where g.expected = 0
        on conflict (area_id, channel_id, address) where state < 3 do nothing;
        get diagnostics v_rows = row_count;
        if v_rows <> v_new then
            raise exception 'address has an open thread' using errcode = 'KB002';
        end if;
        insert into thread_access (area_id, thread_id, koban_id, reason)
        select p_area_id, g.id, g.koban, 'own'
        from unnest(p_t_ids, p_t_expected, p_t_koban) as g (id, expected, koban)
        where g.expected = 0;
    end if;
    if v_new < cardinality(p_t_ids) then
        update thread t set version = t.version + 1, koban_id = g.koban, state = g.state,
            intent = g.intent, category = g.category, urgency = g.urgency,
            language = g.language, manner = g.manner, claimed_by = g.claimed_by,
            acknowledged_by = g.ack_by, acknowledged_ms = g.ack_ms,
            attended_ms = g.attended_ms, status = g.status, disposition = g.disposition,
            question = g.question, questions_asked = g.questions_asked,
            is_place_confirmed = g.place_confirmed,
            latitude = nullif(g.latitude, 'NaN'), longitude = nullif(g.longitude, 'NaN'),
            rung = g.rung, is_surge = g.surge, last_inbound_ms = g.last_inbound_ms,
            seen_inbound_ms = g.seen_inbound_ms, last_automatic_ms = g.last_automatic_ms,
            automatic_texts = g.automatic_texts
        from unnest(p_t_ids, p_t_expected, p_t_koban, p_t_state, p_t_intent, p_t_category,
            p_t_urgency, p_t_language, p_t_manner, p_t_claimed_by, p_t_ack_by, p_t_ack_ms,
            p_t_attended_ms, p_t_status, p_t_disposition, p_t_question,
            p_t_questions_asked, p_t_place_confirmed, p_t_latitude, p_t_longitude,
            p_t_rung, p_t_surge, p_t_last_inbound_ms, p_t_seen_inbound_ms,
            p_t_last_automatic_ms, p_t_automatic_texts)
            as g (id, expected, koban, state, intent, category, urgency, language, manner,
                claimed_by, ack_by, ack_ms, attended_ms, status, disposition, question,
                questions_asked, place_confirmed, latitude, longitude, rung, surge,
                last_inbound_ms, seen_inbound_ms, last_automatic_ms, automatic_texts)
        where g.expected > 0 and t.area_id = p_area_id and t.id = g.id
          and t.version = g.expected;
        get diagnostics v_rows = row_count;
        if v_rows <> cardinality(p_t_ids) - v_new then
            raise exception 'thread moved on' using errcode = 'KB002';
        end if;
    end if;
    insert into message (area_id, thread_id, id, direction, kind, body, sentence,
        officer_id, client_id, state, priority, latitude, longitude, reasons, inbox_id,
        channel_id, address, sent_ms, provider_id)
    select p_area_id, g.thread, g.id, g.direction, g.kind, g.body, g.sentence, g.officer,
        g.client_id, g.state, g.priority, nullif(g.latitude, 'NaN'),
        nullif(g.longitude, 'NaN'), g.reasons, g.inbox_id, g.channel, g.address,
        g.sent_ms, g.provider_id
    from unnest(p_m_thread, p_m_id, p_m_direction, p_m_kind, p_m_body, p_m_sentence,
        p_m_officer, p_m_client_id, p_m_state, p_m_priority, p_m_latitude, p_m_longitude,
        p_m_reasons, p_m_inbox_id, p_m_channel, p_m_address, p_m_sent_ms, p_m_provider_id)
        as g (thread, id, direction, kind, body, sentence, officer, client_id, state,
            priority, latitude, longitude, reasons, inbox_id, channel, address, sent_ms,
            provider_id);
    if cardinality(p_o_message) > 0 then
        return query
        with born as (
            insert into outbox (area_id, id, thread_id, channel_id, address, priority, state,
                is_automatic, not_before, expires_at, created_at, is_silent, reply_token,
                retry_key, claimed_at, fence, attempt)
            select p_area_id, g.message, g.thread, g.channel, g.address, g.priority,
                case when s.is_sent then 2 else 1 end, g.automatic, now(),
                case when g.life_ms > 0
                    then now() + g.life_ms * interval '1 millisecond' end,
                now(), g.silent, g.reply_token, g.retry_key,
                case when s.is_sent then now() end,
                case when s.is_sent then g.fence else 0 end,
                case when s.is_sent then 1 else 0 end
            from unnest(p_o_message, p_o_thread, p_o_channel, p_o_address, p_o_priority,
                p_o_automatic, p_o_life_ms, p_o_silent, p_o_reply_token, p_o_retry_key,
                p_o_fence)
                as g (message, thread, channel, address, priority, automatic, life_ms,
                    silent, reply_token, retry_key, fence),
            lateral (select g.fence <> 0
                and exists (select from lease l where l.name = 'channel:' || g.channel
                    and l.token = g.fence and l.expires_at > now())
                and not exists (select from outbox b
                    where b.area_id = p_area_id and b.channel_id + 0 = g.channel
                      and b.state in (1, 2) and b.address = g.address
                      and b.priority <= g.priority and g.priority > 0
                      and (not b.is_automatic or g.automatic)
                      and (b.expires_at is null or b.expires_at > now())
                    offset 0) as is_sent) s
            returning id, state
        )
        select id from born where state = 2;
    end if;
    if cardinality(p_x_thread) > 0 then
        -- One by one, by whole keys: a plan cached while there were few timers would read
        -- all of the area's.
        for i in 1..cardinality(p_x_thread) loop
            if p_x_delay_ms[i] < 0 then
                delete from timer x where x.area_id = p_area_id
                    and x.thread_id = p_x_thread[i] and x.kind = p_x_kind[i];
            end if;
        end loop;
        insert into timer (area_id, thread_id, kind, due_at, value)
        select p_area_id, g.thread, g.kind, now() + g.delay_ms * interval '1 millisecond',
            g.value
        from unnest(p_x_thread, p_x_kind, p_x_delay_ms, p_x_value)
            as g (thread, kind, delay_ms, value)
        where g.delay_ms >= 0
        on conflict (area_id, thread_id, kind)
            do update set due_at = excluded.due_at, value = excluded.value, read_at = null;
    end if;
    -- What ends with its thread.
    for i in 1..cardinality(p_t_ids) loop
        if p_t_state[i] = 3 then
            delete from timer x where x.area_id = p_area_id and x.thread_id = p_t_ids[i];
            update thread_access a set until = now()
            where a.area_id = p_area_id and a.thread_id = p_t_ids[i] and a.until is null
              and a.reason <> 'own';
        end if;
    end loop;
end $$;
alter function thread_apply(int, bigint[], int[], int[], int[], int[], bigint[], int[], text[], smallint[],
    smallint[], smallint[], smallint[], text[], smallint[], bigint[], bigint[], bigint[],
    bigint[], smallint[], smallint[], smallint[], smallint[], bool[], float8[], float8[],
    smallint[], bool[], bigint[], bigint[], bigint[], int[], bigint[], int[], bigint[],
    bigint[], bigint[], smallint[], smallint[], text[], text[], bigint[], text[], smallint[],
    smallint[], float8[], float8[], text[], bigint[], int[], text[], bigint[], text[], bigint[],
    bigint[], int[], text[], smallint[], bool[], int[], bool[], text[], text[], bigint[],
    bigint[], smallint[], bigint[], bigint[]) owner to koban_system;
revoke execute on function thread_apply(int, bigint[], int[], int[], int[], int[], bigint[], int[], text[], smallint[],
    smallint[], smallint[], smallint[], text[], smallint[], bigint[], bigint[], bigint[],
    bigint[], smallint[], smallint[], smallint[], smallint[], bool[], float8[], float8[],
    smallint[], bool[], bigint[], bigint[], bigint[], int[], bigint[], int[], bigint[],
    bigint[], bigint[], smallint[], smallint[], text[], text[], bigint[], text[], smallint[],
    smallint[], float8[], float8[], text[], bigint[], int[], text[], bigint[], text[], bigint[],
    bigint[], int[], text[], smallint[], bool[], int[], bool[], text[], text[], bigint[],
    bigint[], smallint[], bigint[], bigint[]) from public;
grant execute on function thread_apply(int, bigint[], int[], int[], int[], int[], bigint[], int[], text[], smallint[],
    smallint[], smallint[], smallint[], text[], smallint[], bigint[], bigint[], bigint[],
    bigint[], smallint[], smallint[], smallint[], smallint[], bool[], float8[], float8[],
    smallint[], bool[], bigint[], bigint[], bigint[], int[], bigint[], int[], bigint[],
    bigint[], bigint[], smallint[], smallint[], text[], text[], bigint[], text[], smallint[],
    smallint[], float8[], float8[], text[], bigint[], int[], text[], bigint[], text[], bigint[],
    bigint[], int[], text[], smallint[], bool[], int[], bool[], text[], text[], bigint[],
    bigint[], smallint[], bigint[], bigint[]) to koban_gateway;
comment on function thread_apply(int, bigint[], int[], int[], int[], int[], bigint[], int[], text[], smallint[],
    smallint[], smallint[], smallint[], text[], smallint[], bigint[], bigint[], bigint[],
    bigint[], smallint[], smallint[], smallint[], smallint[], bool[], float8[], float8[],
    smallint[], bool[], bigint[], bigint[], bigint[], int[], bigint[], int[], bigint[],
    bigint[], bigint[], smallint[], smallint[], text[], text[], bigint[], text[], smallint[],
    smallint[], float8[], float8[], text[], bigint[], int[], text[], bigint[], text[], bigint[],
    bigint[], int[], text[], smallint[], bool[], int[], bool[], text[], text[], bigint[],
    bigint[], smallint[], bigint[], bigint[]) is
    'Writes what a batch of plans makes of threads of one area: threads, messages, outbox, timers.';
