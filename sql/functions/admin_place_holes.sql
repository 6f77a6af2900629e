-- SPDX-License-Identifier: Apache-2.0
-- What texts cannot find their koban by: names that several koban of one force have, which
-- are asked about, and koban that no list has a place of.
create or replace function admin_place_holes()
returns table (what text, name text, kobans text)
language sql set search_path = public, pg_temp as $$
    select 'several koban', min(p.spelling), string_agg(distinct k.slug, ', ' order by k.slug)
    from place p join koban k on k.id = p.koban_id join area a on a.id = k.area_id
    where p.mode <> 2
    group by a.force_id, p.folded having count(distinct p.koban_id) > 1
    union all
    select 'no place', k.name, k.slug from koban k
    where not k.is_desk and exists (select from place) and not exists (
        select from place p where p.area_id = k.area_id and p.koban_id = k.id)
    order by 1 desc, 2
$$;
revoke execute on function admin_place_holes() from public;
comment on function admin_place_holes() is
    'Names that several koban of one force have, and koban that no list has a place of.';
