-- SPDX-License-Identifier: Apache-2.0
--
-- The roles, as a superuser, once for a server; again it is harmless, and it mends:
-- an owner who migrates, two that own functions and cannot log in, and the gateway, which
-- may only execute. No password is set here.
set client_min_messages = warning;
do $$
declare r text;
begin
    foreach r in array array['koban_owner', 'koban_system', 'koban_scoped', 'koban_gateway'] loop
        if not exists (select from pg_roles where rolname = r) then
            execute format('create role %I', r);
        end if;
    end loop;
end $$;
alter role koban_owner with login nosuperuser nocreatedb nocreaterole nobypassrls;
alter role koban_system with nologin nosuperuser nobypassrls;
alter role koban_scoped with nologin nosuperuser nobypassrls;
alter role koban_gateway with login nosuperuser nocreatedb nocreaterole nobypassrls;
grant koban_system, koban_scoped to koban_owner;
alter role koban_gateway set lock_timeout = '500ms';
alter role koban_gateway set idle_in_transaction_session_timeout = '10s';
alter role koban_gateway set client_connection_check_interval = '1s';
alter role koban_gateway set plan_cache_mode = 'force_generic_plan';
