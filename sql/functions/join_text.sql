-- SPDX-License-Identifier: Apache-2.0
-- The text with the code: a closed record in the koban's area and a place in the outbox. No
-- console shows its words.
create or replace function join_text(p_area_id int, p_koban_id int, p_thread_id bigint,
    p_message_id bigint, p_intake_id int, p_channel_id int, p_address text,
    p_language text, p_body text)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into thread values (p_area_id, p_thread_id, 1, 0, p_koban_id, p_intake_id, 0,
        p_channel_id, p_address, 3, 1, 0, 0, p_language, 0, 0, 0, 0, 0, 0, 0, 0, 0, false,
        null, null, -1, false, 0, 0, 0, 1,
        (extract(epoch from now()) * 1000)::bigint, 0, 0);
    insert into message (area_id, thread_id, id, direction, kind, body, sentence, state,
        priority, channel_id, address, is_hidden)
    values (p_area_id, p_thread_id, p_message_id, 1, 0, p_body, 'join_code', 1, 5,
        p_channel_id, p_address, true);
    insert into outbox (area_id, id, thread_id, channel_id, address, priority, state,
        is_automatic, not_before, expires_at, created_at, is_silent, retry_key)
    values (p_area_id, p_message_id, p_thread_id, p_channel_id, p_address, 5, 1, true, now(),
        now() + interval '1 hour', now(), false, gen_random_uuid()::text);
    insert into audit (area_id, officer_id, thread_id, action)
    values (p_area_id, 0, p_thread_id, 'subscription.code');
end $$;
alter function join_text(int, int, bigint, bigint, int, int, text, text, text) owner to koban_system;
revoke execute on function join_text(int, int, bigint, bigint, int, int, text, text, text) from public;
grant execute on function join_text(int, int, bigint, bigint, int, int, text, text, text) to koban_gateway;
comment on function join_text(int, int, bigint, bigint, int, int, text, text, text) is
    'The text with the code of a join request, queued.';
