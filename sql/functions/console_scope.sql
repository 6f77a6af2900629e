-- SPDX-License-Identifier: Apache-2.0
-- What the stream of a session may carry. A locked session keeps it.
create or replace function console_scope(p_session bytea)
returns table (r_officer_id bigint, r_role smallint, r_kobans int[], r_areas int[],
    r_stream_areas int[], r_koban_id int)
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record;
begin
    select * into v from inner_scope(p_session);
    if exists (select from session s where s.hash = p_session
            and s.only_thread_id is not null) then
        raise exception 'a link is for one thread' using errcode = 'KB403';
    end if;
    if v.r_officer_id is null then
        raise exception 'no such session' using errcode = 'KB401';
    end if;
    return query select v.r_officer_id, v.r_role, v.r_kobans, v.r_areas,
        array(select distinct x from (
            select unnest(v.r_areas) as x
            union select k.area_id from koban k where k.id = any (v.r_kobans)) y order by x),
        v.r_koban_id;
end $$;
alter function console_scope(bytea) owner to koban_scoped;
revoke execute on function console_scope(bytea) from public;
grant execute on function console_scope(bytea) to koban_gateway;
comment on function console_scope(bytea) is
    'What the stream of a session may carry.';
