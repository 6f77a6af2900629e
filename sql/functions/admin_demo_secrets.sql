-- SPDX-License-Identifier: Apache-2.0
-- Secrets that the demo city's channels lack.
create or replace function admin_demo_secrets()
returns table (channel text, key text)
language sql set search_path = public, pg_temp as $$
    select c.name, k.key from channel c
    cross join lateral (select unnest(case c.adapter
        when 'line' then array['channel_secret', 'channel_access_token']
        when 'twilio' then array['auth_token']
        else array['secret'] end) as key) k
    where not exists (select from channel_secret s where s.channel_id = c.id and s.key = k.key)
$$;
revoke execute on function admin_demo_secrets() from public;
comment on function admin_demo_secrets() is
    'Secrets that the demo city''s channels lack.';
