-- SPDX-License-Identifier: Apache-2.0
-- Territories and place names, for routing by pin and by words.
create or replace function territory_read()
returns jsonb
language sql security definer set search_path = public, pg_temp as $$
    select jsonb_build_object(
        'territories', (select coalesce(jsonb_agg(jsonb_build_object('koban', id,
            'geometry', territory) order by id), '[]') from koban where territory is not null),
        'places', (select coalesce(jsonb_agg(jsonb_build_object('koban', koban_id,
            'spelling', spelling, 'name', name, 'kind', kind, 'mode', mode,
            'folded', folded) order by folded, koban_id, list), '[]') from place))
$$;
alter function territory_read() owner to koban_system;
revoke execute on function territory_read() from public;
grant execute on function territory_read() to koban_gateway;
comment on function territory_read() is
    'Territories and place names, for routing by pin and by words.';
