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
    [METRIC_BREAKER] = {"koban_breaker_open", "gauge",
                        "1 while the database is away and POSTs go to the journal"},
    [METRIC_CONNECTED] = {"koban_database_connections", "gauge",
                          "Connections to the database that are ready, of 6"},
    [METRIC_MEMORY] = {"koban_resident_bytes", "gauge", "Memory of this process"},
    [METRIC_EMERGENCY_AGE] = {"koban_emergency_unopened_seconds", "gauge",
                              "Age of the oldest emergency that nobody has opened"},
    [METRIC_OUTBOX_AGE] = {"koban_outbox_oldest_seconds", "gauge",
                           "Age of the oldest message that is still to be sent"},
    [METRIC_TIMER_AGE] = {"koban_timer_overdue_seconds", "gauge",
                          "How late the timer is that should have come first"},
    [METRIC_ON_DUTY] = {"koban_officers_on_duty", "gauge", "Officers on duty"},
    [METRIC_REACHABLE] = {"koban_officers_reachable", "gauge",
                          "Officers on duty with a console that sounds or a telephone"},
    [METRIC_IN_QUARANTINE] = {"koban_quarantine_waiting", "gauge",
                              "Events in quarantine that nobody has looked at"},
    [METRIC_BROKEN] = {"koban_channels_broken", "gauge",
                       "Channels held because their provider refuses us"},
    [METRIC_QUIET] = {"koban_channels_quiet", "gauge",
                      "Channels that are quieter than usual for the hour"},
    [METRIC_ALERT_WAITING] = {"koban_alert_recipients_waiting", "gauge",
                              "Recipients of alerts under way that are still to be told"},
    [METRIC_WATCH_AGE] = {"koban_watch_age_seconds", "gauge",
                          "Age of what the gauges from the database say"},
};

enum { BOUNDS = 10 };

// Milliseconds; the last bucket has no bound.
static const int64_t bounds[BOUNDS] = {1, 2, 5, 10, 30, 100, 300, 700, 1000, 5000};

static const struct metric_entry histogram_entries[HISTOGRAM_COUNT] = {
    [HISTOGRAM_ANSWER] = {"koban_answer_seconds", "histogram",
                          "Last byte of a webhook to its answer"},
    [HISTOGRAM_COMMIT] = {"koban_commit_seconds", "histogram",
                          "Commit of intake batches"},
    [HISTOGRAM_SETTLE] = {"koban_settle_seconds", "histogram", "Settling of batches"},
};

static struct {
    int64_t counts[BOUNDS + 1];
    int64_t sum_ms;
} histograms[HISTOGRAM_COUNT];

static int64_t values[METRIC_COUNT];

void metrics_count(enum metric metric, int64_t n) {
    values[metric] += n;
}

void metrics_observe(enum histogram histogram, int64_t ms) {
    size_t i = 0;
    while (i < BOUNDS && ms > bounds[i]) i++;
    histograms[histogram].counts[i]++;
    histograms[histogram].sum_ms += ms;
}

void metrics_set(enum metric metric, int64_t value) {
    values[metric] = value;
}

int64_t metrics_value(enum metric metric) {
    return values[metric];
}

static void histogram_write(struct buf *out, int h) {
    const struct metric_entry *entry = &histogram_entries[h];
    int64_t total = 0;
    buf_addf(out, "# HELP %s %s\n# TYPE %s histogram\n", entry->name, entry->help,
             entry->name);
    for (size_t i = 0; i < BOUNDS; i++) {
        total += histograms[h].counts[i];
        buf_addf(out, "%s_bucket{le=\"%g\"} %lld\n", entry->name,
                 (double)bounds[i] / 1000, (long long)total);
    }
    total += histograms[h].counts[BOUNDS];
    buf_addf(out, "%s_bucket{le=\"+Inf\"} %lld\n%s_sum %g\n%s_count %lld\n", entry->name,
             (long long)total, entry->name, (double)histograms[h].sum_ms / 1000,
             entry->name, (long long)total);
}

void metrics_write(struct buf *out) {
    for (int h = 0; h < HISTOGRAM_COUNT; h++) histogram_write(out, h);
    for (int i = 0; i < METRIC_COUNT; i++) {
        buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", entries[i].name,
                 entries[i].help, entries[i].name, entries[i].type, entries[i].name,
                 (long long)values[i]);
    }
}
