// SPDX-License-Identifier: Apache-2.0
//
// koban officer, shift, koban, import: who and where. Each change moves the roster, so
// that serving processes see it within a second.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec.h"
#include "core/hmac.h"
#include "core/seal.h"
#include "core/utf8.h"
#include "gateway/cli_db.h"
#include "gateway/command_line.h"
#include "gateway/directory.h"
#include "gateway/file.h"
#include "gateway/session.h"

enum { LINE_BYTES = 1024, TOTP_BYTES = 20 };

static bool is_word(const char *text, const char *word) {
    return strcmp(text, word) == 0;
}

static int usage(const char *text) {
    (void)fprintf(stderr, "%s\n", text);
    return 2;
}

static bool roster_moved(PGconn *conn) {
    return cli_run(conn, "update version set value = value + 1 where name = 'roster'",
                   NULL);
}

static void print_rows(PGresult *result) {
    for (int row = 0; row < PQntuples(result); row++) {
        for (int column = 0; column < PQnfields(result); column++)
            (void)printf("%s%s", column > 0 ? "\t" : "", PQgetvalue(result, row, column));
        (void)printf("\n");
    }
}

static int list(PGconn *conn, const char *sql) {
    PGresult *result = cli_query(conn, sql, NULL);
    if (result == NULL) return 1;
    print_rows(result);
    PQclear(result);
    return 0;
}

// One line of standard input: a password never stands in a process list.
static bool line_read(const char *prompt, char *line, size_t size) {
    (void)fprintf(stderr, "%s", prompt);
    if (fgets(line, (int)size, stdin) == NULL) return false;
    line[strcspn(line, "\r\n")] = '\0';
    return line[0] != '\0';
}

enum { PASSWORD_LEAST = 15 };

static int password_set(PGconn *conn, const char *login, const struct config *config) {
    char password[LINE_BYTES];
    struct arena *arena = arena_new(4096);
    uint8_t key[32], totp[TOTP_BYTES];
    if (!directory_master_key(config->master_key_file, key))
        return usage("the master key file cannot be read");
    if (!line_read("new password (15 characters or more): ", password, sizeof password) ||
        strlen(password) < PASSWORD_LEAST)
        return usage("a password has 15 characters or more");
    random_bytes(totp, sizeof totp);
    struct str secret = {(char *)totp, sizeof totp};
    struct str sealed =
        seal_close(key, arena_join(arena, STR("totp:"), str_of(login)), secret, arena);
    struct str hex = codec_hex(sealed, arena);
    struct str hash = session_password_hash(str_of(password), arena);
    explicit_bzero(password, sizeof password);
    explicit_bzero(key, sizeof key);
    bool is_good = cli_run(conn,
                           "update officer set password_hash = $2, totp_counter = 0,"
                           " totp_secret = decode($3, 'hex') where login = $1",
                           login, arena_cstr(arena, hash), arena_cstr(arena, hex), NULL);
    struct str shown = codec_hex(secret, arena);
    if (is_good)
        (void)printf("code secret for the authenticator (hex): %.*s\n", (int)shown.n,
                     shown.p);
    arena_free(arena);
    return is_good ? 0 : 1;
}

static int officer_add(PGconn *conn, int argc, char **argv) {
    if (argc != 7)
        return usage("koban officer add ID KOBAN LOGIN NAME ROLE\n"
                     "ROLE: 0 officer, 1 supervisor, 2 administrator, 3 reader");
    bool is_good = cli_run(conn,
                           "insert into officer (id, area_id, koban_id, login,"
                           " public_name, role) select $1::bigint, area_id, id, $3, $4,"
                           " $5::smallint from koban where id = $2::int",
                           argv[2], argv[3], argv[4], argv[5], argv[6], NULL) &&
                   roster_moved(conn);
    return is_good ? 0 : 1;
}

static int officer_phone(PGconn *conn, int argc, char **argv) {
    if (argc != 5) return usage("koban officer phone LOGIN CHANNEL ADDRESS");
    bool is_good =
        cli_run(conn,
                "insert into officer_phone select o.id, c.id, $3, true"
                " from officer o, channel c where o.login = $1 and c.name = $2",
                argv[2], argv[3], argv[4], NULL) &&
        roster_moved(conn);
    return is_good ? 0 : 1;
}

static int officer_run(PGconn *conn, int argc, char **argv, const struct config *config) {
    if (argc >= 2 && is_word(argv[1], "list"))
        return list(conn, "select id, login, public_name, koban_id, role,"
                          " case when is_disabled then 'disabled' else '' end"
                          " from officer order by id");
    if (argc >= 2 && is_word(argv[1], "add")) return officer_add(conn, argc, argv);
    if (argc >= 2 && is_word(argv[1], "phone")) return officer_phone(conn, argc, argv);
    if (argc == 3 && is_word(argv[1], "password"))
        return password_set(conn, argv[2], config);
    if (argc == 3 && is_word(argv[1], "disable")) {
        bool is_good =
            cli_run(conn,
                    "with o as (update officer set is_disabled = true"
                    " where login = $1 returning id)"
                    " delete from session where officer_id in (select id from o)",
                    argv[2], NULL) &&
            roster_moved(conn);
        return is_good ? 0 : 1;
    }
    return usage("koban officer add | list | password LOGIN | disable LOGIN | phone");
}

// A line "login,koban slug,2026-11-24 22:00,2026-11-25 06:00[,role]" in local time.
static bool shift_line(PGconn *conn, char *line, int number, const char *file) {
    const char *fields[5] = {NULL, NULL, NULL, NULL, "0"};
    struct arena *arena = arena_new(1024);
    struct str rest = str_trim(str_of(line)), part;
    int count = 0;
    while (count < 5 && str_next(&rest, ',', &part))
        fields[count++] = arena_cstr(arena, str_trim(part));
    PGresult *result =
        count < 4
            ? NULL
            : cli_query(conn,
                        "insert into shift (area_id, id, koban_id, officer_id, role,"
                        " starts_local, ends_local)"
                        " select k.area_id, (select coalesce(max(id), 0) + 1 from"
                        " shift), k.id, o.id, $5::smallint, $3::timestamp,"
                        " $4::timestamp from officer o, koban k"
                        " where o.login = $1 and k.slug = $2"
                        " on conflict (area_id, officer_id, starts_local) do update"
                        " set ends_local = excluded.ends_local,"
                        " koban_id = excluded.koban_id returning id",
                        fields[0], fields[1], fields[2], fields[3], fields[4], NULL);
    bool is_good = result != NULL && PQntuples(result) == 1;
    if (!is_good)
        (void)fprintf(stderr,
                      "%s:%d: not LOGIN,KOBAN,FROM,TO of an officer and a koban\n", file,
                      number);
    PQclear(result);
    arena_free(arena);
    return is_good;
}

// Takes the whole file or nothing of it.
static int shift_import(PGconn *conn, const char *file) {
    FILE *in = fopen(file, "re");
    char line[LINE_BYTES];
    int number = 0, bad = 0;
    if (in == NULL) return usage("the file cannot be read");
    bool is_begun = cli_run(conn, "begin", NULL);
    while (is_begun && bad == 0 && fgets(line, sizeof line, in) != NULL) {
        number++;
        bool is_text = line[0] != '#' && line[0] != '\n';
        if (is_text && !shift_line(conn, line, number, file)) bad++;
    }
    (void)fclose(in);
    bool is_good = is_begun && bad == 0 && roster_moved(conn);
    bool is_ended = cli_run(conn, is_good ? "commit" : "rollback", NULL);
    return is_good && is_ended ? 0 : 1;
}

static int koban_territory(PGconn *conn, const char *slug, const char *file) {
    struct arena *arena = arena_new(65536);
    struct str json;
    bool is_good = file_read(file, arena, &json) &&
                   cli_run(conn, "update koban set territory = $2::jsonb where slug = $1",
                           slug, arena_cstr(arena, json), NULL) &&
                   roster_moved(conn);
    arena_free(arena);
    return is_good ? 0 : 1;
}

static int koban_add(PGconn *conn, int argc, char **argv) {
    if (argc != 8) return usage("koban koban add ID AREA SLUG NAME LATITUDE LONGITUDE");
    bool is_good =
        cli_run(conn,
                "insert into koban (id, area_id, slug, name, latitude, longitude)"
                " values ($1::int, $2::int, $3, $4, $5::float8, $6::float8)",
                argv[2], argv[3], argv[4], argv[5], argv[6], argv[7], NULL) &&
        roster_moved(conn);
    return is_good ? 0 : 1;
}

static int koban_run(PGconn *conn, int argc, char **argv) {
    if (argc >= 2 && is_word(argv[1], "list"))
        return list(conn, "select id, area_id, slug, name, neighbour_id,"
                          " territory is not null from koban order by id");
    if (argc >= 2 && is_word(argv[1], "add")) return koban_add(conn, argc, argv);
    if (argc == 4 && is_word(argv[1], "territory"))
        return koban_territory(conn, argv[2], argv[3]);
    return usage("koban koban add | list | territory SLUG FILE.geojson");
}

// "slug,name of a town or landmark" a line; stored folded, as texts are compared.
static int places_import(PGconn *conn, const char *file) {
    FILE *in = fopen(file, "re");
    char line[LINE_BYTES];
    int added = 0;
    if (in == NULL) return usage("the file cannot be read");
    bool is_good = cli_run(conn, "begin", NULL);
    while (is_good && fgets(line, sizeof line, in) != NULL) {
        struct arena *arena = arena_new(1024);
        struct str name = str_trim(str_of(line)), slug;
        if (str_next(&name, ',', &slug) && name.n > 0) {
            is_good = cli_run(conn,
                              "insert into place select id, $2, $3 from koban"
                              " where slug = $1 on conflict do nothing",
                              arena_cstr(arena, slug),
                              arena_cstr(arena, utf8_fold(str_trim(name), arena)),
                              arena_cstr(arena, str_trim(name)), NULL);
            added++;
        }
        arena_free(arena);
    }
    (void)fclose(in);
    is_good = is_good && roster_moved(conn) && cli_run(conn, "commit", NULL);
    if (is_good) (void)printf("%d places\n", added);
    return is_good ? 0 : 1;
}

// Connects, runs one of the commands above, closes.
static int with_owner(const struct config *config, int argc, char **argv,
                      int (*run)(PGconn *, int, char **, const struct config *)) {
    PGconn *conn =
        cli_connect(config->owner[0] != '\0' ? config->owner : config->database);
    if (conn == NULL) return 1;
    int status = run(conn, argc, argv, config);
    PQfinish(conn);
    return status;
}

static int shift_any(PGconn *conn, int argc, char **argv, const struct config *config) {
    (void)config;
    if (argc == 3 && is_word(argv[1], "import")) return shift_import(conn, argv[2]);
    if (argc == 2 && is_word(argv[1], "list"))
        return list(conn,
                    "select s.id, k.slug, o.login, s.starts_local, s.ends_local"
                    " from shift s join koban k on k.id = s.koban_id"
                    " join officer o on o.id = s.officer_id order by s.starts_local");
    return usage("koban shift import FILE.csv | list");
}

static int koban_any(PGconn *conn, int argc, char **argv, const struct config *config) {
    (void)config;
    return koban_run(conn, argc, argv);
}

static int import_any(PGconn *conn, int argc, char **argv, const struct config *config) {
    (void)config;
    if (argc == 3 && is_word(argv[1], "places")) return places_import(conn, argv[2]);
    return usage("koban import places FILE");
}

int cmd_officer(int argc, char **argv, const struct config *config) {
    return with_owner(config, argc, argv, officer_run);
}

int cmd_shift(int argc, char **argv, const struct config *config) {
    return with_owner(config, argc, argv, shift_any);
}

int cmd_koban(int argc, char **argv, const struct config *config) {
    return with_owner(config, argc, argv, koban_any);
}

int cmd_import(int argc, char **argv, const struct config *config) {
    return with_owner(config, argc, argv, import_any);
}
