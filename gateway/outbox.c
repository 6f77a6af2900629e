// SPDX-License-Identifier: Apache-2.0
//
// One drain a channel: lease and fence, token bucket, slots, pause. It claims area by
// area no more than its tokens and free slots; to claim is to send. A result that comes
// after the lease was lost is still written: the provider's id must not be forgotten.
#include "gateway/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/registry.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/crash.h"
#include "gateway/lease.h"
#include "gateway/metrics.h"
#include "gateway/outbox_work.h"

enum { LEASE_EVERY_MS = 3000, WORK_EVERY_MS = 1000 };

struct drain *outbox_drain_of(struct outbox *outbox, int32_t channel_id) {
    for (size_t i = 0; i < outbox->drain_count; i++) {
        if (outbox->drains[i].channel_id == channel_id) return &outbox->drains[i];
    }
    if (outbox->drain_count == DRAINS_MAX) return NULL;
    struct drain *drain = &outbox->drains[outbox->drain_count++];
    *drain = (struct drain){.outbox = outbox, .channel_id = channel_id};
    drain->tokens_ms = clock_monotonic_ms();
    return drain;
}

void outbox_area_add(struct drain *drain, int32_t area_id) {
    for (size_t i = 0; i < drain->area_count; i++) {
        if (drain->areas[i] == area_id) return;
    }
    if (drain->area_count < AREAS_MAX) drain->areas[drain->area_count++] = area_id;
}

// ---- claiming

enum { CLAIM_AREAS = 32, CLAIM_ROWS = 4 };

// One batch of claims, an area each.
struct claim {
    struct drain *drain;
    int32_t areas[CLAIM_AREAS];
    size_t count;
    int limit; // of each
    int64_t fence;
};

static struct outbox_message message_of(const struct db_result *rows, size_t call,
                                        size_t row) {
    return (struct outbox_message){
        .message_id = db_get_int(rows, call, row, 0),
        .thread_id = db_get_int(rows, call, row, 1),
        .address = db_get_str(rows, call, row, 2),
        .text = db_get_str(rows, call, row, 3),
        .life_ms = (int32_t)db_get_int(rows, call, row, 5),
        .is_silent = db_get_bool(rows, call, row, 6),
        .reply_token = db_get_str(rows, call, row, 7),
        .age_ms = db_get_int(rows, call, row, 8),
        .retry_key = db_get_str(rows, call, row, 9),
        .attempt = (int16_t)db_get_int(rows, call, row, 10),
        .language = db_get_str(rows, call, row, 11),
    };
}

static void on_claimed(void *context, const struct db_result *result) {
    struct claim *claim = context;
    struct drain *drain = claim->drain;
    drain->is_claiming = false;
    if (result->error != DB_OK) {
        if (result->error == DB_RULE) drain->fence = 0; // lost: somebody else sends
        free(claim);
        return;
    }
    crash_point("outbox-after-claim");
    for (size_t call = 0; call < claim->count; call++) {
        size_t rows = db_rows(result, call);
        drain->tokens -= (double)rows;
        // A full claim means that there may be more here.
        if (rows == (size_t)claim->limit) outbox_area_add(drain, claim->areas[call]);
        for (size_t row = 0; row < rows; row++) {
            struct outbox_message message = message_of(result, call, row);
            message.area_id = claim->areas[call];
            message.fence = claim->fence;
            outbox_send_one(drain, &message);
        }
    }
    free(claim);
    outbox_run(drain);
}

int outbox_free_slots(struct drain *drain, const struct channel *channel) {
    int64_t now = clock_monotonic_ms();
    double rate = channel->rate_per_second > 0 ? channel->rate_per_second : 1;
    drain->tokens += (double)(now - drain->tokens_ms) * rate / 1000;
    if (drain->tokens > rate) drain->tokens = rate;
    drain->tokens_ms = now;
    int slots = channel->in_flight - drain->in_flight - drain->reserved;
    return drain->tokens < slots ? (int)drain->tokens : slots;
}

// Slots are shared out among the areas that wait, so that the sum of all claims never
// exceeds them: some rows of each, for a claim costs more than a row.
static void claim_send(struct drain *drain, int slots) {
    struct claim *claim = calloc(1, sizeof *claim);
    if (claim == NULL) abort();
    claim->drain = drain;
    claim->fence = drain->fence;
    size_t most = ((size_t)slots + CLAIM_ROWS - 1) / CLAIM_ROWS;
    if (most > CLAIM_AREAS) most = CLAIM_AREAS;
    claim->count = drain->area_count < most ? drain->area_count : most;
    claim->limit = slots / (int)claim->count;
    drain->is_claiming = true;
    struct db_batch *batch = db_batch_new(drain->outbox->gateway->db_outbox);
    for (size_t i = 0; i < claim->count; i++) {
        // The oldest first: areas are added at the end.
        claim->areas[i] = drain->areas[i];
        db_call(batch, QUERY_OUTBOX_CLAIM);
        db_int4(batch, claim->areas[i]);
        db_int4(batch, drain->channel_id);
        db_int8(batch, drain->fence);
        db_int4(batch, claim->limit);
    }
    drain->area_count -= claim->count;
    memmove(drain->areas, drain->areas + claim->count,
            drain->area_count * sizeof drain->areas[0]);
    db_send(batch, on_claimed, claim);
}

// The channel, when messages may go there now.
const struct channel *outbox_open_channel(const struct drain *drain) {
    const struct outbox *outbox = drain->outbox;
    struct gateway *gateway = outbox->gateway;
    if (outbox->is_draining || gateway->directory == NULL) return NULL;
    const struct channel *channel =
        directory_channel_by_id(gateway->directory, drain->channel_id);
    if (channel == NULL || channel->is_held || adapter_find(channel->adapter) == NULL ||
        drain->pause_until_ms > clock_monotonic_ms())
        return NULL;
    return channel;
}

static void messages_run(struct drain *drain) {
    if (drain->is_claiming || drain->area_count == 0 ||
        !db_is_ready(drain->outbox->gateway->db_outbox))
        return;
    const struct channel *channel = outbox_open_channel(drain);
    if (channel == NULL) return;
    if (drain->fence == 0) {
        outbox_lease(drain);
        return;
    }
    int slots = outbox_free_slots(drain, channel);
    // One slot after the other comes free: they are gathered while others are in use.
    bool is_worth_it = slots >= channel->in_flight / 4 || drain->in_flight == 0;
    if (slots > 0 && is_worth_it) claim_send(drain, slots);
}

void outbox_run(struct drain *drain) {
    messages_run(drain);
    delivery_run(drain);
}

bool outbox_reserve(struct outbox *outbox, int32_t channel_id, bool is_urgent,
                    int64_t *fence) {
    struct drain *drain = outbox_drain_of(outbox, channel_id);
    // What waits goes first, but nothing goes before an emergency. The database looks at
    // the lease and at the lane again.
    if (drain == NULL || drain->fence == 0 || (drain->area_count > 0 && !is_urgent) ||
        clock_monotonic_ms() - drain->lease_ms > LEASE_MS / 2)
        return false;
    const struct channel *channel = outbox_open_channel(drain);
    if (channel == NULL || outbox_free_slots(drain, channel) <= 0) return false;
    drain->tokens -= 1;
    drain->reserved++;
    *fence = drain->fence;
    return true;
}

void outbox_release(struct outbox *outbox, int32_t channel_id) {
    struct drain *drain = outbox_drain_of(outbox, channel_id);
    drain->reserved--;
    drain->tokens += 1;
    outbox_run(drain);
}

void outbox_send(struct outbox *outbox, int32_t channel_id,
                 const struct outbox_message *message) {
    struct drain *drain = outbox_drain_of(outbox, channel_id);
    drain->reserved--;
    outbox_send_one(drain, message);
}

void outbox_notice(struct outbox *outbox, int32_t area_id) {
    for (size_t i = 0; i < outbox->drain_count; i++) {
        if (outbox->drains[i].fence != 0)
            outbox_wake(outbox, area_id, outbox->drains[i].channel_id);
    }
}

static void on_leased(void *context, const struct db_result *result) {
    struct drain *drain = context;
    drain->is_leasing = false;
    if (result->error != DB_OK) return;
    drain->fence = db_get_int(result, 0, 0, 0);
    drain->lease_ms = clock_monotonic_ms();
    if (drain->fence != 0) outbox_run(drain);
}

void outbox_lease(struct drain *drain) {
    struct gateway *gateway = drain->outbox->gateway;
    if (drain->is_leasing || gateway->node_id < 0) return;
    drain->is_leasing = true;
    struct arena *arena = arena_new(128);
    struct db_batch *batch = db_batch_new(gateway->db_outbox);
    lease_take(batch, gateway, arena_printf(arena, "channel:%d", (int)drain->channel_id));
    db_send(batch, on_leased, drain);
    arena_free(arena);
}

void outbox_wake(struct outbox *outbox, int32_t area_id, int32_t channel_id) {
    struct drain *drain = outbox_drain_of(outbox, channel_id);
    if (drain == NULL) return;
    outbox_area_add(drain, area_id);
    outbox_run(drain);
}

void outbox_wake_urgent(struct outbox *outbox, int32_t area_id, int32_t channel_id) {
    struct drain *drain = outbox_drain_of(outbox, channel_id);
    if (drain == NULL) return;
    size_t at = 0;
    while (at < drain->area_count && drain->areas[at] != area_id) at++;
    if (at == AREAS_MAX) at--; // the last one is found again by the second's look
    if (at == drain->area_count) drain->area_count++;
    memmove(drain->areas + 1, drain->areas, at * sizeof drain->areas[0]);
    drain->areas[0] = area_id;
    outbox_run(drain);
}

// ---- each second: work found anywhere, leases, what nobody finished

struct expiring {
    struct outbox *outbox;
    int32_t area_id;
};

static void on_expired(void *context, const struct db_result *result) {
    struct expiring expiring = *(struct expiring *)context;
    free(context);
    if (result->error != DB_OK) return;
    metrics_count(METRIC_EXPIRED, (int64_t)db_rows(result, 0));
    outbox_ticks(expiring.outbox, result, &expiring.area_id, 1);
}

static void expire(struct outbox *outbox, int32_t area_id) {
    struct expiring *expiring = malloc(sizeof *expiring);
    if (expiring == NULL) abort();
    *expiring = (struct expiring){outbox, area_id};
    struct db_batch *batch = db_batch_new(outbox->gateway->db_outbox);
    db_call(batch, QUERY_OUTBOX_EXPIRE);
    db_int4(batch, area_id);
    db_int4(batch, (int32_t)outbox->gateway->config->outbox_unknown_ms);
    db_send(batch, on_expired, expiring);
}

static void ignore(void *context, const struct db_result *result) {
    (void)context;
    (void)result;
}

void outbox_wake_alert(struct outbox *outbox, int32_t area_id, int32_t channel_id,
                       bool is_danger, bool is_first) {
    if (is_first) {
        struct db_batch *batch = db_batch_new(outbox->gateway->db_alert);
        db_call(batch, QUERY_DELIVERY_EXPIRE);
        db_int4(batch, area_id);
        db_int4(batch, (int32_t)outbox->gateway->config->outbox_unknown_ms);
        db_send(batch, ignore, NULL);
    }
    delivery_wake(outbox, area_id, channel_id, is_danger);
}

static void on_work(void *context, const struct db_result *result) {
    struct outbox *outbox = context;
    outbox->is_working = false;
    if (result->error != DB_OK) return;
    int32_t last = 0;
    for (size_t i = 0; i < db_rows(result, 0); i++) {
        int32_t area_id = (int32_t)db_get_int(result, 0, i, 0);
        outbox_wake(outbox, area_id, (int32_t)db_get_int(result, 0, i, 1));
        if (area_id != last) expire(outbox, area_id);
        last = area_id;
    }
}

static void on_tick(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct outbox *outbox = context;
    struct gateway *gateway = outbox->gateway;
    int64_t now = clock_monotonic_ms();
    if (!db_is_ready(gateway->db_outbox) || gateway->directory == NULL) return;
    if (db_in_flight_ms(gateway->db_outbox) > LEASE_MS) db_drop(gateway->db_outbox);
    for (size_t i = 0; i < outbox->drain_count; i++) {
        struct drain *drain = &outbox->drains[i];
        // Without a renewal in time the lease may be another's already.
        if (drain->fence != 0 && now - drain->lease_ms > LEASE_MS) drain->fence = 0;
        if (drain->fence != 0 && now - drain->lease_ms > LEASE_EVERY_MS)
            outbox_lease(drain);
        outbox_run(drain);
    }
    if (outbox->is_working || outbox->is_draining) return;
    outbox->is_working = true;
    struct db_batch *batch = db_batch_new(gateway->db_outbox);
    db_call(batch, QUERY_OUTBOX_WORK);
    db_send(batch, on_work, outbox);
}

void outbox_drain(struct outbox *outbox) {
    outbox->is_draining = true;
}

bool outbox_is_idle(const struct outbox *outbox) {
    return outbox->in_flight == 0 && outbox->marks == NULL && !outbox->is_marking &&
           outbox->delivery_marks == NULL && !outbox->is_marking_delivery;
}

static void on_gather(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    outbox_marks_write(context);
    delivery_marks_write(context);
}

struct outbox *outbox_new(struct gateway *gateway) {
    struct outbox *outbox = calloc(1, sizeof *outbox);
    if (outbox == NULL) abort();
    outbox->gateway = gateway;
    outbox->fetch = fetch_new(gateway->base);
    outbox->gather = evtimer_new(gateway->base, on_gather, outbox);
    outbox->tick = event_new(gateway->base, -1, EV_PERSIST, on_tick, outbox);
    struct timeval period = {.tv_sec = WORK_EVERY_MS / 1000};
    (void)event_add(outbox->tick, &period);
    return outbox;
}

void outbox_free(struct outbox *outbox) {
    if (outbox == NULL) return;
    fetch_free(outbox->fetch);
    outbox_direct_free(outbox);
    outbox_marks_free(outbox->marks);
    outbox_marks_free(outbox->delivery_marks);
    event_free(outbox->gather);
    event_free(outbox->tick);
    free(outbox);
}
