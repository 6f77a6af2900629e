#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Run once by PostgreSQL's image, after roles.sql: passwords from the secrets (psql reads the
# files itself, so that no process list shows them), the database, its rights.
set -eu
psql -X -q -v ON_ERROR_STOP=1 -U postgres -d postgres <<'END'
\set gateway `cat /run/secrets/gateway_password`
\set owner `cat /run/secrets/owner_password`
set log_statement = none;
alter role koban_gateway password :'gateway';
alter role koban_owner password :'owner';
create database koban owner koban_owner;
END
psql -X -q -v ON_ERROR_STOP=1 -U postgres -d koban -f "${KOBAN_DATABASE_SQL:-/usr/share/koban/database.sql}"
