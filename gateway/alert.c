// SPDX-License-Identifier: Apache-2.0
//
// One alert at a time is worked on by this process, a chunk a call on a connection of its
// own: a chunk is a transaction of some 20 ms, so that nobody waits behind a million
// rows. The lease keeps other processes off; the cursor in the alert's row makes a chunk
// that a crash cut off begin again where it was.
#include "gateway/alert.h"

#include <stdlib.h>

#include "core/log.h"
#include "gateway/crash.h"
#include "gateway/lease.h"
#include "gateway/outbox.h"
#include "gateway/relay.h"

enum {
    LOOK_EVERY_MS = 1000,
    CHUNK = 2000,
    MOVED_MAX = 64,
    WORK_QUEUE = 1, // codes of alert_due
    WORK_CLOSE = 2,
    WORK_DONE = 3
};

struct alerts {
    struct gateway *gateway;
    struct event *tick;
    bool is_looking, is_working;
    int32_t area_id; // the one worked on
    int64_t alert_id;
    int work;
    int64_t fence;
    struct {
        int32_t area_id;
        int64_t alert_id;
    } moved[MOVED_MAX];
    size_t moved_count;
};

void alert_moved(struct alerts *alerts, int32_t area_id, int64_t alert_id) {
    for (size_t i = 0; i < alerts->moved_count; i++) {
        if (alerts->moved[i].area_id == area_id && alerts->moved[i].alert_id == alert_id)
            return;
    }
    if (alerts->moved_count == MOVED_MAX) return; // consoles look again by themselves
    alerts->moved[alerts->moved_count].area_id = area_id;
    alerts->moved[alerts->moved_count++].alert_id = alert_id;
}

static void on_told(void *context, const struct db_result *result) {
    struct alerts *alerts = context;
    if (result->error == DB_OK) relay_poll(alerts->gateway->relay);
}

// One event an alert; consoles fetch what it says.
static void moved_tell(struct alerts *alerts) {
    if (alerts->moved_count == 0) return;
    struct db_batch *batch = db_batch_new(alerts->gateway->db_alert);
    for (size_t i = 0; i < alerts->moved_count; i++) {
        db_call(batch, QUERY_EVENT_APPEND);
        db_int4(batch, alerts->moved[i].area_id);
        relay_event_row(batch, alerts->moved[i].alert_id, RELAY_ALERT, 0);
        relay_wake(alerts->gateway->relay, alerts->moved[i].area_id);
    }
    alerts->moved_count = 0;
    db_send(batch, on_told, alerts);
}

// ---- one alert, chunk by chunk

static void step(struct alerts *alerts);
static void look(struct alerts *alerts);

static void finished(struct alerts *alerts) {
    alerts->is_working = false;
    alert_moved(alerts, alerts->area_id, alerts->alert_id);
    look(alerts);
}

static void on_step(void *context, const struct db_result *result) {
    struct alerts *alerts = context;
    crash_point("alert-after-chunk");
    if (result->error != DB_OK) {
        // Another process has it, or the database is away: looked at again in a second.
        alerts->is_working = false;
        return;
    }
    // The lease is renewed by the first call of each step.
    bool is_last = alerts->work == WORK_DONE ||
                   (alerts->work == WORK_QUEUE && db_get_bool(result, 1, 0, 0)) ||
                   (alerts->work == WORK_CLOSE && db_get_int(result, 1, 0, 0) < CHUNK);
    alert_moved(alerts, alerts->area_id, alerts->alert_id);
    if (is_last) finished(alerts);
    else step(alerts);
}

static void lease_call(struct alerts *alerts, struct db_batch *batch) {
    struct arena *arena = arena_new(128);
    lease_take(batch, alerts->gateway,
               arena_printf(arena, "alert:%d:%lld", (int)alerts->area_id,
                            (long long)alerts->alert_id));
    arena_free(arena);
}

static void step(struct alerts *alerts) {
    struct gateway *gateway = alerts->gateway;
    const struct country *pack = gateway->house.country;
    struct db_batch *batch = db_batch_new(gateway->db_alert);
    lease_call(alerts, batch);
    switch (alerts->work) {
    case WORK_QUEUE:
        db_call(batch, QUERY_ALERT_QUEUE);
        db_int4(batch, alerts->area_id);
        db_int8(batch, alerts->alert_id);
        db_int4(batch, CHUNK);
        db_int4(batch, pack->quiet_from_hour * 60);
        db_int4(batch, pack->quiet_to_hour * 60);
        db_int8(batch, alerts->fence);
        break;
    case WORK_CLOSE:
        db_call(batch, QUERY_ALERT_CLOSE);
        db_int4(batch, alerts->area_id);
        db_int8(batch, alerts->alert_id);
        db_int4(batch, CHUNK);
        break;
    default:
        db_call(batch, QUERY_ALERT_DONE);
        db_int4(batch, alerts->area_id);
        db_int8(batch, alerts->alert_id);
        break;
    }
    db_send(batch, on_step, alerts);
}

static void on_leased(void *context, const struct db_result *result) {
    struct alerts *alerts = context;
    alerts->fence = result->error == DB_OK ? db_get_int(result, 0, 0, 0) : 0;
    if (alerts->fence == 0) {
        alerts->is_working = false;
        return;
    }
    step(alerts);
}

// ---- each second, or when something was decided

static void work_begin(struct alerts *alerts, const struct db_result *result) {
    if (alerts->is_working || db_rows(result, 1) == 0 || alerts->gateway->is_draining)
        return;
    alerts->is_working = true;
    alerts->area_id = (int32_t)db_get_int(result, 1, 0, 0);
    alerts->alert_id = db_get_int(result, 1, 0, 1);
    alerts->work = (int)db_get_int(result, 1, 0, 2);
    struct db_batch *batch = db_batch_new(alerts->gateway->db_alert);
    lease_call(alerts, batch);
    db_send(batch, on_leased, alerts);
}

static void on_look(void *context, const struct db_result *result) {
    struct alerts *alerts = context;
    alerts->is_looking = false;
    if (result->error != DB_OK) return;
    int32_t last = 0;
    for (size_t i = 0; i < db_rows(result, 0); i++) {
        int32_t area_id = (int32_t)db_get_int(result, 0, i, 0);
        outbox_wake_alert(alerts->gateway->outbox, area_id,
                          (int32_t)db_get_int(result, 0, i, 1),
                          db_get_bool(result, 0, i, 2), area_id != last);
        last = area_id;
    }
    work_begin(alerts, result);
}

static void look(struct alerts *alerts) {
    struct gateway *gateway = alerts->gateway;
    if (alerts->is_looking || gateway->node_id < 0 || !db_is_ready(gateway->db_alert) ||
        gateway->directory == NULL)
        return;
    alerts->is_looking = true;
    struct db_batch *batch = db_batch_new(gateway->db_alert);
    db_call(batch, QUERY_ALERT_WORK);
    db_call(batch, QUERY_ALERT_DUE);
    db_send(batch, on_look, alerts);
}

void alerts_kick(struct alerts *alerts) {
    look(alerts);
}

static void on_tick(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct alerts *alerts = context;
    if (!db_is_ready(alerts->gateway->db_alert)) return;
    if (db_in_flight_ms(alerts->gateway->db_alert) > LEASE_MS)
        db_drop(alerts->gateway->db_alert);
    moved_tell(alerts);
    look(alerts);
}

struct alerts *alerts_new(struct gateway *gateway) {
    struct alerts *alerts = calloc(1, sizeof *alerts);
    if (alerts == NULL) abort();
    alerts->gateway = gateway;
    alerts->tick = event_new(gateway->base, -1, EV_PERSIST, on_tick, alerts);
    struct timeval period = {.tv_sec = LOOK_EVERY_MS / 1000};
    (void)event_add(alerts->tick, &period);
    return alerts;
}

void alerts_free(struct alerts *alerts) {
    if (alerts == NULL) return;
    event_free(alerts->tick);
    free(alerts);
}
