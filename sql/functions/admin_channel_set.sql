-- SPDX-License-Identifier: Apache-2.0
-- A setting of a channel that is no secret; what is wrong, or nothing.
create or replace function admin_channel_set(p_name text, p_key text, p_value text)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    update channel set settings = settings || jsonb_build_object(p_key, p_value)
    where name = p_name;
    if not found then
        return 'no channel has this name';
    end if;
    perform admin_moved('channel');
    return '';
end
$$;
revoke execute on function admin_channel_set(text, text, text) from public;
comment on function admin_channel_set(text, text, text) is
    'A setting of a channel that is no secret; what is wrong, or nothing.';
