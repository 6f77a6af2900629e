-- SPDX-License-Identifier: Apache-2.0
-- Writes a draft: a new one under p_alert_id, or over a draft (also one that waits, which is
-- a draft again then). p_draft: kind, origin, topic, severity, kobans, drawing, group,
-- send_ms (null: at once), expires_ms, texts {language: body}, version (of the draft that is
-- written over, if any), client_id (of a new one: the same id again answers the draft it made,
-- as that stands), is_known (it was saved before: KB404 when it is gone). KB409 when it was
-- approved already or a colleague wrote meanwhile, KB422 when what it follows cannot be
-- followed.
create or replace function console_alert_save(p_session bytea, p_area_id int,
    p_alert_id bigint, p_draft jsonb, p_site_language text)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record; v_state smallint; v_version int; v_kind smallint; v_origin alert;
    v_client text := coalesce(p_draft ->> 'client_id', ''); v_done bigint;
begin
    select * into v from inner_alert_act(p_session, p_area_id,
        case when (p_draft ->> 'is_known')::bool
                or exists (select from alert where area_id = p_area_id and id = p_alert_id)
            then p_alert_id else 0 end);
    select state, version into v_state, v_version from alert where area_id = p_area_id and id = p_alert_id;
    if v_state is null then
        -- One new draft of an area at a time: of two POSTs with one id the later sees the
        -- earlier's.
        perform pg_advisory_xact_lock(hashtext('alert'), p_area_id);
        select id into v_done from alert
        where area_id = p_area_id and client_id = v_client and client_id <> '';
        if v_done is not null then
            return inner_alert(p_area_id, array[v_done]) -> 0;
        end if;
    end if;
    if v_state is not null and v_state not in (1, 2, 8) then
        raise exception 'approved already' using errcode = 'KB409';
    end if;
    if v_version <> (p_draft ->> 'version')::int then
        raise exception 'a colleague wrote meanwhile' using errcode = 'KB409';
    end if;
    v_kind := coalesce(array_position(array['alert','correction','all_clear'],
        p_draft ->> 'kind'), 1);
    if v_kind <> 1 then
        select * into v_origin from alert
        where area_id = p_area_id and id = (p_draft ->> 'origin')::bigint
          and state in (4, 5, 6, 7) and kind = 1;
        if v_origin.id is null then
            raise exception 'nothing to correct' using errcode = 'KB422';
        end if;
    end if;
    insert into alert as a (area_id, id, number, koban_id, kind, origin_id, topic, severity,
        kobans, drawing, group_id, author_id, send_at, expires_at, client_id)
    values (p_area_id, p_alert_id,
        (select coalesce(max(number), 0) + 1 from alert where area_id = p_area_id),
        case when exists (select from koban k where k.id = v.r_koban_id
                and k.area_id = p_area_id) then v.r_koban_id
            else (select desk_koban_id from area where id = p_area_id) end,
        v_kind, coalesce(v_origin.id, 0),
        coalesce(v_origin.topic, (p_draft ->> 'topic')::smallint),
        coalesce(array_position(array['information','warning','danger'],
            p_draft ->> 'severity'), 1),
        coalesce(v_origin.kobans,
            array(select jsonb_array_elements_text(p_draft -> 'kobans')::int)),
        p_draft -> 'drawing', coalesce((p_draft ->> 'group')::bigint, 0), v.r_officer_id,
        to_timestamp((p_draft ->> 'send_ms')::bigint / 1000.0),
        to_timestamp((p_draft ->> 'expires_ms')::bigint / 1000.0), v_client)
    on conflict (area_id, id) do update set version = a.version + 1, state = 1,
        topic = excluded.topic, severity = excluded.severity, kobans = excluded.kobans,
        drawing = excluded.drawing, group_id = excluded.group_id,
        author_id = v.r_officer_id, approver_id = 0, send_at = excluded.send_at,
        expires_at = excluded.expires_at, submitted_at = null, refused_reason = '';
    delete from alert_text where area_id = p_area_id and alert_id = p_alert_id;
    insert into alert_text (area_id, alert_id, language, body, is_site)
    select p_area_id, p_alert_id, t.key, btrim(t.value), t.key = p_site_language
    from jsonb_each_text(p_draft -> 'texts') t where btrim(t.value) <> '';
    insert into audit (area_id, officer_id, thread_id, action, detail)
    values (p_area_id, v.r_officer_id, 0, 'alert.save', p_alert_id::text);
    return inner_alert(p_area_id, array[p_alert_id]) -> 0;
end $$;
alter function console_alert_save(bytea, int, bigint, jsonb, text) owner to koban_scoped;
revoke execute on function console_alert_save(bytea, int, bigint, jsonb, text) from public;
grant execute on function console_alert_save(bytea, int, bigint, jsonb, text) to koban_gateway;
comment on function console_alert_save(bytea, int, bigint, jsonb, text) is
    'Writes a draft of an alert.';
