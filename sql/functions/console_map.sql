-- SPDX-License-Identifier: Apache-2.0
-- Where the koban of the areas a session reaches are, and their territories (GeoJSON), to
-- choose from and to draw on.
create or replace function console_map(p_session bytea)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform console_enter(p_session);
    return jsonb_build_object('kobans', (
        select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'area', k.area_id,
            'latitude', k.latitude, 'longitude', k.longitude, 'territory', k.territory)
            order by k.id), '[]')
        from koban k where k.area_id = any (
            coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
            || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[])));
end $$;
alter function console_map(bytea) owner to koban_scoped;
revoke execute on function console_map(bytea) from public;
grant execute on function console_map(bytea) to koban_gateway;
comment on function console_map(bytea) is
    'Where the koban of the areas a session reaches are, and their territories.';
