// SPDX-License-Identifier: Apache-2.0
//
// koban [-c FILE] [--set key=value]... COMMAND ...
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "gateway/command_line.h"
#include "gateway/crash.h"

enum { SETS_MAX = 128, ERROR_BYTES = 256 * 1024 };

struct command_entry {
    const char *name;
    command_main *run;
    const char *doc;
};

static const struct command_entry commands[] = {
    {"serve", cmd_serve, "receive, settle, relay, send"},
    {"migrate", cmd_migrate, "bring the database to this program's version"},
    {"check-config", cmd_check_config, "check settings, country pack, language files"},
    {"seed", cmd_seed, "an invented demo city"},
    {"officer", cmd_officer, "add | list | password | disable | phone"},
    {"shift", cmd_shift, "import FILE.csv | list"},
    {"channel", cmd_channel, "add | list | set | secret | hold | release"},
    {"koban", cmd_koban, "add | list | territory"},
    {"import", cmd_import, "places FILE"},
    {"train", cmd_train, "train the triage model from the corpus"},
    {"classify", cmd_classify, "one message a line in, one JSON object a line out"},
    {"accounts", cmd_accounts, "prove that nothing is missing"},
    {"quarantine", cmd_quarantine, "list | show ID | release ID"},
    {"journal", cmd_journal, "list FILE | replay FILE"},
    {"audit", cmd_audit, "verify | list"},
    {"healthcheck", cmd_healthcheck, "ask /readyz; for containers"},
};

static int usage(void) {
    (void)fprintf(
        stderr, "usage: koban [-c FILE] [--set key=value]... COMMAND [ARGUMENT]...\n\n");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        (void)fprintf(stderr, "  %-13s %s\n", commands[i].name, commands[i].doc);
    return 2;
}

static bool options_read(int argc, char **argv, int *next, const char **file,
                         const char **sets, int *set_count) {
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (i + 1 == argc) return false;
        if (strcmp(argv[i], "-c") == 0) *file = argv[++i];
        else if (strcmp(argv[i], "--set") == 0 && *set_count < SETS_MAX)
            sets[(*set_count)++] = argv[++i];
        else return false;
    }
    *next = i;
    return i < argc;
}

int main(int argc, char **argv) {
    const char *file = NULL, *sets[SETS_MAX];
    int next = 0, set_count = 0;
    if (!options_read(argc, argv, &next, &file, sets, &set_count)) return usage();
    static struct config config;
    struct buf errors;
    buf_init(&errors, ERROR_BYTES);
    crash_init();
    (void)signal(SIGPIPE, SIG_IGN);
    if (!config_read(&config, file, sets, set_count, &errors)) {
        (void)fprintf(stderr, "%.*s", (int)errors.n, errors.p);
        buf_free(&errors);
        return 1;
    }
    buf_free(&errors);
    log_set((enum log_level)config_log_level(&config), 2);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(argv[next], commands[i].name) == 0)
            return commands[i].run(argc - next, argv + next, &config);
    }
    return usage();
}
