-- SPDX-License-Identifier: Apache-2.0
-- Keeps an officer's unsent words with the thread; empty takes them away. A reader has none.
create or replace function console_draft(p_session bytea, p_area_id int,
    p_thread_id bigint, p_body text)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint;
begin
    v_officer := console_enter(p_session);
    perform from thread t where t.area_id = p_area_id and t.id = p_thread_id;
    if not found then
        raise exception 'not visible' using errcode = 'KB404';
    end if;
    if (select role from officer where id = v_officer) = 3 then
        raise exception 'readers do not write' using errcode = 'KB403';
    end if;
    if p_body = '' then
        delete from draft where area_id = p_area_id and thread_id = p_thread_id
            and officer_id = v_officer;
    else
        insert into draft values (p_area_id, p_thread_id, v_officer, p_body, now())
        on conflict (area_id, thread_id, officer_id)
            do update set body = p_body, updated_at = now();
    end if;
end $$;
alter function console_draft(bytea, int, bigint, text) owner to koban_scoped;
revoke execute on function console_draft(bytea, int, bigint, text) from public;
grant execute on function console_draft(bytea, int, bigint, text) to koban_gateway;
comment on function console_draft(bytea, int, bigint, text) is
    'Keeps an officer''s unsent words with the thread; empty takes them away.';
