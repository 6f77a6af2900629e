-- SPDX-License-Identifier: Apache-2.0
--
-- The database's own rights, as a superuser, connected to it (psql -d koban): the owner's
-- and nobody else's, but for the gateway's connection.
grant create, usage on schema public to koban_system, koban_scoped;
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to koban_gateway', current_database());
end $$;
