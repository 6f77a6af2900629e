-- SPDX-License-Identifier: Apache-2.0
-- All channels with their settings and sealed secrets.
create or replace function channel_read()
returns jsonb
language sql security definer set search_path = public, pg_temp as $$
    select jsonb_build_object('version', (select value from version where name = 'channel'),
        'channels', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id,
            'force', c.force_id, 'intake', c.intake_id, 'name', c.name,
            'adapter', c.adapter, 'koban', coalesce(c.koban_id, 0),
            'desk', c.desk_koban_id, 'settings', c.settings, 'rate', c.rate_per_second,
            'in_flight', c.in_flight, 'is_held', c.is_held,
            'secrets', (select coalesce(jsonb_agg(jsonb_build_object('key', s.key,
                'slot', s.slot, 'sealed', encode(s.sealed, 'hex')) order by s.key, s.slot), '[]')
                from channel_secret s where s.channel_id = c.id)) order by c.id), '[]')
            from channel c))
$$;
alter function channel_read() owner to koban_system;
revoke execute on function channel_read() from public;
grant execute on function channel_read() to koban_gateway;
comment on function channel_read() is
    'All channels with their settings and sealed secrets.';
