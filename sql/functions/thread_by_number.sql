-- SPDX-License-Identifier: Apache-2.0
-- The open thread an officer means by its number: one their koban may see, or one they were
-- paged about. Newest first.
create or replace function thread_by_number(p_officer_id bigint, p_number int)
returns table (r_area_id int, r_thread_id bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    select t.area_id, t.id
    from officer o
    join area a on a.force_id = (select f.force_id from area f where f.id = o.area_id)
    join thread t on t.area_id = a.id and t.number = p_number and t.state < 3
    where o.id = p_officer_id
      and (exists (select from message m where m.area_id = t.area_id and m.thread_id = t.id
                   and m.direction = 4 and m.officer_id = o.id)
        or exists (select from thread_access x where x.area_id = t.area_id
                   and x.thread_id = t.id and x.until is null
                   and (x.koban_id = o.koban_id or (x.koban_id = 0 and t.area_id = o.area_id))))
    order by t.id desc limit 1;
end $$;
alter function thread_by_number(bigint, int) owner to koban_system;
revoke execute on function thread_by_number(bigint, int) from public;
grant execute on function thread_by_number(bigint, int) to koban_gateway;
comment on function thread_by_number(bigint, int) is
    'The open thread an officer means by its number: one their koban may see, or one they were paged about.';
