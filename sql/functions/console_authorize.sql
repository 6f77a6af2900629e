-- SPDX-License-Identifier: Apache-2.0
-- Whether this session may do a command on a thread now; first in the command's transaction.
-- KB404 not visible, KB403 a reader, KB409 the command was done before. The plan writes the
-- audit row of what was done.
create or replace function console_authorize(p_session bytea, p_area_id int,
    p_thread_id bigint, p_client_id text)
returns table (r_officer_id bigint, r_name text, r_koban_id int, r_role smallint,
    r_done_message_id bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint; v record;
begin
    v_officer := console_enter(p_session);
    perform from thread t where t.area_id = p_area_id and t.id = p_thread_id;
    -- No thread yet: an officer begins one. Never through a one-time link.
    if not found and (p_thread_id <> 0 or current_setting('koban.link_thread') <> '0') then
        raise exception 'not visible' using errcode = 'KB404';
    end if;
    select * into v from inner_scope(p_session);
    if v.r_role = 3 then
        raise exception 'readers do not act' using errcode = 'KB403';
    end if;
    return query select v.r_officer_id, v.r_name, v.r_koban_id, v.r_role,
        coalesce((select c.message_id from command_done c
            where c.client_id = p_client_id and c.area_id = case when p_thread_id <> 0
                then p_area_id else (select k.area_id from koban k
                    where k.id = v.r_koban_id) end), -1);
end $$;
alter function console_authorize(bytea, int, bigint, text) owner to koban_scoped;
revoke execute on function console_authorize(bytea, int, bigint, text) from public;
grant execute on function console_authorize(bytea, int, bigint, text) to koban_gateway;
comment on function console_authorize(bytea, int, bigint, text) is
    'Whether this session may do a command on a thread now; first in the command''s transaction.';
