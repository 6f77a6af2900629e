// SPDX-License-Identifier: Apache-2.0
//
// One serving process: what its conversations share. Made by gateway_start(), reached by
// pointer, never global.
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include <event2/event.h>
#include <stdint.h>

#include "core/id.h"
#include "gateway/config.h"
#include "gateway/db.h"
#include "gateway/directory.h"
#include "handlers/handler.h"

struct hasher;
struct intake;
struct settle;
struct relay;
struct outbox;
struct alerts;
struct degraded;
struct pulse;

struct gateway {
    struct event_base *base;
    const struct config *config;
    struct house house;          // country pack, languages, triage
    struct directory *directory; // newest snapshot; take a reference to keep one
    struct id_source ids;
    int worker; // 0..workers-1
    int32_t node_id;
    int64_t node_token;
    int64_t clock_offset_ms; // database's clock minus ours
    bool is_draining;
    struct db *db_intake;
    struct db *db_settle;
    struct db *db_urgent; // emergencies' settle
    struct db *db_outbox;
    struct db *db_alert; // alerts: queueing, claims, marks of recipients
    struct db *db_console;
    struct db *db_shell; // roster, leases, timers, sweep, notifier
    struct hasher *hasher;
    struct intake *intake;
    struct settle *settle;
    struct relay *relay;
    struct outbox *outbox;
    struct alerts *alerts;
    struct degraded *degraded;
    struct pulse *pulse;
};

// A new snapshot of roster, channels, territories; takes the reference.
void gateway_directory_set(struct gateway *gateway, struct directory *directory);

// The database's clock, as far as we know it. Milliseconds since 1970.
int64_t gateway_now_ms(const struct gateway *gateway);
int64_t gateway_id(struct gateway *gateway);

#endif
