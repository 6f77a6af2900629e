-- SPDX-License-Identifier: Apache-2.0
-- Holds a channel's queue, or lets it go on; what is wrong, or nothing.
create or replace function admin_channel_hold(p_name text, p_is_held bool)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    update channel set is_held = p_is_held,
        held_reason = case when p_is_held then 'administrator' else '' end
    where name = p_name;
    if not found then
        return 'no channel has this name';
    end if;
    perform admin_moved('channel');
    return '';
end
$$;
revoke execute on function admin_channel_hold(text, bool) from public;
comment on function admin_channel_hold(text, bool) is
    'Holds a channel''s queue, or lets it go on; what is wrong, or nothing.';
