// SPDX-License-Identifier: Apache-2.0
//
// Help and arguments of the administrator's commands, from their tables.
#include "gateway/cli_group.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_FIRST = 65536, REFUSED = 2 };

static void line_print(FILE *out, const char *group, const struct cli_command *command) {
    (void)fprintf(out, "  koban %s %s %s\n      %s\n", group, command->name,
                  command->arguments, command->doc);
}

static void help_print(FILE *out, const char *group, const struct cli_command *commands,
                       size_t count) {
    for (size_t i = 0; i < count; i++) line_print(out, group, &commands[i]);
}

static bool is_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

int cli_refuse(const char *problem) {
    (void)fprintf(stderr, "koban: %s\n", problem);
    return REFUSED;
}

static int run(const struct cli_command *command, struct cli cli) {
    const struct config *config = cli.config;
    const char *owner = config->owner[0] != '\0' ? config->owner : config->database;
    if (!command->is_alone && (cli.conn = cli_connect(owner)) == NULL) return 1;
    cli.arena = arena_new(ARENA_FIRST);
    int status = command->run(&cli);
    arena_free(cli.arena);
    if (cli.conn != NULL) PQfinish(cli.conn);
    return status;
}

static const struct cli_command *find(const struct cli_command *commands, size_t count,
                                      const char *word) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(commands[i].name, word) == 0) return &commands[i];
    }
    return NULL;
}

int cli_group(const struct cli_command *commands, size_t count, int argc, char **argv,
              const struct config *config) {
    if (argc > 1 && (is_help(argv[1]) || is_help(argv[argc - 1]))) {
        help_print(stdout, argv[0], commands, count);
        return 0;
    }
    const struct cli_command *command = find(commands, count, argc > 1 ? argv[1] : "");
    if (command == NULL) {
        if (argc > 1) (void)fprintf(stderr, "koban %s: no \"%s\"\n", argv[0], argv[1]);
        help_print(stderr, argv[0], commands, count);
        return REFUSED;
    }
    struct cli cli = {.config = config, .argc = argc - 2, .argv = argv + 2};
    if (cli.argc < command->least || cli.argc > command->most) {
        bool is_short = cli.argc < command->least;
        (void)fprintf(stderr, "koban %s %s: %s\n", argv[0], command->name,
                      is_short ? "something is missing" : "too many arguments");
        line_print(stderr, argv[0], command);
        return REFUSED;
    }
    return run(command, cli);
}

int cli_change(PGconn *conn, const char *sql, ...) {
    va_list list;
    va_start(list, sql);
    PGresult *result = cli_query_list(conn, sql, list);
    va_end(list);
    if (result == NULL) return 1;
    const char *problem = PQgetvalue(result, 0, 0);
    int status = problem[0] == '\0' ? 0 : cli_refuse(problem);
    PQclear(result);
    return status;
}

static void cells_print(PGresult *result, int row) {
    for (int column = 0; column < PQnfields(result); column++)
        (void)printf("%s%s", column > 0 ? "\t" : "",
                     row < 0 ? PQfname(result, column) : PQgetvalue(result, row, column));
    (void)printf("\n");
}

int cli_table(PGconn *conn, const char *sql, ...) {
    va_list list;
    va_start(list, sql);
    PGresult *result = cli_query_list(conn, sql, list);
    va_end(list);
    if (result == NULL) return 1;
    for (int row = -1; row < PQntuples(result); row++) cells_print(result, row);
    PQclear(result);
    return 0;
}

bool cli_line(const char *prompt, char *line, size_t size) {
    (void)fprintf(stderr, "%s: ", prompt);
    if (fgets(line, (int)size, stdin) == NULL) return false;
    line[strcspn(line, "\r\n")] = '\0';
    return line[0] != '\0';
}

const char *cli_argument(const struct cli *cli, int i, const char *otherwise) {
    return i < cli->argc ? cli->argv[i] : otherwise;
}
