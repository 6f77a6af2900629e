// SPDX-License-Identifier: Apache-2.0
//
// While the database is away the gauges keep what they were and koban_watch_age_seconds
// grows: a reading that is old is no reading.
#include "gateway/watch.h"

#include <stdlib.h>

#include "gateway/clock.h"
#include "gateway/metrics.h"

enum { MS = 1000, COUNT_BEATS = 30 };

struct watch {
    struct gateway *gateway;
    int64_t read_ms; // monotonic, of the last reading that came back
    bool is_reading, is_counting;
    unsigned beats;
};

struct watch *watch_new(struct gateway *gateway) {
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) abort();
    watch->gateway = gateway;
    watch->read_ms = clock_monotonic_ms();
    return watch;
}

void watch_free(struct watch *watch) {
    free(watch);
}

// The columns of watch_read(), in order.
static const struct column {
    enum metric metric;
    int64_t unit;
} columns[] = {
    {METRIC_EMERGENCY_AGE, MS}, {METRIC_OUTBOX_AGE, MS},   {METRIC_TIMER_AGE, MS},
    {METRIC_ON_DUTY, 1},        {METRIC_REACHABLE, 1},     {METRIC_IN_QUARANTINE, 1},
    {METRIC_BROKEN, 1},         {METRIC_ALERT_WAITING, 1},
};

static void on_read(void *context, const struct db_result *result) {
    struct watch *watch = context;
    watch->is_reading = false;
    if (result->error != DB_OK || db_rows(result, 0) == 0) return;
    watch->read_ms = clock_monotonic_ms();
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        metrics_set(columns[i].metric,
                    db_get_int(result, 0, 0, (int)i) / columns[i].unit);
}

static void on_counted(void *context, const struct db_result *result) {
    struct watch *watch = context;
    watch->is_counting = false;
    if (result->error == DB_OK && db_rows(result, 0) > 0)
        metrics_set(METRIC_QUIET, db_get_int(result, 0, 0, 0));
}

// What has come in on each channel is counted behind the traffic, each half minute.
static void channels_count(struct watch *watch, struct db *db) {
    bool is_due = watch->beats++ % COUNT_BEATS == 0;
    if (!is_due || watch->is_counting) return;
    watch->is_counting = true;
    struct db_batch *batch = db_batch_new(db);
    db_call(batch, QUERY_CHANNEL_TALLY);
    db_send(batch, on_counted, watch);
}

void watch_beat(struct watch *watch) {
    struct db *db = watch->gateway->db_shell;
    if (db_is_ready(db)) channels_count(watch, db);
    metrics_set(METRIC_WATCH_AGE, (clock_monotonic_ms() - watch->read_ms) / MS);
    if (watch->is_reading || !db_is_ready(db)) return;
    watch->is_reading = true;
    struct db_batch *batch = db_batch_new(db);
    db_call(batch, QUERY_WATCH_READ);
    db_send(batch, on_read, watch);
}
