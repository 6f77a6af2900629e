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

// A group of commands (arguments: NULL) has help of its own.
struct command_entry {
    const char *name;
    command_main *run;
    const char *arguments;
    int most;
    const char *doc;
};

static const struct command_entry commands[] = {
    {"serve", cmd_serve, "[--workers N]", 2, "receive, settle, relay, send"},
    {"migrate", cmd_migrate, "", 0, "bring the database to this program's version"},
    {"check-config", cmd_check_config, "[--sample]", 1,
     "check settings, country pack, language files"},
    {"seed", cmd_seed, "--demo", 1, "an invented demo city"},
    {"officer", cmd_officer, NULL, 0, "accounts: add, list, password, phone ..."},
    {"shift", cmd_shift, NULL, 0, "planned duty: import, list"},
    {"channel", cmd_channel, NULL, 0, "providers: add, list, set, secret, hold, release"},
    {"koban", cmd_koban, NULL, 0, "forces, areas, koban: add, list, territory ..."},
    {"group", cmd_group, NULL, 0, "volunteers' groups: add, list, member, close"},
    {"poster", cmd_poster, "SLUG", 1, "a page to print: poster and door card of a koban"},
    {"import", cmd_import, NULL, 0, "names of places"},
    {"train", cmd_train,
     "[--folds FILE] [CORPUS-FOLDER [MODEL-FILE]] | --with-corrections | --rollback", 4,
     "train the triage model from the corpus, and from what officers said"},
    {"correction", cmd_correction, NULL, 0, "what officers said triage got wrong: list"},
    {"classify", cmd_classify, "< MESSAGES", 0,
     "one message a line in, one JSON object a line out"},
    {"accounts", cmd_accounts, "", 0,
     "prove that nothing is missing; 1: it names the keys"},
    {"quarantine", cmd_quarantine, NULL, 0, "what could not be understood or verified"},
    {"journal", cmd_journal, NULL, 0, "a journal file: list, replay"},
    {"audit", cmd_audit, NULL, 0, "who read and did what: verify, list"},
    {"healthcheck", cmd_healthcheck, "", 0, "ask /readyz; for containers"},
};

static void help_print(FILE *out) {
    (void)fprintf(out,
                  "usage: koban [-c FILE] [--set key=value]... COMMAND [ARGUMENT]...\n"
                  "       koban COMMAND --help\n\n");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        (void)fprintf(out, "  %-13s %s\n", commands[i].name, commands[i].doc);
}

static int usage(void) {
    help_print(stderr);
    return 2;
}

static const struct command_entry *command_find(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(name, commands[i].name) == 0) return &commands[i];
    }
    return NULL;
}

static bool is_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

// What can be said without settings: help, and arguments that are wrong. -1: go on.
static int early_answer(const struct command_entry *command, int argc, char **argv) {
    if (is_help(argv[0])) {
        help_print(stdout);
        return 0;
    }
    if (command == NULL) {
        (void)fprintf(stderr, "koban: no command \"%s\"\n", argv[0]);
        return usage();
    }
    bool wants_help = argc > 1 && is_help(argv[argc - 1]);
    if (command->arguments == NULL)
        return wants_help || argc == 1 ? command->run(argc, argv, NULL) : -1;
    if (!wants_help && argc - 1 <= command->most) return -1;
    if (!wants_help)
        (void)fprintf(stderr, "koban %s: too many arguments\n", command->name);
    (void)fprintf(wants_help ? stdout : stderr, "  koban %s %s\n      %s\n",
                  command->name, command->arguments, command->doc);
    return wants_help ? 0 : 2;
}

struct options {
    const char *file;
    const char *sets[SETS_MAX];
    int set_count;
    int next; // where the command stands
};

static bool options_read(struct options *options, int argc, char **argv) {
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && !is_help(argv[i]); i++) {
        if (i + 1 == argc) return false;
        if (strcmp(argv[i], "-c") == 0) options->file = argv[++i];
        else if (strcmp(argv[i], "--set") == 0 && options->set_count < SETS_MAX)
            options->sets[options->set_count++] = argv[++i];
        else return false;
    }
    options->next = i;
    return i < argc;
}

int main(int argc, char **argv) {
    struct options options = {0};
    if (!options_read(&options, argc, argv)) return usage();
    argc -= options.next;
    argv += options.next;
    const struct command_entry *command = command_find(argv[0]);
    int answer = early_answer(command, argc, argv);
    if (answer >= 0) return answer;
    static struct config config;
    struct buf errors;
    buf_init(&errors, ERROR_BYTES);
    crash_init();
    (void)signal(SIGPIPE, SIG_IGN);
    if (!config_read(&config, options.file, options.sets, options.set_count, &errors)) {
        (void)fprintf(stderr, "%.*s", (int)errors.n, errors.p);
        buf_free(&errors);
        return 1;
    }
    buf_free(&errors);
    log_set((enum log_level)config_log_level(&config), 2);
    return command->run(argc, argv, &config);
}
