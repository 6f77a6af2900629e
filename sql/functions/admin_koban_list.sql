-- SPDX-License-Identifier: Apache-2.0
-- Every koban, for koban koban list.
create or replace function admin_koban_list()
returns table (id int, area int, slug text, name text, neighbour text, territory bool,
    phone text)
language sql set search_path = public, pg_temp as $$
    select k.id, k.area_id, k.slug, k.name, coalesce(n.slug, ''), k.territory is not null,
        coalesce(c.name, '')
    from koban k left join koban n on n.id = k.neighbour_id
    left join channel c on c.id = k.phone_channel_id order by k.id
$$;
revoke execute on function admin_koban_list() from public;
comment on function admin_koban_list() is
    'Every koban, for koban koban list.';
