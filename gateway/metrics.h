// SPDX-License-Identifier: Apache-2.0
//
// Counters of this process in the Prometheus text format (exposition format 0.0.4). No
// labels that could name a person; names and help stand in one table.
#ifndef GATEWAY_METRICS_H
#define GATEWAY_METRICS_H

#include <stdint.h>

#include "core/buf.h"

enum metric {
    METRIC_WEBHOOKS,
    METRIC_ANSWERED_2XX,
    METRIC_FORGED,
    METRIC_UNREADABLE,
    METRIC_STORED,
    METRIC_DUPLICATES,
    METRIC_JOURNALED,
    METRIC_REFUSED_FULL,
    METRIC_SETTLED,
    METRIC_QUARANTINED,
    METRIC_EMERGENCIES,
    METRIC_SENT,
    METRIC_SEND_RETRY,
    METRIC_SEND_FAILED,
    METRIC_SEND_UNKNOWN,
    METRIC_EXPIRED,
    METRIC_STREAMS,
    METRIC_STREAMS_DROPPED,
    METRIC_SWEPT,
    METRIC_TIMERS,
    METRIC_SIGN_IN_FAILED,
    METRIC_SETTLE_DEPTH,
    METRIC_JOURNAL_DEPTH,
    METRIC_BREAKER,
    METRIC_CONNECTED,
    METRIC_MEMORY,
    // of the whole database, by watch.c
    METRIC_EMERGENCY_AGE,
    METRIC_OUTBOX_AGE,
    METRIC_TIMER_AGE,
    METRIC_ON_DUTY,
    METRIC_REACHABLE,
    METRIC_IN_QUARANTINE,
    METRIC_BROKEN,
    METRIC_QUIET,
    METRIC_ALERT_WAITING,
    METRIC_WATCH_AGE,
    METRIC_COUNT
};

// Durations, in milliseconds, counted in fixed buckets.
enum histogram {
    HISTOGRAM_ANSWER, // last byte of a webhook to its answer
    HISTOGRAM_COMMIT, // one intake batch
    HISTOGRAM_SETTLE, // one settle batch: facts, decide, apply
    HISTOGRAM_COUNT
};

void metrics_observe(enum histogram histogram, int64_t ms);
void metrics_count(enum metric metric, int64_t n);
void metrics_set(enum metric metric, int64_t value);
int64_t metrics_value(enum metric metric);
void metrics_write(struct buf *out);

#endif
