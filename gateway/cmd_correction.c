// SPDX-License-Identifier: Apache-2.0
//
// koban correction: what officers said triage got wrong. No words.
#include "gateway/cli_group.h"
#include "gateway/command_line.h"

static int correction_list(const struct cli *cli) {
    return cli_table(cli->conn, "select * from admin_correction_list(200)", NULL);
}

static const struct cli_command commands[] = {
    {"list", "", 0, 0, false, "the last 200: who, which model, what it said, what it is",
     correction_list},
};

int cmd_correction(int argc, char **argv, const struct config *config) {
    return cli_group(commands, ARRAY_LEN(commands), argc, argv, config);
}
