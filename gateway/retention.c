// SPDX-License-Identifier: Apache-2.0
//
// A chunk each second while there is something, then a look each minute.
#include "gateway/retention.h"

#include <stdlib.h>

#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/lease.h"
#include "handlers/country.h"

enum { CHUNK_ROWS = 500, SOON_MS = 1000, PAUSE_MS = 60 * 1000 };

struct retention {
    struct gateway *gateway;
    int64_t due_ms; // monotonic
    bool is_running;
};

struct retention *retention_new(struct gateway *gateway) {
    struct retention *retention = calloc(1, sizeof *retention);
    if (retention == NULL) abort();
    retention->gateway = gateway;
    retention->due_ms = clock_monotonic_ms() + SOON_MS;
    return retention;
}

void retention_free(struct retention *retention) {
    free(retention);
}

static void end(struct retention *retention, int64_t pause_ms) {
    retention->is_running = false;
    retention->due_ms = clock_monotonic_ms() + pause_ms;
}

static void on_erased(void *context, const struct db_result *result) {
    struct retention *retention = context;
    int64_t count = result->error == DB_OK && db_rows(result, 0) > 0
                        ? db_get_int(result, 0, 0, 0)
                        : 0;
    if (count > 0) log_event(LOG_INFO, "erased", LOG_INT("rows", count));
    end(retention, count > 0 ? SOON_MS : PAUSE_MS);
}

static void on_lease(void *context, const struct db_result *result) {
    static const char *const classes[] = {"body", "address", "raw_event", "event_key",
                                          "quarantine"};
    struct retention *retention = context;
    struct gateway *gateway = retention->gateway;
    if (result->error != DB_OK || db_get_int(result, 0, 0, 0) == 0 ||
        !db_is_ready(gateway->db_console)) {
        end(retention, PAUSE_MS);
        return;
    }
    struct db_batch *batch = db_batch_new(gateway->db_console);
    db_call(batch, QUERY_RETENTION_RUN);
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        db_int4(batch,
                country_retention_days(gateway->house.country, str_of(classes[i])));
    db_int4(batch, CHUNK_ROWS);
    db_send(batch, on_erased, retention);
}

void retention_beat(struct retention *retention) {
    struct gateway *gateway = retention->gateway;
    if (retention->is_running || gateway->house.country == NULL || gateway->node_id < 0 ||
        clock_monotonic_ms() < retention->due_ms)
        return;
    retention->is_running = true;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    lease_take(batch, gateway, STR("retention"));
    db_send(batch, on_lease, retention);
}
