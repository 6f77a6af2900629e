// SPDX-License-Identifier: Apache-2.0
//
// The registry: one table, one loop thread, so plain integers.
#include "gateway/metrics.h"

struct metric_entry {
    const char *name, *type, *help;
};

static const struct metric_entry entries[METRIC_COUNT] = {
    [METRIC_WEBHOOKS] = {"koban_webhooks_total", "counter", "POSTs to /in"},
    [METRIC_ANSWERED_2XX] = {"koban_answered_total", "counter",
                             "Events answered 2xx to a provider"},
    [METRIC_FORGED] = {"koban_forged_total", "counter", "Webhooks that did not verify"},
    [METRIC_UNREADABLE] = {"koban_unreadable_total", "counter",
                           "Verified webhooks that could not be understood"},
    [METRIC_STORED] = {"koban_stored_total", "counter", "Events stored in the inbox"},
    [METRIC_DUPLICATES] = {"koban_duplicates_total", "counter",
                           "Events that were stored already"},
    [METRIC_JOURNALED] = {"koban_journaled_total", "counter",
                          "POSTs answered from the journal"},
    [METRIC_REFUSED_FULL] = {"koban_refused_full_total", "counter",
                             "POSTs answered 503 because nothing could keep them"},
    [METRIC_SETTLED] = {"koban_settled_total", "counter", "Events settled"},
    [METRIC_QUARANTINED] = {"koban_quarantined_total", "counter", "Events quarantined"},
    [METRIC_EMERGENCIES] = {"koban_emergencies_total", "counter",
                            "Messages triaged as emergency at intake"},
    [METRIC_SENT] = {"koban_sent_total", "counter", "Messages a provider accepted"},
    [METRIC_SEND_RETRY] = {"koban_send_retry_total", "counter", "Sends to be repeated"},
    [METRIC_SEND_FAILED] = {"koban_send_failed_total", "counter", "Sends refused"},
    [METRIC_SEND_UNKNOWN] = {"koban_send_unknown_total", "counter",
                             "Sends with unknown outcome"},
    [METRIC_EXPIRED] = {"koban_expired_total", "counter", "Messages that died unsent"},
    [METRIC_STREAMS] = {"koban_streams", "gauge", "Open event streams"},
    [METRIC_STREAMS_DROPPED] = {"koban_streams_dropped_total", "counter",
                                "Streams dropped because their reader was too slow"},
    [METRIC_SWEPT] = {"koban_swept_total", "counter", "Unsettled events picked up"},
    [METRIC_TIMERS] = {"koban_timers_total", "counter", "Timers that came due"},
    [METRIC_SIGN_IN_FAILED] = {"koban_sign_in_failed_total", "counter",
                               "Failed sign-ins"},
    [METRIC_SETTLE_DEPTH] = {"koban_settle_depth", "gauge", "Events waiting to settle"},
    [METRIC_JOURNAL_DEPTH] = {"koban_journal_depth", "gauge", "Rows in the journal"},
};

static int64_t values[METRIC_COUNT];

void metrics_count(enum metric metric, int64_t n) {
    values[metric] += n;
}

void metrics_set(enum metric metric, int64_t value) {
    values[metric] = value;
}

int64_t metrics_value(enum metric metric) {
    return values[metric];
}

void metrics_write(struct buf *out) {
    for (int i = 0; i < METRIC_COUNT; i++) {
        buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", entries[i].name,
                 entries[i].help, entries[i].name, entries[i].type, entries[i].name,
                 (long long)values[i]);
    }
}
