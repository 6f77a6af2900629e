-- SPDX-License-Identifier: Apache-2.0
-- Holds a channel's queue (broken or paused), or lets it go again with an empty reason.
create or replace function channel_hold(p_channel_id int, p_reason text)
returns void
language sql security definer set search_path = public, pg_temp as $$
    update channel set is_held = p_reason <> '', held_reason = p_reason
    where id = p_channel_id and held_reason is distinct from p_reason;
    update version set value = value + 1 where name = 'channel';
$$;
alter function channel_hold(int, text) owner to koban_system;
revoke execute on function channel_hold(int, text) from public;
grant execute on function channel_hold(int, text) to koban_gateway;
comment on function channel_hold(int, text) is
    'Holds a channel''s queue (broken or paused), or lets it go again with an empty reason.';
