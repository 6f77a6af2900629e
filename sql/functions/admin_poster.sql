-- SPDX-License-Identifier: Apache-2.0
-- What stands on the poster of a koban: its names, the number that takes texts, the link that
-- adds the LINE account, whether there is a web chat. No row: no such koban.
create or replace function admin_poster(p_slug text)
returns table (slug text, name text, name_ja text, name_id text, name_en text, phone text,
    line_url text, has_chat bool)
language sql stable set search_path = public, pg_temp as $$
    select k.slug, k.name, coalesce(k.name_ja, ''), coalesce(k.name_id, ''),
        coalesce(k.name_en, ''),
        coalesce((select c.settings ->> 'from' from channel c where c.force_id = a.force_id
            and coalesce(c.koban_id, k.id) = k.id and c.adapter in ('twilio', 'webhook')
            and c.settings ->> 'from' like '+%' order by c.id limit 1), ''),
        coalesce((select c.settings ->> 'add_url' from channel c where c.force_id = a.force_id
            and c.adapter = 'line' and c.settings ->> 'add_url' like 'https://%'
            order by c.id limit 1), ''),
        exists (select from channel c where c.adapter = 'webchat' and c.force_id = a.force_id
            and coalesce(c.koban_id, k.id) = k.id)
    from koban k join area a on a.id = k.area_id where k.slug = p_slug
$$;
revoke execute on function admin_poster(text) from public;
comment on function admin_poster(text) is
    'What stands on the poster of a koban.';
