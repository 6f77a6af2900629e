-- SPDX-License-Identifier: Apache-2.0
-- Reserves a run of numbers said to people (1000 to 9999, then round again); the first of
-- it.
create or replace function thread_numbers(p_area_id int, p_count int)
returns int
language sql security definer set search_path = public, pg_temp as $$
    insert into area_log (area_id, position, next_number)
    values (p_area_id, 0, 1000 + p_count)
    on conflict (area_id) do update
        set next_number = 1000 + (area_log.next_number - 1000 + p_count) % 9000
    returning 1000 + (next_number - 1000 - p_count + 9000) % 9000
$$;
alter function thread_numbers(int, int) owner to koban_system;
revoke execute on function thread_numbers(int, int) from public;
grant execute on function thread_numbers(int, int) to koban_gateway;
comment on function thread_numbers(int, int) is
    'Reserves a run of numbers said to people (1000 to 9999, then round again); the first of it.';
