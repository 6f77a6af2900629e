-- SPDX-License-Identifier: Apache-2.0
--
-- Who may do what: the gateway only executes, the owners of functions own no table, what
-- is written for ever is not changed.
begin;
select plan(12);

select is_empty($$
    select c.relname, p.privilege from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p (privilege)
    where c.relkind = 'r' and has_table_privilege('koban_gateway', c.oid, p.privilege)
$$, 'koban_gateway has no right on any table');

select is_empty($$
    select relname from pg_class where relowner in (select oid from pg_roles
        where rolname in ('koban_system', 'koban_scoped', 'koban_gateway'))
$$, 'the functions'' owners own no table');

select is_empty($$
    select rolname from pg_roles where rolname like 'koban%' and (rolsuper or rolbypassrls)
$$, 'nobody is superuser or passes row-level security');

select is_empty($$
    select rolname from pg_roles where rolname in ('koban_system', 'koban_scoped') and rolcanlogin
$$, 'the functions'' owners cannot sign in');

select is_empty($$
    select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.prosecdef
      and not exists (select from unnest(p.proconfig) c where c like 'search_path=%')
$$, 'every definer function has a fixed search_path');

select is_empty($$
    select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    join pg_roles r on r.oid = p.proowner
    where n.nspname = 'public' and r.rolname like 'koban\_s%'
      and has_function_privilege('public', p.oid, 'EXECUTE')
$$, 'nothing of ours is for everybody');

select is_empty($$
    select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    join pg_roles r on r.oid = p.proowner
    where n.nspname = 'public' and r.rolname like 'koban\_%'
      and obj_description(p.oid, 'pg_proc') is null
$$, 'every function says what it does');

select is_empty($$
    select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname like 'admin\_%'
      and (has_function_privilege('koban_gateway', p.oid, 'EXECUTE')
        or has_function_privilege('public', p.oid, 'EXECUTE') or p.prosecdef)
$$, 'the administrator''s functions are the owner''s alone, with the owner''s rights');

select is_empty($$
    select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    join pg_roles r on r.oid = p.proowner
    where n.nspname = 'public' and p.proname like 'console\_%' and r.rolname <> 'koban_scoped'
$$, 'every console function reads through row-level security');

select is_empty($$
    select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname like 'inner\_%'
      and has_function_privilege('koban_gateway', p.oid, 'EXECUTE')
$$, 'inner functions are not for the gateway');

select is_empty($$
    select c.relname, p.privilege from pg_class c
    cross join unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p (privilege)
    cross join unnest(array['koban_system', 'koban_scoped', 'koban_gateway']) r (role)
    where c.relname in ('audit', 'audit_chain') and c.relkind = 'r'
      and has_table_privilege(r.role, c.oid, p.privilege)
$$, 'the audit is append-only for everyone but its owner');

select is_empty($$
    select c.relname from pg_class c where c.relname in ('thread', 'message', 'thread_access',
        'draft', 'command_done', 'audit', 'outbox') and c.relkind = 'r' and not c.relrowsecurity
$$, 'row-level security is on');

select * from finish();
rollback;
