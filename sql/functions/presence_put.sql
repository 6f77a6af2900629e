-- SPDX-License-Identifier: Apache-2.0
-- A live console: whose, where, and whether its sound was confirmed.
create or replace function presence_put(p_node_id int, p_stream_id bigint,
    p_officer_id bigint, p_koban_id int, p_has_sound bool)
returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into console_presence (node_id, stream_id, officer_id, area_id, koban_id, has_sound)
    select p_node_id, p_stream_id, p_officer_id, k.area_id, k.id, p_has_sound
    from koban k where k.id = p_koban_id
    on conflict (node_id, stream_id) do update set koban_id = excluded.koban_id,
        area_id = excluded.area_id, has_sound = excluded.has_sound, seen_at = now();
    update version set value = value + 1 where name = 'roster';
$$;
alter function presence_put(int, bigint, bigint, int, bool) owner to koban_system;
revoke execute on function presence_put(int, bigint, bigint, int, bool) from public;
grant execute on function presence_put(int, bigint, bigint, int, bool) to koban_gateway;
comment on function presence_put(int, bigint, bigint, int, bool) is
    'A live console: whose, where, and whether its sound was confirmed.';
