// SPDX-License-Identifier: Apache-2.0
//
// One periodic event; each task is a call and its callback. A task that is still under
// way is not started again.
#include "gateway/pulse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/registry.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/degraded.h"
#include "gateway/intake.h"
#include "gateway/lease.h"
#include "gateway/metrics.h"
#include "gateway/outbox.h"
#include "gateway/relay.h"
#include "gateway/retention.h"
#include "gateway/settle.h"
#include "gateway/version.h"
#include "gateway/watch.h"

enum {
    PERIOD_MS = 250,
    SWEEP_OLDER_MS = 2000,
    SWEEP_LIMIT = 256,
    TIMERS_LIMIT = 256,
    BUCKETS_MAX = 64,
    HANGING_MS = 5000,
    SEAL_LIMIT = 500,
    WATCH_BEATS = 8
};

struct pulse {
    struct event *event;
    struct watch *watch;
    struct retention *retention;
    int64_t beats;
    int64_t roster_version, channel_version, next_change_ms;
    bool is_stating, is_reading, is_sweeping, is_timing, is_sealing, is_watching;
    int32_t buckets[BUCKETS_MAX];
    size_t bucket_count; // of the sweep under way, in the order of its calls
    bool has_backlog;    // the last sweep found as much as it may take
    uint8_t master_key[32];
};

static bool is_ready(const struct gateway *gateway) {
    return db_is_ready(gateway->db_shell);
}

// ---- node, roster, channels

static void on_directory(void *context, const struct db_result *result) {
    struct gateway *gateway = context;
    struct pulse *pulse = gateway->pulse;
    pulse->is_reading = false;
    if (result->error != DB_OK) return;
    struct str roster = db_get_str(result, 0, 0, 0);
    struct str channels = db_get_str(result, 1, 0, 0);
    struct str territory = db_get_str(result, 2, 0, 0);
    struct directory *directory =
        directory_new(roster, channels, territory, pulse->master_key, gateway->config);
    if (directory == NULL) {
        log_event(LOG_ERROR, "directory_unreadable");
        return;
    }
    pulse->roster_version = directory->roster_version;
    pulse->channel_version = directory->channel_version;
    gateway_directory_set(gateway, directory);
    settle_kick(gateway->settle);
    degraded_mirror(gateway->degraded, roster, channels, territory);
}

// Nothing has moved but counts: the roster alone.
static void on_roster(void *context, const struct db_result *result) {
    struct gateway *gateway = context;
    gateway->pulse->is_reading = false;
    if (result->error != DB_OK || gateway->directory == NULL) return;
    struct directory *directory =
        directory_renew(gateway->directory, db_get_str(result, 0, 0, 0));
    if (directory != NULL) gateway_directory_set(gateway, directory);
}

static void roster_renew(struct gateway *gateway) {
    if (gateway->pulse->is_reading || !is_ready(gateway)) return;
    gateway->pulse->is_reading = true;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    db_call(batch, QUERY_ROSTER_READ);
    db_send(batch, on_roster, gateway);
}

void pulse_roster(struct gateway *gateway) {
    if (gateway->pulse->is_reading || !is_ready(gateway)) return;
    gateway->pulse->is_reading = true;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    db_call(batch, QUERY_ROSTER_READ);
    db_call(batch, QUERY_CHANNEL_READ);
    db_call(batch, QUERY_TERRITORY_READ);
    db_send(batch, on_directory, gateway);
}

static void on_state(void *context, const struct db_result *result) {
    struct gateway *gateway = context;
    struct pulse *pulse = gateway->pulse;
    pulse->is_stating = false;
    if (result->error != DB_OK || db_rows(result, 0) == 0) return;
    int64_t now = db_get_int(result, 0, 0, 2);
    gateway->clock_offset_ms = now - clock_real_ms();
    bool is_moved = db_get_int(result, 0, 0, 0) != pulse->roster_version ||
                    db_get_int(result, 0, 0, 1) != pulse->channel_version;
    bool is_shift = pulse->next_change_ms != 0 && now >= pulse->next_change_ms;
    pulse->next_change_ms = db_get_int(result, 0, 0, 3);
    if (is_moved || is_shift || gateway->directory == NULL) pulse_roster(gateway);
    // Counts of unopened emergencies move without a version; each second is enough.
    else if (pulse->beats % 4 == 0) roster_renew(gateway);
    if (db_rows(result, 1) > 0 && !db_get_bool(result, 1, 0, 0)) {
        log_event(LOG_ERROR, "node_lost", LOG_INT("node", gateway->node_id));
        gateway->node_id = -1;
        pulse_begin(gateway);
    }
}

static void state_read(struct gateway *gateway) {
    struct pulse *pulse = gateway->pulse;
    if (pulse->is_stating || gateway->node_id < 0) return;
    pulse->is_stating = true;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    db_call(batch, QUERY_ROSTER_STATE);
    if (pulse->beats % 8 == 0) {
        db_call(batch, QUERY_NODE_RENEW);
        db_int4(batch, gateway->node_id);
        db_int8(batch, gateway->node_token);
        // Answered first: what is counted meanwhile can only be more kept.
        db_int8(batch, metrics_value(METRIC_ANSWERED_2XX));
        db_int8(batch, metrics_value(METRIC_STORED));
        db_int8(batch, metrics_value(METRIC_DUPLICATES));
        db_int8(batch, metrics_value(METRIC_JOURNALED));
    }
    db_send(batch, on_state, gateway);
}

static bool settings_good(const struct db_result *result) {
    if (db_rows(result, 1) == 0) return false;
    for (int i = 0; i < 3; i++) {
        struct str value = db_get_str(result, 1, 0, i);
        if (str_eq(value, STR("off"))) {
            log_event(LOG_ERROR, "database_not_durable", LOG_INT("setting", i));
            return false;
        }
    }
    for (int i = 3; i < 6; i++) {
        if (db_get_bool(result, 1, 0, i)) {
            log_event(LOG_ERROR, "role_too_powerful", LOG_INT("which", i));
            return false;
        }
    }
    return true;
}

// Within the range of programs that the schema serves.
static bool schema_good(const struct db_result *result) {
    int64_t oldest = db_get_int(result, 2, 0, 0), newest = db_get_int(result, 2, 0, 1);
    if (oldest <= PROGRAM_VERSION && PROGRAM_VERSION <= newest) return true;
    log_event(LOG_ERROR, "schema_out_of_range", LOG_INT("program", PROGRAM_VERSION),
              LOG_INT("oldest", oldest), LOG_INT("newest", newest));
    return false;
}

static void on_node(void *context, const struct db_result *result) {
    struct gateway *gateway = context;
    if (result->error != DB_OK) return;
    if (!settings_good(result) || !schema_good(result)) {
        event_base_loopbreak(gateway->base);
        return;
    }
    gateway->node_id = (int32_t)db_get_int(result, 0, 0, 0);
    gateway->ids.node = gateway->node_id;
    log_event(LOG_INFO, "node_taken", LOG_INT("node", gateway->node_id));
    pulse_roster(gateway);
    relay_poll(gateway->relay);
}

void pulse_begin(struct gateway *gateway) {
    char host[256] = "localhost";
    if (gateway->pulse == NULL || !is_ready(gateway) || gateway->node_id >= 0 ||
        gateway->is_draining)
        return;
    (void)gethostname(host, sizeof host - 1);
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    db_call(batch, QUERY_NODE_TAKE);
    db_text(batch, str_of(host));
    db_int4(batch, (int32_t)getpid());
    db_int8(batch, gateway->node_token);
    db_call(batch, QUERY_SETTINGS_CHECK);
    db_text(batch, (struct str){0});
    db_call(batch, QUERY_SCHEMA_STATE);
    db_send(batch, on_node, gateway);
}

// ---- sweep: what was accepted and not settled, by whomever

static void swept_done(void *context, enum intake_result result) {
    (void)context;
    (void)result;
}

// Makes the same event again from the stored bytes and gives it to settle.
static void sweep_one(struct gateway *gateway, const struct db_result *result,
                      size_t call, size_t row) {
    int32_t channel_id = (int32_t)db_get_int(result, call, row, 0);
    int64_t inbox_id = db_get_int(result, call, row, 2);
    const struct channel *channel =
        directory_channel_by_id(gateway->directory, channel_id);
    const struct adapter *adapter = channel != NULL ? adapter_find(channel->adapter)
                                                    : NULL;
    if (adapter == NULL || settle_holds(gateway->settle, inbox_id)) return;
    struct arena *arena = arena_new(8192);
    struct intake_post *post = ARENA_NEW(arena, struct intake_post);
    struct webhook_events events = {0};
    struct webhook_request request = {
        .method = STR("POST"),
        .target = arena_dup(arena, db_get_str(result, call, row, 8)),
        .body = arena_dup(arena, db_get_str(result, call, row, 9))};
    size_t index = (size_t)db_get_int(result, call, row, 7);
    bool is_read = adapter->parse(channel, &request, arena, &events) == ADAPTER_OK &&
                   index < events.count;
    post->gateway = gateway;
    post->arena = arena;
    post->channel_id = channel_id;
    post->intake_id = gateway->pulse->buckets[call];
    post->is_urgent = db_get_int(result, call, row, 5) >= 3;
    post->was_told = db_get_int(result, call, row, 5) >= 4;
    post->event_count = 1;
    post->events = is_read ? &events.events[index] : ARENA_NEW(arena, struct event);
    if (!is_read) post->events->message_kind = MESSAGE_PLACEHOLDER;
    post->events->key = arena_dup(arena, db_get_str(result, call, row, 1));
    post->ids = ARENA_NEW(arena, int64_t);
    post->ids[0] = inbox_id;
    post->done = swept_done;
    post->is_answered = true;
    post->waiting = 1;
    metrics_count(METRIC_SWEPT, 1);
    intake_settle(post, 0, (int16_t)db_get_int(result, call, row, 6));
    intake_release(post);
}

static void on_sweep(void *context, const struct db_result *result) {
    struct gateway *gateway = context;
    struct pulse *pulse = gateway->pulse;
    pulse->is_sweeping = false;
    if (result->error != DB_OK || gateway->directory == NULL) return;
    pulse->has_backlog = false;
    for (size_t call = 0; call < result->call_count; call++) {
        pulse->has_backlog = pulse->has_backlog || db_rows(result, call) == SWEEP_LIMIT;
        for (size_t row = 0; row < db_rows(result, call); row++)
            sweep_one(gateway, result, call, row);
    }
}

// The buckets that channels use, each once.
static size_t buckets_of(const struct directory *directory, int32_t *out) {
    size_t count = 0;
    for (size_t i = 0; i < directory->channel_count && count < BUCKETS_MAX; i++) {
        int32_t bucket = directory->channels[i].intake_id;
        bool is_known = false;
        for (size_t k = 0; k < count && !is_known; k++) is_known = out[k] == bucket;
        if (!is_known) out[count++] = bucket;
    }
    return count;
}

static void sweep(struct gateway *gateway) {
    struct pulse *pulse = gateway->pulse;
    if (pulse->is_sweeping || gateway->directory == NULL) return;
    // A busy settle queue is not helped by reading its own work again. And what a late
    // commit brought while the breaker was open is in the journal too, which knows what
    // its sender was told: replay goes first.
    if (settle_depth(gateway->settle) > SWEEP_LIMIT ||
        intake_is_open_breaker(gateway->intake))
        return;
    pulse->bucket_count = buckets_of(gateway->directory, pulse->buckets);
    if (pulse->bucket_count == 0) return;
    pulse->is_sweeping = true;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    for (size_t i = 0; i < pulse->bucket_count; i++) {
        db_call(batch, QUERY_INBOX_SWEEP);
        db_int4(batch, pulse->buckets[i]);
        db_int4(batch, SWEEP_OLDER_MS);
        db_int4(batch, SWEEP_LIMIT);
    }
    db_send(batch, on_sweep, gateway);
}

// ---- timers

static void timer_done(void *context, const struct settle_outcome *outcome) {
    (void)outcome;
    arena_free(context);
}

static void on_timers(void *context, const struct db_result *result) {
    struct gateway *gateway = context;
    gateway->pulse->is_timing = false;
    if (result->error != DB_OK) return;
    for (size_t i = 0; i < db_rows(result, 0); i++) {
        struct arena *arena = arena_new(1024);
        struct settle_item *item = ARENA_NEW(arena, struct settle_item);
        item->area_id = (int32_t)db_get_int(result, 0, i, 0);
        item->thread_id = db_get_int(result, 0, i, 1);
        item->event.kind = EVENT_TIMER;
        item->event.timer = (enum timer_kind)db_get_int(result, 0, i, 2);
        item->event.timer_value = db_get_int(result, 0, i, 3);
        item->is_urgent = item->event.timer != TIMER_UNOPENED;
        item->done = timer_done;
        item->context = arena;
        metrics_count(METRIC_TIMERS, 1);
        settle_submit(gateway->settle, item);
    }
}

static void timers(struct gateway *gateway) {
    struct pulse *pulse = gateway->pulse;
    // Due timers are read, not taken: not again before the last ones are settled.
    if (pulse->is_timing || gateway->directory == NULL ||
        settle_holds_timers(gateway->settle))
        return;
    pulse->is_timing = true;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    db_call(batch, QUERY_TIMER_DUE);
    db_int4(batch, TIMERS_LIMIT);
    db_send(batch, on_timers, gateway);
}

// ---- audit chain, by the holder of its lease

static void on_sealed(void *context, const struct db_result *result) {
    (void)result;
    struct gateway *gateway = context;
    gateway->pulse->is_sealing = false;
}

static void on_sealer(void *context, const struct db_result *result) {
    struct gateway *gateway = context;
    if (result->error != DB_OK || db_get_int(result, 0, 0, 0) == 0 ||
        !is_ready(gateway)) {
        gateway->pulse->is_sealing = false;
        return;
    }
    struct db_batch *batch = db_batch_new(gateway->db_console);
    db_call(batch, QUERY_AUDIT_SEAL);
    db_int4(batch, SEAL_LIMIT);
    db_send(batch, on_sealed, gateway);
}

static void seal(struct gateway *gateway) {
    if (gateway->pulse->is_sealing || gateway->node_id < 0) return;
    gateway->pulse->is_sealing = true;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    lease_take(batch, gateway, STR("audit"));
    db_send(batch, on_sealer, gateway);
}

// ---- what goes with duty, by any process: each thing is done once

static void on_watched(void *context, const struct db_result *result) {
    struct gateway *gateway = context;
    gateway->pulse->is_watching = false;
    if (result->error != DB_OK) return;
    for (size_t i = 0; i < db_rows(result, 0); i++) {
        int32_t koban_id = (int32_t)db_get_int(result, 0, i, 0);
        log_event(LOG_WARN, "koban_no_console", LOG_INT("koban", koban_id));
        outbox_page_no_console(gateway->outbox, koban_id);
    }
}

static void watch(struct gateway *gateway) {
    if (gateway->pulse->is_watching || gateway->house.country == NULL) return;
    gateway->pulse->is_watching = true;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    db_call(batch, QUERY_DUTY_WATCH);
    db_int4(batch, (int32_t)gateway->house.country->console_gone_ms);
    db_send(batch, on_watched, gateway);
}

// A connection that does not answer is let go: what it was doing is not cancelled, its
// marks and versions decide. The intake's own deadline is shorter (intake.c).
static void drop_hanging(struct gateway *gateway) {
    struct db *const connections[] = {gateway->db_shell, gateway->db_settle,
                                      gateway->db_urgent, gateway->db_console,
                                      gateway->db_outbox};
    for (size_t i = 0; i < ARRAY_LEN(connections); i++) {
        if (db_in_flight_ms(connections[i]) > HANGING_MS) db_drop(connections[i]);
    }
}

// Pages of this process, from the second field of /proc/self/statm (proc(5)).
static int64_t resident_bytes(void) {
    char text[128] = {0};
    FILE *in = fopen("/proc/self/statm", "re");
    int64_t pages = 0;
    if (in == NULL) return 0;
    struct str rest = {text, fread(text, 1, sizeof text - 1, in)}, field;
    (void)fclose(in);
    (void)str_next(&rest, ' ', &field);
    if (!str_next(&rest, ' ', &field) || !str_to_i64(field, &pages)) return 0;
    return pages * sysconf(_SC_PAGESIZE);
}

static void gauges_set(struct gateway *gateway) {
    struct db *const connections[] = {gateway->db_intake, gateway->db_settle,
                                      gateway->db_urgent, gateway->db_console,
                                      gateway->db_outbox, gateway->db_shell};
    int64_t ready = 0;
    for (size_t i = 0; i < ARRAY_LEN(connections); i++)
        ready += db_is_ready(connections[i]) ? 1 : 0;
    metrics_set(METRIC_CONNECTED, ready);
    metrics_set(METRIC_SETTLE_DEPTH, (int64_t)settle_depth(gateway->settle));
    metrics_set(METRIC_BREAKER, intake_is_open_breaker(gateway->intake) ? 1 : 0);
    if (gateway->pulse->beats % 4 == 0) metrics_set(METRIC_MEMORY, resident_bytes());
}

static void on_beat(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct gateway *gateway = context;
    struct pulse *pulse = gateway->pulse;
    pulse->beats++;
    gauges_set(gateway);
    degraded_pulse(gateway->degraded);
    drop_hanging(gateway);
    if (pulse->beats % 4 == 2) watch_beat(pulse->watch);
    if (!is_ready(gateway)) return;
    state_read(gateway);
    if (gateway->is_draining) return;
    timers(gateway);
    if (pulse->beats % 4 == 0 || pulse->has_backlog) sweep(gateway);
    if (pulse->beats % 4 == 0) {
        relay_poll(gateway->relay);
        seal(gateway);
        retention_beat(pulse->retention);
    }
    if (pulse->beats % WATCH_BEATS == 0) watch(gateway);
}

void pulse_start(struct gateway *gateway) {
    struct pulse *pulse = calloc(1, sizeof *pulse);
    if (pulse == NULL) abort();
    gateway->pulse = pulse;
    pulse->watch = watch_new(gateway);
    pulse->retention = retention_new(gateway);
    if (!directory_master_key(gateway->config->master_key_file, pulse->master_key))
        log_event(LOG_ERROR, "master_key_unreadable");
    pulse->event = event_new(gateway->base, -1, EV_PERSIST, on_beat, gateway);
    struct timeval period = {.tv_usec = PERIOD_MS * 1000};
    (void)event_add(pulse->event, &period);
    pulse_begin(gateway);
}

void pulse_stop(struct gateway *gateway) {
    event_free(gateway->pulse->event);
    watch_free(gateway->pulse->watch);
    retention_free(gateway->pulse->retention);
    explicit_bzero(gateway->pulse->master_key, sizeof gateway->pulse->master_key);
    free(gateway->pulse);
    gateway->pulse = NULL;
}
