-- SPDX-License-Identifier: Apache-2.0
-- Resolves a session and sets the scope of this transaction. KB401 when there is no such
-- session, KB423 when it is locked.
create or replace function console_enter(p_session bytea)
returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record;
begin
    select * into v from inner_scope(p_session);
    if v.r_officer_id is null then
        raise exception 'no such session' using errcode = 'KB401';
    end if;
    if v.r_is_locked then
        raise exception 'session is locked' using errcode = 'KB423';
    end if;
    perform set_config('koban.officer', v.r_officer_id::text, true),
        set_config('koban.kobans', v.r_kobans::text, true),
        set_config('koban.areas', v.r_areas::text, true),
        set_config('koban.near', array(select distinct k.area_id from koban k
            where k.id = any (v.r_kobans))::text, true),
        set_config('koban.link_area', coalesce(s.only_area_id, 0)::text, true),
        set_config('koban.link_thread', coalesce(s.only_thread_id, 0)::text, true)
    from session s where s.hash = p_session;
    return v.r_officer_id;
end $$;
alter function console_enter(bytea) owner to koban_scoped;
revoke execute on function console_enter(bytea) from public;
grant execute on function console_enter(bytea) to koban_gateway;
comment on function console_enter(bytea) is
    'Resolves a session and sets the scope of this transaction.';
