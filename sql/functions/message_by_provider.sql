-- SPDX-License-Identifier: Apache-2.0
-- The resident's message of a thread that the provider calls by this id: the one that is
-- taken back.
create or replace function message_by_provider(
    p_area_id int, p_thread_id bigint, p_provider_id text)
returns table (r_area_id int, r_thread_id bigint, r_message_id bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    select m.area_id, m.thread_id, m.id from message m
    where m.area_id = p_area_id and m.thread_id = p_thread_id and m.direction = 0
      and m.provider_id = p_provider_id
    order by m.id desc limit 1;
end $$;
alter function message_by_provider(int, bigint, text) owner to koban_system;
revoke execute on function message_by_provider(int, bigint, text) from public;
grant execute on function message_by_provider(int, bigint, text) to koban_gateway;
comment on function message_by_provider(int, bigint, text) is
    'The resident''s message of a thread that the provider calls by this id: the one that is taken back.';
