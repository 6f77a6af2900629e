// SPDX-License-Identifier: Apache-2.0
//
// One table; libconfuse reads the file, the table checks it. libconfuse stops at the
// first syntax error; wrong values are all told in one run.
#include "gateway/config.h"

#include <confuse.h>
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 4096 };

enum kind { KIND_TEXT, KIND_LEVEL, KIND_NUMBER };

struct key {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *text;         // default
    long number, least, most; // default and range
    const char *doc;
};

#define TEXT(name, value, doc)                                                           \
    {#name, KIND_TEXT, offsetof(struct config, name), value, 0, 0, 0, doc}
#define LEVEL(name, value, doc)                                                          \
    {#name, KIND_LEVEL, offsetof(struct config, name), value, 0, 0, 0, doc}
#define NUMBER(name, value, least, most, doc)                                            \
    {#name, KIND_NUMBER, offsetof(struct config, name), NULL, value, least, most, doc}

static const struct key keys[] = {
    TEXT(admin_listen, "127.0.0.1:9090", "Address of /livez, /readyz and /metrics."),
    NUMBER(admission, 1000, 1, 1000000,
           "Events accepted and not settled before ordinary ones have to wait."),
    TEXT(console, "console/dist", "Folder of the built console; empty serves none."),
    TEXT(country_pack, "deploy/country/jp.json", "Country pack."),
    TEXT(database, "host=/run/postgresql dbname=koban user=koban_gateway",
         "Connection of the gateway; its role may only EXECUTE."),
    NUMBER(heartbeat_ms, 15000, 100, 60000, "Milliseconds between stream heartbeats."),
    NUMBER(intake_deadline_ms, 700, 50, 5000,
           "A commit that has not returned after this goes to the journal."),
    TEXT(journal, "var/journal", "Folder of the local journal; a persistent volume."),
    NUMBER(journal_reserve, 20000, 0, 10000000,
           "Further POSTs the journal keeps for emergencies alone."),
    NUMBER(journal_rows, 200000, 1, 10000000,
           "POSTs the journal keeps before it is full and answers 503."),
    TEXT(languages, "handlers/language", "Folder of the language files."),
    TEXT(listen, "127.0.0.1:8080", "Public address; or unix:/path."),
    LEVEL(log_level, "info", "error, warn, info or debug."),
    TEXT(master_key_file, "var/master.key",
         "File with the 32 byte key that seals channel secrets, in hex."),
    NUMBER(max_connections, 12000, 16, 1000000, "Open connections."),
    NUMBER(max_per_address, 12000, 4, 1000000, "Open connections from one address."),
    TEXT(model, "handlers/triage/model.bin", "Triage model; without it rules decide."),
    NUMBER(outbox_unknown_ms, 30000, 100, 600000,
           "A send without an outcome after this is unknown."),
    TEXT(owner, "",
         "Connection as koban_owner for migrate, seed and the administrator's commands; "
         "empty takes `database`."),
    TEXT(public_url, "http://localhost:8080", "Where people reach this service."),
    NUMBER(rung_ms, 0, 0, 600000,
           "Length of every rung of the ladder; 0 takes the country pack's."),
    NUMBER(settle_hold, 0, 0, 1,
           "1 stores and answers but settles nothing: only for measuring the intake."),
    TEXT(
        site_model, "",
        "Model trained with officers' corrections (koban train --with-corrections), read "
        "instead of `model` once it is there; empty: none."),
    TEXT(sql, "sql", "Folder of migrations, functions and seeds."),
    TEXT(trusted_proxy, "", "Address of the proxy whose X-Forwarded-For counts."),
    NUMBER(worker_silent_ms, 20000, 500, 600000,
           "A worker of several that shows no sign of life for this is started again."),
    NUMBER(workers, 1, 1, 64, "Serving processes."),
};

static void problem(struct buf *errors, const char *where, const char *key,
                    const char *what) {
    buf_addf(errors, "%s: %s: %s\n", where, key, what);
}

static const struct key *key_find(const char *name, size_t n) {
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (strlen(keys[i].name) == n && memcmp(keys[i].name, name, n) == 0)
            return &keys[i];
    }
    return NULL;
}

static struct arena *texts; // of all settings, as long as the process

static const char *kept(const char *text, size_t n) {
    if (texts == NULL) texts = arena_new(0);
    return arena_cstr(texts, (struct str){text, n});
}

// As enum log_level, -1: no such level.
static int level_number(const char *name) {
    static const char *const names[] = {"error", "warn", "info", "debug"};
    static const int numbers[] = {3, 4, 6, 7};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(name, names[i]) == 0) return numbers[i];
    }
    return -1;
}

static void key_set(struct config *config, const struct key *key, const char *value,
                    const char *where, struct buf *errors) {
    char *at = (char *)config + key->offset;
    if (key->kind == KIND_LEVEL && level_number(value) < 0) {
        problem(errors, where, key->name, "not error, warn, info or debug");
        return;
    }
    if (key->kind != KIND_NUMBER) {
        const char *copy = kept(value, strlen(value));
        memcpy(at, &copy, sizeof copy);
        return;
    }
    int64_t number;
    if (!str_to_i64(str_of(value), &number) || number < key->least ||
        number > key->most) {
        char what[128];
        (void)snprintf(what, sizeof what, "not a number from %ld to %ld", key->least,
                       key->most);
        problem(errors, where, key->name, what);
        return;
    }
    long stored = (long)number;
    memcpy(at, &stored, sizeof stored);
}

static void defaults(struct config *config) {
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char *at = (char *)config + keys[i].offset;
        if (keys[i].kind != KIND_NUMBER) memcpy(at, &keys[i].text, sizeof keys[i].text);
        else memcpy(at, &keys[i].number, sizeof keys[i].number);
    }
}

int config_log_level(const struct config *config) {
    return level_number(config->log_level);
}

static struct buf *parse_errors; // libconfuse's error function has no context

static void on_parse_error(cfg_t *cfg, const char *format, va_list list) {
    char what[256];
    (void)vsnprintf(what, sizeof what, format, list);
    buf_addf(parse_errors, "%s:%d: %s\n", cfg->filename, cfg->line, what);
}

// The word a line sets; empty when it sets none.
static struct str word_of(const char *line) {
    const char *at = line + strspn(line, " \t");
    size_t n = strcspn(at, " \t=+\r\n");
    const char *next = at + n + strspn(at + n, " \t");
    bool is_set = (*next == '=' || *next == '+') && *at != '#' && *at != '/';
    return is_set ? (struct str){at, n} : (struct str){0};
}

// Where each key stands in the file, the last time, for errors about its value. What is
// no key is told here, all of it: libconfuse would stop at the first.
static void lines_read(const char *file, int lines[ARRAY_LEN(keys)], struct buf *errors) {
    FILE *in = fopen(file, "re");
    char text[LINE_BYTES];
    for (int line = 1; in != NULL && fgets(text, sizeof text, in) != NULL; line++) {
        struct str word = word_of(text);
        const struct key *key = word.n > 0 ? key_find(word.p, word.n) : NULL;
        if (key != NULL) lines[key - keys] = line;
        else if (word.n > 0)
            buf_addf(errors, "%s:%d: %.*s: no such key\n", file, line, (int)word.n,
                     word.p);
    }
    if (in != NULL) (void)fclose(in);
}

static void file_read(struct config *config, const char *file, struct buf *errors) {
    cfg_opt_t options[ARRAY_LEN(keys) + 1];
    int lines[ARRAY_LEN(keys)] = {0};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        cfg_opt_t option = CFG_STR(keys[i].name, NULL, CFGF_NODEFAULT);
        options[i] = option;
    }
    cfg_opt_t end = CFG_END();
    options[ARRAY_LEN(keys)] = end;
    cfg_t *cfg = cfg_init(options, CFGF_IGNORE_UNKNOWN);
    parse_errors = errors;
    (void)cfg_set_error_function(cfg, on_parse_error);
    int status = cfg_parse(cfg, file);
    if (status == CFG_FILE_ERROR) problem(errors, file, "file", "cannot be read");
    else lines_read(file, lines, errors);
    for (size_t i = 0; status == CFG_SUCCESS && i < ARRAY_LEN(keys); i++) {
        const char *value =
            cfg_size(cfg, keys[i].name) > 0 ? cfg_getstr(cfg, keys[i].name) : NULL;
        if (value == NULL) continue;
        char where[512];
        (void)snprintf(where, sizeof where, "%s:%d", file, lines[i]);
        key_set(config, &keys[i], value, where, errors);
    }
    (void)cfg_free(cfg);
}

static void environment_read(struct config *config, struct buf *errors) {
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char name[64] = "KOBAN_";
        size_t n = strlen(name);
        for (const char *c = keys[i].name; *c != '\0'; c++)
            name[n++] = (char)toupper((unsigned char)*c);
        const char *value = getenv(name);
        if (value != NULL) key_set(config, &keys[i], value, name, errors);
    }
}

// channel.<name>.<key>=value
static bool override_set(struct config *config, const char *set, const char *equals) {
    const char *name = set + strlen("channel.");
    const char *dot = memchr(name, '.', (size_t)(equals - name));
    if (strncmp(set, "channel.", strlen("channel.")) != 0 || dot == NULL ||
        config->override_count == CONFIG_OVERRIDES_MAX)
        return false;
    config->overrides[config->override_count++] =
        (struct config_override){.channel = kept(name, (size_t)(dot - name)),
                                 .key = kept(dot + 1, (size_t)(equals - dot - 1)),
                                 .value = kept(equals + 1, strlen(equals + 1))};
    return true;
}

bool config_read(struct config *config, const char *file, const char *const *sets,
                 int set_count, struct buf *errors) {
    *config = (struct config){0};
    defaults(config);
    if (file != NULL) file_read(config, file, errors);
    environment_read(config, errors);
    for (int i = 0; i < set_count; i++) {
        const char *equals = strchr(sets[i], '=');
        if (equals != NULL && override_set(config, sets[i], equals)) continue;
        const struct key *key =
            equals != NULL ? key_find(sets[i], (size_t)(equals - sets[i])) : NULL;
        if (key == NULL) problem(errors, "--set", sets[i], "no such key");
        else key_set(config, key, equals + 1, "--set", errors);
    }
    return errors->n == 0;
}

void config_sample(struct buf *out) {
    buf_addf(out,
             "# Settings of the Koban gateway. Every key may also come as KOBAN_<KEY>"
             " or --set key=value.\n");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        buf_addf(out, "\n# %s\n", keys[i].doc);
        if (keys[i].kind != KIND_NUMBER)
            buf_addf(out, "#%s = \"%s\"\n", keys[i].name, keys[i].text);
        else
            buf_addf(out, "# From %ld to %ld.\n#%s = %ld\n", keys[i].least, keys[i].most,
                     keys[i].name, keys[i].number);
    }
}
