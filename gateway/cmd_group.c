// SPDX-License-Identifier: Apache-2.0
//
// koban group: patrols, school routes, watches over elders; who belongs to them and who
// leads. Members are people who get alerts already: nobody is put on a list unasked.
#include "gateway/cli_group.h"
#include "gateway/command_line.h"

enum { LINE_BYTES = 1024 };

static int group_add(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_group_add($1, $2, $3)", cli->argv[0],
                      cli->argv[1], cli->argv[2], NULL);
}

static int group_list(const struct cli *cli) {
    return cli_table(cli->conn, "select * from admin_group_list()", NULL);
}

static int group_close(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_group_close($1)", cli->argv[0], NULL);
}

static int group_member(const struct cli *cli) {
    char address[LINE_BYTES];
    if (!cli_line("address", address, sizeof address))
        return cli_refuse("the address comes by standard input");
    return cli_change(cli->conn, "select admin_group_member($1, $2, $3, $4, $5)",
                      cli->argv[0], cli->argv[1], address, cli->argv[2],
                      cli_argument(cli, 3, "member"), NULL);
}

static const struct cli_command commands[] = {
    {"list", "", 0, 0, false, "groups, how many belong to them, how many are out",
     group_list},
    {"add", "KOBAN KIND NAME", 3, 3, false, "KIND: patrol, school_route, elderly_watch",
     group_add},
    {"member", "NUMBER CHANNEL NAME [ROLE]", 3, 4, false,
     "an address that gets alerts, from standard input; ROLE: member (if absent), "
     "leader, none",
     group_member},
    {"close", "NUMBER", 1, 1, false, "ends a group; its members keep their alerts",
     group_close},
};

int cmd_group(int argc, char **argv, const struct config *config) {
    return cli_group(commands, ARRAY_LEN(commands), argc, argv, config);
}
