-- SPDX-License-Identifier: Apache-2.0
-- What remains of an event key: a hash under this installation's own key.
create or replace function event_key_hash(p_event_key text)
returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select 'h:' || encode(sha256(s.secret || sha256(s.secret || convert_to(p_event_key, 'UTF8'))), 'hex')
    from retention_secret s
$$;
alter function event_key_hash(text) owner to koban_system;
revoke execute on function event_key_hash(text) from public;
comment on function event_key_hash(text) is
    'What remains of an event key: a hash under this installation''s own key.';
