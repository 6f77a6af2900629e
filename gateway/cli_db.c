// SPDX-License-Identifier: Apache-2.0
//
// Blocking libpq for commands.
#include "gateway/cli_db.h"

#include <stdio.h>
#include <string.h>

PGconn *cli_connect(const char *conninfo) {
    PGconn *conn = PQconnectdb(conninfo);
    if (PQstatus(conn) == CONNECTION_OK) {
        PGresult *quiet = PQexec(conn, "set client_min_messages = warning");
        PQclear(quiet);
        return conn;
    }
    (void)fprintf(stderr, "database: %s", PQerrorMessage(conn));
    PQfinish(conn);
    return NULL;
}

// Without the detail, which may hold an address.
static void failure_tell(const PGresult *result) {
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *what = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (state != NULL && strcmp(state, "42501") == 0)
        (void)fprintf(stderr, "this needs the owner's connection (setting: owner)\n");
    else if (state != NULL && strcmp(state, "42883") == 0)
        (void)fprintf(stderr, "the database is of another version: koban migrate\n");
    else (void)fprintf(stderr, "database: %s\n", what != NULL ? what : "went away");
}

PGresult *cli_query_list(PGconn *conn, const char *sql, va_list list) {
    const char *values[CLI_PARAMETERS_MAX];
    int count = 0;
    for (const char *value; (value = va_arg(list, const char *)) != NULL;) {
        if (count == CLI_PARAMETERS_MAX) return NULL;
        values[count++] = value;
    }
    PGresult *result = PQexecParams(conn, sql, count, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
    failure_tell(result);
    PQclear(result);
    return NULL;
}

PGresult *cli_query(PGconn *conn, const char *sql, ...) {
    va_list list;
    va_start(list, sql);
    PGresult *result = cli_query_list(conn, sql, list);
    va_end(list);
    return result;
}

bool cli_run(PGconn *conn, const char *sql, ...) {
    va_list list;
    va_start(list, sql);
    PGresult *result = cli_query_list(conn, sql, list);
    va_end(list);
    PQclear(result);
    return result != NULL;
}

bool cli_script(PGconn *conn, const char *name, const char *script) {
    PGresult *result = PQexec(conn, script);
    ExecStatusType status = PQresultStatus(result);
    bool is_good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!is_good) (void)fprintf(stderr, "%s: %s", name, PQresultErrorMessage(result));
    PQclear(result);
    return is_good;
}
