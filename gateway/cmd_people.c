// SPDX-License-Identifier: Apache-2.0
//
// koban officer, shift, koban: who and where. Each change moves the roster, so
// that serving processes see it within a second.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec.h"
#include "core/hmac.h"
#include "core/seal.h"
#include "gateway/cli_group.h"
#include "gateway/command_line.h"
#include "gateway/directory.h"
#include "gateway/file.h"
#include "gateway/session.h"

enum { LINE_BYTES = 1024, TOTP_BYTES = 20, PASSWORD_LEAST = 15, FIELDS_MAX = 5 };

// ---- officers

static int officer_list(const struct cli *cli) {
    return cli_table(cli->conn, "select * from admin_officer_list()", NULL);
}

static int officer_add(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_officer_add($1, $2, $3, $4)", cli->argv[0],
                      cli->argv[1], cli->argv[2], cli_argument(cli, 3, "officer"), NULL);
}

static int password_set(const struct cli *cli, const char *password) {
    const char *login = cli->argv[0];
    uint8_t key[32], totp[TOTP_BYTES];
    if (!directory_master_key(cli->config->master_key_file, key))
        return cli_refuse("the master key file cannot be read");
    random_bytes(totp, sizeof totp);
    struct str secret = {(char *)totp, sizeof totp};
    struct str sealed = seal_close(
        key, arena_join(cli->arena, STR("totp:"), str_of(login)), secret, cli->arena);
    explicit_bzero(key, sizeof key);
    struct str hash = session_password_hash(str_of(password), cli->arena);
    int status = cli_change(cli->conn, "select admin_officer_password($1, $2, $3)", login,
                            arena_cstr(cli->arena, hash),
                            arena_cstr(cli->arena, codec_hex(sealed, cli->arena)), NULL);
    struct str shown = codec_hex(secret, cli->arena);
    if (status == 0)
        (void)printf("code secret for the authenticator (hex): %.*s\n", (int)shown.n,
                     shown.p);
    return status;
}

static int officer_password(const struct cli *cli) {
    char password[LINE_BYTES];
    if (!cli_line("new password (15 characters or more)", password, sizeof password) ||
        strlen(password) < PASSWORD_LEAST)
        return cli_refuse("a password has 15 characters or more");
    int status = password_set(cli, password);
    explicit_bzero(password, sizeof password);
    return status;
}

static int officer_disable(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_officer_disable($1, true)", cli->argv[0],
                      NULL);
}

static int officer_enable(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_officer_disable($1, false)", cli->argv[0],
                      NULL);
}

static int officer_phone(const struct cli *cli) {
    char address[LINE_BYTES];
    if (!cli_line("address", address, sizeof address))
        return cli_refuse("the address comes by standard input");
    return cli_change(cli->conn, "select admin_officer_phone($1, $2, $3)", cli->argv[0],
                      cli->argv[1], address, NULL);
}

// ---- files of lines

// Takes a line's fields; what is wrong, NULL when it does not count as a line, "" when it
// was good. Lives as long as `arena`.
typedef const char *take_line(const struct cli *cli, const char **fields, int count,
                              struct arena *arena);

static int fields_of(char *line, const char **fields, struct arena *arena) {
    struct str rest = str_trim(str_of(line)), part;
    int count = 0;
    if (rest.n == 0 || rest.p[0] == '#') return 0;
    while (count < FIELDS_MAX && str_next(&rest, ',', &part))
        fields[count++] = arena_cstr(arena, str_trim(part));
    return count;
}

// All wrong lines are told in one run; the number of them.
static int lines_take(const struct cli *cli, FILE *in, take_line *take, int *taken) {
    const char *file = cli->argv[cli->argc - 1];
    char line[LINE_BYTES];
    int bad = 0;
    for (int number = 1; fgets(line, sizeof line, in) != NULL; number++) {
        const char *fields[FIELDS_MAX] = {NULL};
        struct arena *arena = arena_new(LINE_BYTES);
        int count = fields_of(line, fields, arena);
        const char *problem = count > 0 ? take(cli, fields, count, arena) : NULL;
        if (problem != NULL && problem[0] != '\0') {
            (void)fprintf(stderr, "%s:%d: %s\n", file, number, problem);
            bad++;
        } else if (problem != NULL) (*taken)++;
        arena_free(arena);
    }
    return bad;
}

// Takes the whole file or nothing of it.
static int file_take(const struct cli *cli, take_line *take, const char *what) {
    FILE *in = fopen(cli->argv[cli->argc - 1], "re");
    int taken = 0;
    if (in == NULL) return cli_refuse("the file cannot be read");
    bool is_begun = cli_run(cli->conn, "begin", NULL);
    int bad = is_begun ? lines_take(cli, in, take, &taken) : 1;
    (void)fclose(in);
    bool is_good = bad == 0 && cli_run(cli->conn, "select admin_moved('roster')", NULL);
    bool is_ended = is_begun && cli_run(cli->conn, is_good ? "commit" : "rollback", NULL);
    if (is_good && is_ended) (void)printf("%d %s\n", taken, what);
    else (void)fprintf(stderr, "nothing was taken\n");
    return is_good && is_ended ? 0 : 1;
}

static const char *sentence_of(PGresult *result, struct arena *arena) {
    const char *sentence = result != NULL
                               ? arena_cstr(arena, str_of(PQgetvalue(result, 0, 0)))
                               : "not stored";
    PQclear(result);
    return sentence;
}

static const char *shift_take(const struct cli *cli, const char **fields, int count,
                              struct arena *arena) {
    if (count < 4) return "not LOGIN,KOBAN,FROM,TO[,ROLE]";
    return sentence_of(cli_query(cli->conn, "select admin_shift_put($1, $2, $3, $4, $5)",
                                 fields[0], fields[1], fields[2], fields[3],
                                 count > 4 ? fields[4] : "officer", NULL),
                       arena);
}

static int shift_import(const struct cli *cli) {
    return file_take(cli, shift_take, "shifts");
}

static int shift_list(const struct cli *cli) {
    return cli_table(cli->conn, "select * from admin_shift_list()", NULL);
}

// ---- forces, areas, koban

static int koban_list(const struct cli *cli) {
    return cli_table(cli->conn, "select * from admin_koban_list()", NULL);
}

static int koban_force(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_force_add($1, $2, $3, $4)", cli->argv[0],
                      cli->argv[1], cli->argv[2], cli->argv[3], NULL);
}

static int koban_area(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_area_add($1, $2, $3, $4)", cli->argv[0],
                      cli->argv[1], cli->argv[2], cli->argv[3], NULL);
}

static int koban_add(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_koban_add($1, $2, $3, $4, $5)",
                      cli->argv[0], cli->argv[1], cli->argv[2], cli->argv[3],
                      cli->argv[4], NULL);
}

static int koban_desk(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_koban_desk($1, false)", cli->argv[0],
                      NULL);
}

static int koban_command(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_koban_desk($1, true)", cli->argv[0], NULL);
}

static int koban_neighbour(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_koban_neighbour($1, $2)", cli->argv[0],
                      cli->argv[1], NULL);
}

static int koban_phone(const struct cli *cli) {
    char address[LINE_BYTES] = "";
    const char *channel = cli_argument(cli, 1, "");
    if (channel[0] != '\0' && !cli_line("address", address, sizeof address))
        return cli_refuse("the address comes by standard input");
    return cli_change(cli->conn, "select admin_koban_phone($1, $2, $3)", cli->argv[0],
                      channel, address, NULL);
}

static int koban_territory(const struct cli *cli) {
    struct str json;
    if (!file_read(cli->argv[1], cli->arena, &json))
        return cli_refuse("the file cannot be read");
    return cli_change(cli->conn, "select admin_koban_territory($1, $2)", cli->argv[0],
                      arena_cstr(cli->arena, json), NULL);
}

// ---- their tables

static const struct cli_command officer_commands[] = {
    {"list", "", 0, 0, false, "every account", officer_list},
    {"add", "LOGIN KOBAN NAME [ROLE]", 3, 4, false,
     "ROLE: officer (if absent), supervisor, administrator, reader", officer_add},
    {"password", "LOGIN", 1, 1, false,
     "a new password from standard input; prints a new secret for codes",
     officer_password},
    {"phone", "LOGIN CHANNEL", 2, 2, false,
     "an address from standard input: a rung of the ladder, and may write commands",
     officer_phone},
    {"disable", "LOGIN", 1, 1, false, "ends their sessions at once", officer_disable},
    {"enable", "LOGIN", 1, 1, false, "may sign in again", officer_enable},
};

static const struct cli_command shift_commands[] = {
    {"list", "", 0, 0, false, "shifts that have not ended", shift_list},
    {"import", "FILE.csv", 1, 1, false,
     "LOGIN,KOBAN,FROM,TO[,ROLE] a line, 2026-11-24 22:00 in the area's own time",
     shift_import},
};

static const struct cli_command koban_commands[] = {
    {"list", "", 0, 0, false, "every koban", koban_list},
    {"force", "NUMBER NAME COUNTRY LANGUAGE", 4, 4, false, "adds a force", koban_force},
    {"area", "NUMBER FORCE NAME TIME-ZONE", 4, 4, false,
     "adds a station's district to a force", koban_area},
    {"add", "AREA SLUG NAME LATITUDE LONGITUDE", 5, 5, false,
     "adds a koban; the first of an area is its desk", koban_add},
    {"desk", "SLUG", 1, 1, false, "makes it the desk of its area", koban_desk},
    {"command", "SLUG", 1, 1, false, "makes it the command desk of its force",
     koban_command},
    {"neighbour", "SLUG OTHER", 2, 2, false, "whom its ladder rings next door",
     koban_neighbour},
    {"phone", "SLUG [CHANNEL]", 1, 2, false,
     "a desk's own phone, from standard input: texted at the desk's rung; no CHANNEL: "
     "none",
     koban_phone},
    {"territory", "SLUG FILE.geojson", 2, 2, false, "where a pin belongs to it",
     koban_territory},
};

int cmd_officer(int argc, char **argv, const struct config *config) {
    return cli_group(officer_commands, ARRAY_LEN(officer_commands), argc, argv, config);
}

int cmd_shift(int argc, char **argv, const struct config *config) {
    return cli_group(shift_commands, ARRAY_LEN(shift_commands), argc, argv, config);
}

int cmd_koban(int argc, char **argv, const struct config *config) {
    return cli_group(koban_commands, ARRAY_LEN(koban_commands), argc, argv, config);
}
