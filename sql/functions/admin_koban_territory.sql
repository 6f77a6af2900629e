-- SPDX-License-Identifier: Apache-2.0
-- The polygon in which a pin belongs to a koban; what is wrong, or nothing.
create or replace function admin_koban_territory(p_slug text, p_geojson text)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_shape jsonb := p_geojson::jsonb;
begin
    -- A file of a geographic program holds one feature.
    v_shape := coalesce(v_shape #> '{features,0,geometry}', v_shape -> 'geometry', v_shape);
    if v_shape ->> 'type' not in ('Polygon', 'MultiPolygon') then
        return 'a territory is one GeoJSON Polygon or MultiPolygon';
    end if;
    update koban set territory = v_shape where slug = p_slug;
    if not found then
        return 'no koban has this slug';
    end if;
    perform admin_moved('roster');
    return '';
exception when invalid_text_representation then
    return 'the file is not JSON';
end
$$;
revoke execute on function admin_koban_territory(text, text) from public;
comment on function admin_koban_territory(text, text) is
    'The polygon in which a pin belongs to a koban; what is wrong, or nothing.';
