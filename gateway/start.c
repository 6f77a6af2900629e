// SPDX-License-Identifier: Apache-2.0
//
// Starting and stopping in order. Nothing else knows all the parts.
#include "gateway/start.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/hmac.h"
#include "core/log.h"
#include "gateway/alert.h"
#include "gateway/clock.h"
#include "gateway/degraded.h"
#include "gateway/intake.h"
#include "gateway/outbox.h"
#include "gateway/pulse.h"
#include "gateway/relay.h"
#include "gateway/session.h"
#include "gateway/settle.h"

static void on_intake_state(void *context, bool is_ready) {
    struct gateway *gateway = context;
    if (is_ready) intake_kick(gateway->intake);
}

static void on_settle_state(void *context, bool is_ready) {
    struct gateway *gateway = context;
    if (is_ready && gateway->settle != NULL) settle_kick(gateway->settle);
}

static void on_shell_state(void *context, bool is_ready) {
    struct gateway *gateway = context;
    if (is_ready) pulse_begin(gateway);
}

static void on_notice(void *context, struct str channel, struct str payload) {
    (void)channel;
    struct gateway *gateway = context;
    relay_notice(gateway->relay, payload);
    struct str area;
    int64_t id;
    while (str_next(&payload, ',', &area)) {
        if (str_to_i64(area, &id)) outbox_notice(gateway->outbox, (int32_t)id);
    }
}

static struct db *connect_as(struct gateway *gateway, const char *name, db_state *state,
                             db_notice *notice) {
    struct db_options options = {.conninfo = gateway->config->database,
                                 .name = name,
                                 .on_state = state,
                                 .on_notice = notice,
                                 .context = gateway};
    return db_new(gateway->base, &options);
}

struct gateway *gateway_start(struct event_base *base, const struct config *config,
                              const struct house *house, int worker) {
    struct gateway *gateway = calloc(1, sizeof *gateway);
    if (gateway == NULL) abort();
    gateway->base = base;
    gateway->config = config;
    gateway->house = *house;
    random_bytes(&gateway->node_token, sizeof gateway->node_token);
    gateway->node_token &= INT64_MAX;
    // Until the database gives a number: ids of the journal, remade at replay.
    gateway->worker = worker;
    gateway->node_id = -1;
    gateway->ids.node = ID_NODE_MAX;
    gateway->hasher = hasher_new(base);
    gateway->relay = relay_new(gateway);
    gateway->intake = intake_new(gateway);
    gateway->db_intake = connect_as(gateway, "koban intake", on_intake_state, NULL);
    gateway->db_settle = connect_as(gateway, "koban settle", on_settle_state, NULL);
    gateway->db_urgent = connect_as(gateway, "koban urgent", on_settle_state, NULL);
    gateway->db_outbox = connect_as(gateway, "koban outbox", NULL, NULL);
    gateway->db_alert = connect_as(gateway, "koban alert", NULL, NULL);
    gateway->db_console = connect_as(gateway, "koban console", NULL, NULL);
    gateway->db_shell = connect_as(gateway, "koban shell", on_shell_state, on_notice);
    gateway->settle = settle_new(gateway);
    gateway->outbox = outbox_new(gateway);
    gateway->alerts = alerts_new(gateway);
    gateway->degraded = degraded_new(gateway);
    pulse_start(gateway);
    return gateway;
}

bool gateway_is_ready(const struct gateway *gateway) {
    bool has_store = db_is_ready(gateway->db_intake) ||
                     degraded_has_journal(gateway->degraded);
    return gateway->directory != NULL && has_store && !gateway->is_draining;
}

void gateway_drain(struct gateway *gateway) {
    gateway->is_draining = true;
    outbox_drain(gateway->outbox);
    relay_drain(gateway->relay);
}

bool gateway_is_idle(const struct gateway *gateway) {
    return intake_is_idle(gateway->intake) && settle_is_idle(gateway->settle) &&
           outbox_is_idle(gateway->outbox);
}

static void on_left(void *context, const struct db_result *result) {
    (void)result;
    struct gateway *gateway = context;
    gateway->node_id = -1;
}

void gateway_leave(struct gateway *gateway) {
    if (gateway->node_id < 0) return;
    if (!db_is_ready(gateway->db_shell)) {
        gateway->node_id = -1;
        return;
    }
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    db_call(batch, QUERY_NODE_DROP);
    db_int4(batch, gateway->node_id);
    db_int8(batch, gateway->node_token);
    db_send(batch, on_left, gateway);
}

// The connections end first: what was in flight comes back and goes to the journal, which
// finishes what it was given before it closes.
void gateway_stop(struct gateway *gateway) {
    struct db *all[] = {gateway->db_intake, gateway->db_settle, gateway->db_urgent,
                        gateway->db_outbox, gateway->db_alert,  gateway->db_console,
                        gateway->db_shell};
    gateway->is_draining = true;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) db_close(all[i]);
    pulse_stop(gateway);
    alerts_free(gateway->alerts);
    outbox_free(gateway->outbox);
    degraded_free(gateway->degraded);
    relay_free(gateway->relay);
    settle_free(gateway->settle);
    intake_free(gateway->intake);
    hasher_free(gateway->hasher);
    for (size_t i = 0; i < ARRAY_LEN(all); i++) db_free(all[i]);
    directory_unref(gateway->directory);
    free(gateway);
}
