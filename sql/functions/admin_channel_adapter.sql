-- SPDX-License-Identifier: Apache-2.0
-- The adapter of a channel; null when there is no such channel.
create or replace function admin_channel_adapter(p_name text)
returns text
language sql set search_path = public, pg_temp as $$
    select adapter from channel where name = p_name
$$;
revoke execute on function admin_channel_adapter(text) from public;
comment on function admin_channel_adapter(text) is
    'The adapter of a channel; null when there is no such channel.';
