-- SPDX-License-Identifier: Apache-2.0
-- A list of places as it is from now on: rows that are new, rows that change, and rows of
-- the list that are no longer in it and go. Audited in each area that anything moved in.
create or replace function admin_place_list(p_list text, p_rows jsonb)
returns table (r_added int, r_changed int, r_removed int)
language plpgsql set search_path = public, pg_temp as $$
begin
    return query
    with wanted as materialized (
        select k.area_id, k.id as koban_id, w.folded, w.name, w.spelling, w.kind,
            w.mode::smallint as mode, w.latitude, w.longitude
        from jsonb_to_recordset(p_rows) w(koban int, folded text, name text,
            spelling text, kind text, mode int, latitude float8, longitude float8)
        join koban k on k.id = w.koban),
    gone as (
        delete from place p where p.list = p_list and not exists (
            select from wanted w where w.area_id = p.area_id and w.koban_id = p.koban_id
              and w.folded = p.folded)
        returning p.area_id),
    put as (
        insert into place as p (area_id, list, koban_id, folded, name, spelling, kind, mode,
            latitude, longitude)
        select w.area_id, p_list, w.koban_id, w.folded, w.name, w.spelling, w.kind, w.mode,
            w.latitude, w.longitude from wanted w
        on conflict (area_id, list, koban_id, folded) do update set name = excluded.name,
            spelling = excluded.spelling, kind = excluded.kind, mode = excluded.mode,
            latitude = excluded.latitude, longitude = excluded.longitude
        where (p.name, p.spelling, p.kind, p.mode, p.latitude, p.longitude) is distinct from
            (excluded.name, excluded.spelling, excluded.kind, excluded.mode,
             excluded.latitude, excluded.longitude)
        returning p.area_id, p.xmax = 0 as is_new),
    moved as (
        select area_id, count(*) filter (where is_new)::int as added,
            count(*) filter (where not is_new)::int as changed, 0 as removed
        from put group by area_id
        union all
        select area_id, 0, 0, count(*)::int from gone group by area_id),
    told as (
        insert into audit (area_id, officer_id, thread_id, action, detail)
        select area_id, 0, 0, 'place.import', format('%s: %s added, %s changed, %s removed',
            p_list, sum(added), sum(changed), sum(removed)) from moved group by area_id)
    select coalesce(sum(added), 0)::int, coalesce(sum(changed), 0)::int,
        coalesce(sum(removed), 0)::int from moved;
end
$$;
revoke execute on function admin_place_list(text, jsonb) from public;
comment on function admin_place_list(text, jsonb) is
    'A list of places as it is from now on; how many rows came, changed and went. Audited.';
