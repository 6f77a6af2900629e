// SPDX-License-Identifier: Apache-2.0
//
// The administrator's commands: one function each, "koban NAME ...". They may block; they
// speak to the database as koban_owner or koban_gateway through cli_db.
#ifndef GATEWAY_COMMAND_LINE_H
#define GATEWAY_COMMAND_LINE_H

#include "gateway/config.h"

typedef int command_main(int argc, char **argv, const struct config *config);

command_main cmd_serve, cmd_migrate, cmd_check_config, cmd_seed, cmd_officer, cmd_shift,
    cmd_channel, cmd_koban, cmd_import, cmd_group, cmd_poster, cmd_train, cmd_classify,
    cmd_accounts, cmd_quarantine, cmd_journal, cmd_audit, cmd_healthcheck, cmd_correction;

#endif
