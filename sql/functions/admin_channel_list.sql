-- SPDX-License-Identifier: Apache-2.0
-- Every channel, for koban channel list.
create or replace function admin_channel_list()
returns table (id int, name text, adapter text, bucket int, koban text, desk text, held text)
language sql set search_path = public, pg_temp as $$
    select c.id, c.name, c.adapter, c.intake_id, coalesce(k.slug, ''), d.slug,
        case when c.is_held then 'held: ' || c.held_reason else '' end
    from channel c left join koban k on k.id = c.koban_id join koban d on d.id = c.desk_koban_id
    order by c.id
$$;
revoke execute on function admin_channel_list() from public;
comment on function admin_channel_list() is
    'Every channel, for koban channel list.';
