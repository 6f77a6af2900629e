-- SPDX-License-Identifier: Apache-2.0
-- Starts or ends the session's officer's duty. At the end: the open threads they hold, each
-- of which needs a line or goes back.
create or replace function console_duty(p_session bytea, p_koban_id int, p_is_on bool)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint; v_role smallint; v_koban int := p_koban_id;
begin
    v_officer := console_enter(p_session);
    if current_setting('koban.link_thread') <> '0' then
        raise exception 'a link is for one thread' using errcode = 'KB403';
    end if;
    select role into v_role from officer where id = v_officer;
    if not exists (select from koban k join area a on a.id = k.area_id
        join officer o on o.id = v_officer join area b on b.id = o.area_id
        where k.id = v_koban and a.force_id = b.force_id) then
        select koban_id into v_koban from duty
        where officer_id = v_officer and ended_at is null limit 1;
    end if;
    if p_is_on and v_koban is null then
        raise exception 'no such koban' using errcode = 'KB403';
    end if;
    -- The session ends with the shift, not before: a long night keeps its tone.
    if p_is_on then
        update session set expires_at = 'infinity' where hash = p_session;
    end if;
    perform inner_duty(v_officer, coalesce(v_koban, (select koban_id from officer
        where id = v_officer)), v_role, p_is_on, 'console');
    insert into audit (area_id, officer_id, thread_id, action, detail)
    select area_id, v_officer, 0, case when p_is_on then 'duty.start' else 'duty.end' end,
        'console' from officer where id = v_officer;
    return jsonb_build_object('koban', v_koban);
end $$;
alter function console_duty(bytea, int, bool) owner to koban_scoped;
revoke execute on function console_duty(bytea, int, bool) from public;
grant execute on function console_duty(bytea, int, bool) to koban_gateway;
comment on function console_duty(bytea, int, bool) is
    'Starts or ends the session''s officer''s duty.';
