-- SPDX-License-Identifier: Apache-2.0
-- What a gateway must know before it serves: whether commits are durable, and whether its
-- role is as small as it must be. An empty p_role is the role that is signed in.
create or replace function settings_check(p_role text)
returns table (r_fsync text, r_full_page_writes text, r_synchronous_commit text,
    r_is_superuser bool, r_is_owner bool, r_has_bypassrls bool)
language sql security definer set search_path = public, pg_temp as $$
    select current_setting('fsync'), current_setting('full_page_writes'),
        current_setting('synchronous_commit'), r.rolsuper,
        exists (select from pg_class c where c.relowner = r.oid)
            or pg_has_role(r.oid, 'koban_owner', 'member'),
        r.rolbypassrls
    from pg_roles r where r.rolname = coalesce(nullif(p_role, ''), session_user)
$$;
alter function settings_check(text) owner to koban_system;
revoke execute on function settings_check(text) from public;
grant execute on function settings_check(text) to koban_gateway;
comment on function settings_check(text) is
    'What a gateway must know before it serves: whether commits are durable, and whether its role is as small as it must be.';
