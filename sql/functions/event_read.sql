-- SPDX-License-Identifier: Apache-2.0
-- Events of an area after a position, in order.
create or replace function event_read(p_area_id int, p_after bigint, p_limit int)
returns table (r_position bigint, r_thread_id bigint, r_koban_id int, r_officer_id bigint,
    r_version int, r_kind smallint, r_urgency smallint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    select position, thread_id, koban_id, officer_id, version, kind, urgency
    from event where area_id = p_area_id and position > p_after
    order by position limit p_limit;
end $$;
alter function event_read(int, bigint, int) owner to koban_system;
revoke execute on function event_read(int, bigint, int) from public;
grant execute on function event_read(int, bigint, int) to koban_gateway;
comment on function event_read(int, bigint, int) is
    'Events of an area after a position, in order.';
