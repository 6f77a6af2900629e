// SPDX-License-Identifier: Apache-2.0
//
// koban migrate: the numbered migrations that are not there yet, then every function
// again, all in one transaction under a transaction-level lock. A file
// NNN_name.concurrently.sql is one index statement of its own, outside of it.
#include <stdio.h>
#include <stdlib.h>

#include "core/codec.h"
#include "core/hmac.h"
#include "gateway/cli_db.h"
#include "gateway/command_line.h"
#include "gateway/file.h"
#include "gateway/version.h"

static struct str path_of(struct arena *arena, const struct config *config,
                          const char *folder, struct str name) {
    return arena_printf(arena, "%s/%s/%.*s", config->sql, folder, (int)name.n, name.p);
}

static const char *hash_text(struct str bytes, struct arena *arena) {
    uint8_t hash[SHA256_SIZE];
    hmac_hash256(bytes, hash);
    return arena_cstr(arena, codec_hex((struct str){(char *)hash, sizeof hash}, arena));
}

// The number behind "-- serves: ", the oldest program a migration still serves; 0: none.
static int64_t serves_of(struct str bytes) {
    struct str line;
    while (bytes.p != NULL && str_next(&bytes, '\n', &line)) {
        int64_t version;
        struct str key = STR("-- serves: ");
        if (str_starts(line, key) &&
            str_to_i64(str_trim(str_slice(line, key.n, line.n)), &version))
            return version;
    }
    return 0;
}

static const char *number_text(struct arena *arena, int64_t number) {
    return arena_cstr(arena, arena_printf(arena, "%lld", (long long)number));
}

// 1 applied, 0 was there, -1 failed.
static int migration_apply(PGconn *conn, struct arena *arena, struct str name,
                           struct str bytes) {
    const char *version = arena_cstr(arena, name), *hash = hash_text(bytes, arena);
    PGresult *found = cli_query(
        conn, "select checksum from schema_migration where version = $1", version, NULL);
    if (found == NULL) return -1;
    bool is_there = PQntuples(found) > 0;
    bool is_same = is_there && str_eq(str_of(PQgetvalue(found, 0, 0)), str_of(hash));
    PQclear(found);
    if (is_there && !is_same) {
        (void)fprintf(stderr, "%s: was changed after it was applied\n", version);
        return -1;
    }
    if (is_there) return 0;
    int64_t serves = serves_of(bytes);
    if (serves < 1 || serves > PROGRAM_VERSION) {
        (void)fprintf(stderr,
                      "%s: a line \"-- serves: N\" with N from 1 to %d is missing\n",
                      version, PROGRAM_VERSION);
        return -1;
    }
    if (!cli_script(conn, version, arena_cstr(arena, bytes))) return -1;
    bool is_kept = cli_run(conn,
                           "insert into schema_migration (version, checksum, serves)"
                           " values ($1, $2, $3::int)",
                           version, hash, number_text(arena, serves), NULL);
    return is_kept ? 1 : -1;
}

static int migrations_apply(PGconn *conn, const struct config *config,
                            struct arena *arena, bool is_concurrent) {
    struct str *names = ARENA_ARRAY(arena, struct str, FILE_LIST_MAX), bytes;
    struct str folder = path_of(arena, config, "migrations", STR(""));
    size_t count =
        file_list(arena_cstr(arena, folder), ".sql", arena, names, FILE_LIST_MAX);
    int applied = 0;
    if (count == 0) (void)fprintf(stderr, "%s: no migrations\n", config->sql);
    for (size_t i = 0; i < count; i++) {
        if (str_ends(names[i], STR(".concurrently.sql")) != is_concurrent) continue;
        struct str path = path_of(arena, config, "migrations", names[i]);
        if (!file_read(arena_cstr(arena, path), arena, &bytes)) return -1;
        int result = migration_apply(conn, arena, names[i], bytes);
        if (result < 0) return -1;
        applied += result;
    }
    return count > 0 ? applied : -1;
}

static bool functions_apply(PGconn *conn, const struct config *config,
                            struct arena *arena) {
    struct str *names = ARENA_ARRAY(arena, struct str, FILE_LIST_MAX), bytes;
    struct str folder = path_of(arena, config, "functions", STR(""));
    size_t count =
        file_list(arena_cstr(arena, folder), ".sql", arena, names, FILE_LIST_MAX);
    // They name each other in any order.
    bool is_good = cli_run(conn, "set local check_function_bodies = off", NULL);
    for (size_t i = 0; is_good && i < count; i++) {
        struct str path = path_of(arena, config, "functions", names[i]);
        is_good = file_read(arena_cstr(arena, path), arena, &bytes) &&
                  cli_script(conn, arena_cstr(arena, names[i]), arena_cstr(arena, bytes));
    }
    return is_good;
}

// The list of what was applied; whoever migrates at the same time waits for the lock.
static bool bookkeeping_make(PGconn *conn) {
    return cli_run(conn, "select pg_advisory_xact_lock(4911)", NULL) &&
           cli_run(
               conn,
               "create table if not exists schema_migration (version text primary key,"
               " checksum text not null, applied_at timestamptz not null default now())",
               NULL) &&
           cli_run(conn,
                   "alter table schema_migration"
                   " add column if not exists serves int not null default 1,"
                   " add column if not exists program int not null default 1",
                   NULL) &&
           cli_run(conn, "grant select on schema_migration to koban_system", NULL);
}

int cmd_migrate(int argc, char **argv, const struct config *config) {
    (void)argc;
    (void)argv;
    PGconn *conn =
        cli_connect(config->owner[0] != '\0' ? config->owner : config->database);
    if (conn == NULL) return 1;
    struct arena *arena = arena_new(1 << 20);
    bool is_good = cli_run(conn, "begin", NULL) && bookkeeping_make(conn);
    int applied = is_good ? migrations_apply(conn, config, arena, false) : -1;
    is_good = applied >= 0 && functions_apply(conn, config, arena) &&
              cli_run(conn,
                      "update schema_migration set program = greatest(program, $1::int)",
                      number_text(arena, PROGRAM_VERSION), NULL) &&
              cli_run(conn, "commit", NULL);
    int outside = is_good ? migrations_apply(conn, config, arena, true) : -1;
    is_good = outside >= 0;
    PQfinish(conn);
    arena_free(arena);
    if (!is_good) return 1;
    applied += outside;
    (void)printf("%d migration%s applied, functions are those of program version %d\n",
                 applied, applied == 1 ? "" : "s", PROGRAM_VERSION);
    return 0;
}
