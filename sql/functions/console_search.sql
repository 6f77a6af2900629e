-- SPDX-License-Identifier: Apache-2.0
-- Threads in scope whose messages hold the words, newest first; the search is audited.
create or replace function console_search(p_session bytea, p_query text)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint; v_rows jsonb := '[]'; v_area int;
begin
    v_officer := console_enter(p_session);
    insert into audit (area_id, officer_id, thread_id, action)
    select area_id, id, 0, 'search' from officer where id = v_officer;
    if length(p_query) < 2 then
        return jsonb_build_object('rows', '[]'::jsonb);
    end if;
    for v_area in select distinct t.area_id from thread t loop
        v_rows := v_rows || inner_rows(v_area, array(
            select t.id from thread t where t.area_id = v_area and (
                t.number::text = p_query or exists (select from message m
                    where m.area_id = t.area_id and m.thread_id = t.id and not m.is_hidden
                      and m.direction <> 4
                      and position(lower(p_query) in lower(m.body)) > 0))
            order by t.id desc limit 50));
    end loop;
    return jsonb_build_object('rows', v_rows);
end $$;
alter function console_search(bytea, text) owner to koban_scoped;
revoke execute on function console_search(bytea, text) from public;
grant execute on function console_search(bytea, text) to koban_gateway;
comment on function console_search(bytea, text) is
    'Threads in scope whose messages hold the words, newest first; the search is audited.';
