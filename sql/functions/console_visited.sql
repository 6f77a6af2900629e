-- SPDX-License-Identifier: Apache-2.0
-- The row of the thread that a visit of this officer opened before: what its repeat hears.
create or replace function console_visited(p_session bytea, p_client_id text)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint; v record;
begin
    v_officer := console_enter(p_session);
    select c.area_id, c.thread_id into v
    from inner_scope(p_session) s join koban k on k.id = s.r_koban_id
    join command_done c on c.area_id = k.area_id and c.client_id = p_client_id
    where c.officer_id = v_officer;
    return jsonb_build_object('rows', inner_rows(coalesce(v.area_id, 0),
        array[coalesce(v.thread_id, 0)]));
end $$;
alter function console_visited(bytea, text) owner to koban_scoped;
revoke execute on function console_visited(bytea, text) from public;
grant execute on function console_visited(bytea, text) to koban_gateway;
comment on function console_visited(bytea, text) is
    'The row of the thread that a visit of this officer opened before.';
