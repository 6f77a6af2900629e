// SPDX-License-Identifier: Apache-2.0
//
// Settings of one process: koban.conf (libconfuse), then KOBAN_* from the environment,
// then --set key=value. Secrets come by file only. One table in config.c says name, type,
// range, default and a sentence; the sample file is printed from it.
#ifndef GATEWAY_CONFIG_H
#define GATEWAY_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/str.h"

enum { CONFIG_OVERRIDES_MAX = 64 };

// --set channel.<name>.<key>=value: a test points a provider at a loopback fake.
struct config_override {
    const char *channel;
    const char *key;
    const char *value;
};

struct config {
    const char *database;     // libpq conninfo of koban_gateway
    const char *owner;        // of koban_owner; migrate, seed and the CLI use it
    const char *listen;       // public address
    const char *admin_listen; // /livez /readyz /metrics
    const char *public_url;   // for links in texts
    const char *country_pack;
    const char *languages;  // folder of language files
    const char *model;      // triage model
    const char *site_model; // what the site has trained; empty: nothing
    const char *console;    // folder of the built console; empty: none
    const char *sql;        // folder sql/, for migrate and seed
    const char *journal;    // folder of journal files
    const char *master_key_file;
    const char *trusted_proxy;
    const char *log_level;
    long workers;
    long worker_silent_ms;
    long intake_deadline_ms;
    long admission;
    long journal_rows;
    long journal_reserve; // beyond journal_rows, for emergencies
    long rung_ms; // tests: length of every rung of the ladder; 0: the country pack's
    long outbox_unknown_ms;
    long heartbeat_ms;
    long settle_hold; // measuring the intake alone
    long max_connections;
    long max_per_address;
    struct config_override overrides[CONFIG_OVERRIDES_MAX];
    long override_count;
};

// Reads file (NULL: none), environment and the overrides "key=value". False with every
// problem as a line in errors ("file:line: key: what is wrong"). Strings live as long as
// the process.
bool config_read(struct config *config, const char *file, const char *const *sets,
                 int set_count, struct buf *errors) MUSTCHECK;

// The level as enum log_level.
int config_log_level(const struct config *config);

// The sample file, every key with its sentence and default.
void config_sample(struct buf *out);

#endif
