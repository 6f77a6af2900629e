-- SPDX-License-Identifier: Apache-2.0
-- An officer's word on what triage made of a message; p_intent -1 takes it back. It changes
-- nothing about the thread. What raises counts at once; what lowers waits for a supervisor.
-- KB404 not visible, KB403 a reader, KB422 a message without words or an intent nobody corrects to.
create or replace function console_correct(p_session bytea, p_area_id int, p_thread_id bigint,
    p_message_id bigint, p_intent int, p_category int, p_model text)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint; v_text record; v_thread record; v_reason jsonb; v_said smallint;
    v_state smallint;
begin
    v_officer := console_enter(p_session);
    select t.intent, t.category into v_thread from thread t
    where t.area_id = p_area_id and t.id = p_thread_id;
    if not found then
        raise exception 'not visible' using errcode = 'KB404';
    end if;
    select m.body, m.reasons into v_text from message m
    where m.area_id = p_area_id and m.thread_id = p_thread_id and m.id = p_message_id
      and m.direction = 0 and m.kind = 0 and not m.is_hidden;
    if (select role from officer where id = v_officer) = 3 then
        raise exception 'readers do not act' using errcode = 'KB403';
    end if;
    if coalesce(v_text.body, '') = '' or p_intent not in (-1, 0, 2, 4) then
        raise exception 'nothing to correct' using errcode = 'KB422';
    end if;
    -- What the model said of this very message; of a keyword or a cry alone, the thread's.
    select r into v_reason from jsonb_array_elements(
        case when v_text.reasons = '' then '[]'::jsonb else v_text.reasons::jsonb end) r
    where r ->> 'code' = 'model' and r ? 'intent' limit 1;
    v_said := coalesce(array_position(array['other','command','consultation','unclear',
        'emergency'], v_reason ->> 'intent') - 1, v_thread.intent);
    -- What a supervisor refused stays refused: said again, it waits for them again.
    delete from correction c where c.area_id = p_area_id and c.thread_id = p_thread_id
        and c.message_id = p_message_id and c.officer_id = v_officer and c.state <> 2;
    if p_intent >= 0 then
        v_state := case when p_intent < v_said and v_said > 1 then 1 else 0 end;
        insert into correction (area_id, thread_id, message_id, officer_id, model, said_intent,
            said_category, intent, category, state)
        values (p_area_id, p_thread_id, p_message_id, v_officer,
            coalesce(v_reason ->> 'version', p_model), v_said,
            coalesce((v_reason ->> 'category')::smallint, v_thread.category), p_intent,
            coalesce(nullif(p_category, -1), (v_reason ->> 'category')::smallint,
                v_thread.category), v_state)
        on conflict (area_id, thread_id, message_id, officer_id) do update
            set intent = excluded.intent, category = excluded.category, at = now(), state = 1;
    end if;
    insert into audit (area_id, officer_id, thread_id, action, detail)
    values (p_area_id, v_officer, p_thread_id, 'triage.correct',
        p_message_id || ' ' || coalesce((array['other','command','consultation','unclear',
            'emergency'])[p_intent + 1], 'withdrawn'));
    return jsonb_build_object('corrections', inner_corrections(p_area_id, p_thread_id));
end $$;
alter function console_correct(bytea, int, bigint, bigint, int, int, text)
    owner to koban_scoped;
revoke execute on function console_correct(bytea, int, bigint, bigint, int, int, text)
    from public;
grant execute on function console_correct(bytea, int, bigint, bigint, int, int, text)
    to koban_gateway;
comment on function console_correct(bytea, int, bigint, bigint, int, int, text) is
    'An officer''s word on what triage made of a message; what lowers waits for a supervisor.';
