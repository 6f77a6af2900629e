-- SPDX-License-Identifier: Apache-2.0
-- Every officer account, for koban officer list.
create or replace function admin_officer_list()
returns table (login text, name text, koban text, role text, state text)
language sql set search_path = public, pg_temp as $$
    select o.login, o.public_name, k.slug,
        (array['officer', 'supervisor', 'administrator', 'reader'])[o.role + 1],
        case when o.is_disabled then 'disabled' when o.password_hash is null then 'no password'
            else '' end
    from officer o join koban k on k.id = o.koban_id order by o.id
$$;
revoke execute on function admin_officer_list() from public;
comment on function admin_officer_list() is
    'Every officer account, for koban officer list.';
