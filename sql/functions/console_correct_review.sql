-- SPDX-License-Identifier: Apache-2.0
-- A supervisor's word on another officer's correction. KB404 not visible or none there, KB403 not
-- a supervisor, or their own.
create or replace function console_correct_review(p_session bytea, p_area_id int,
    p_thread_id bigint, p_message_id bigint, p_officer_id bigint, p_is_right bool)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint;
begin
    v_officer := console_enter(p_session);
    if not exists (select from correction c where c.area_id = p_area_id
            and c.thread_id = p_thread_id and c.message_id = p_message_id
            and c.officer_id = p_officer_id) then
        raise exception 'not visible' using errcode = 'KB404';
    end if;
    if v_officer = p_officer_id
        or (select role from officer where id = v_officer) not in (1, 2)
        or not p_area_id = any (current_setting('koban.areas')::int[]) then
        raise exception 'a supervisor''s, of another''s' using errcode = 'KB403';
    end if;
    update correction c set state = case when p_is_right then 0 else 2 end,
        reviewer_id = v_officer, reviewed_at = now()
    where c.area_id = p_area_id and c.thread_id = p_thread_id
      and c.message_id = p_message_id and c.officer_id = p_officer_id;
    insert into audit (area_id, officer_id, thread_id, action, detail)
    values (p_area_id, v_officer, p_thread_id, 'triage.review',
        p_message_id || case when p_is_right then ' agreed' else ' refused' end);
    return jsonb_build_object('corrections', inner_corrections(p_area_id, p_thread_id));
end $$;
alter function console_correct_review(bytea, int, bigint, bigint, bigint, bool)
    owner to koban_scoped;
revoke execute on function console_correct_review(bytea, int, bigint, bigint, bigint, bool)
    from public;
grant execute on function console_correct_review(bytea, int, bigint, bigint, bigint, bool)
    to koban_gateway;
comment on function console_correct_review(bytea, int, bigint, bigint, bigint, bool) is
    'A supervisor''s word on another officer''s correction.';
