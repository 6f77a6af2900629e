// SPDX-License-Identifier: Apache-2.0
//
// Commands with words of their own ("koban officer add ..."): one table a group says what
// each takes and means; the table is the help, and what does not fit it is told in a
// sentence and ends with 2. 1 is "it did not work", 0 is "done".
#ifndef GATEWAY_CLI_GROUP_H
#define GATEWAY_CLI_GROUP_H

#include "core/arena.h"
#include "gateway/cli_db.h"
#include "gateway/config.h"

struct cli {
    PGconn *conn; // as koban_owner; NULL for a command that needs no database
    const struct config *config;
    struct arena *arena; // as long as the command
    int argc;            // what stands behind the command's own words
    char **argv;
};

struct cli_command {
    const char *name;      // the second word
    const char *arguments; // as the help shows them
    int least, most;       // how many
    bool is_alone;         // needs no database
    const char *doc;
    int (*run)(const struct cli *cli);
};

// Runs the command that argv names; argv[0] is the group's word.
int cli_group(const struct cli_command *commands, size_t count, int argc, char **argv,
              const struct config *config);

// Tells what is wrong with the arguments; 2.
int cli_refuse(const char *problem);
// A function that answers with what is wrong, or nothing: tells it; the exit code.
int cli_change(PGconn *conn, const char *sql, ...);
// The rows of a function under the names of its columns; the exit code.
int cli_table(PGconn *conn, const char *sql, ...);
// One line of standard input without its end: what must not stand in a process list.
// False when there is none.
bool cli_line(const char *prompt, char *line, size_t size);
// The argument at i, or `otherwise`.
const char *cli_argument(const struct cli *cli, int i, const char *otherwise);

#endif
