// SPDX-License-Identifier: Apache-2.0
//
// The database for the administrator's commands: one connection, one statement at a time,
// blocking. Never used while serving. Parameters are texts; values never become SQL.
#ifndef GATEWAY_CLI_DB_H
#define GATEWAY_CLI_DB_H

#include <libpq-fe.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

enum { CLI_PARAMETERS_MAX = 16 };

// NULL with a line on stderr when it cannot be reached.
PGconn *cli_connect(const char *conninfo);

// Runs one statement with text parameters (NULL-terminated list); the result is the
// caller's to PQclear, NULL after a failure that was told on stderr.
PGresult *cli_query(PGconn *conn, const char *sql, ...);
PGresult *cli_query_list(PGconn *conn, const char *sql, va_list list);
// The same when no rows are wanted.
bool cli_run(PGconn *conn, const char *sql, ...);
// A whole script of our own files (several statements); no parameters.
bool cli_script(PGconn *conn, const char *name, const char *script);

#endif
