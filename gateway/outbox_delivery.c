// SPDX-License-Identifier: Apache-2.0
//
// Alerts on their way: claimed and marked by the same drains as messages, with a share of
// their own. Half of a channel's slots at most and never its last quarter of tokens, so
// that a million recipients delay nobody's answer; only danger goes while messages wait.
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "gateway/alert.h"
#include "gateway/clock.h"
#include "gateway/crash.h"
#include "gateway/metrics.h"
#include "gateway/outbox_work.h"
#include "gateway/relay.h"

enum { GATHER_MS = 10, MARKS_MAX = 256 };

struct delivery_claim {
    struct drain *drain;
    int32_t area_id;
    int limit;
    int64_t fence;
};

static struct outbox_message message_of(const struct delivery_claim *claim,
                                        const struct db_result *rows, size_t row) {
    int64_t life_ms = db_get_int(rows, 0, row, 4);
    return (struct outbox_message){
        .is_delivery = true,
        .area_id = claim->area_id,
        .fence = claim->fence,
        .thread_id = db_get_int(rows, 0, row, 0),
        .message_id = db_get_int(rows, 0, row, 1),
        .address = db_get_str(rows, 0, row, 2),
        .text = db_get_str(rows, 0, row, 3),
        .life_ms = life_ms > INT32_MAX ? INT32_MAX : (int32_t)life_ms,
        .retry_key = db_get_str(rows, 0, row, 5),
        .attempt = (int16_t)db_get_int(rows, 0, row, 6),
        .language = db_get_str(rows, 0, row, 7),
    };
}

static void area_remove(struct drain *drain, int32_t area_id) {
    for (size_t i = 0; i < drain->alert_count; i++) {
        if (drain->alerts[i].area_id != area_id) continue;
        drain->alert_count--;
        memmove(&drain->alerts[i], &drain->alerts[i + 1],
                (drain->alert_count - i) * sizeof drain->alerts[0]);
        return;
    }
}

static void on_claimed(void *context, const struct db_result *result) {
    struct delivery_claim claim = *(struct delivery_claim *)context;
    struct drain *drain = claim.drain;
    free(context);
    drain->is_claiming_delivery = false;
    if (result->error != DB_OK) {
        if (result->error == DB_RULE) drain->fence = 0;
        return;
    }
    crash_point("delivery-after-claim");
    size_t rows = db_rows(result, 0);
    drain->tokens -= (double)rows;
    // Nothing more is due here; the second's look finds it again.
    if (rows < (size_t)claim.limit) area_remove(drain, claim.area_id);
    for (size_t row = 0; row < rows; row++) {
        struct outbox_message message = message_of(&claim, result, row);
        outbox_send_one(drain, &message);
    }
    outbox_run(drain);
}

// How many recipients may be claimed now.
static int share(struct drain *drain, const struct channel *channel, bool is_danger) {
    int free_now = outbox_free_slots(drain, channel);
    int most = channel->in_flight > 1 ? channel->in_flight / 2 : 1;
    int slots = most - drain->deliveries_in_flight;
    double spare = drain->tokens - (is_danger ? 0 : channel->rate_per_second / 4.0);
    if (slots > free_now) slots = free_now;
    if (spare < slots) slots = (int)spare;
    // One slot after the other comes free: they are gathered while others are in use.
    bool is_worth_it = slots >= most / 4 || drain->deliveries_in_flight == 0;
    return is_worth_it ? slots : 0;
}

void delivery_run(struct drain *drain) {
    struct gateway *gateway = drain->outbox->gateway;
    if (drain->is_claiming_delivery || drain->alert_count == 0 ||
        !db_is_ready(gateway->db_alert))
        return;
    const struct channel *channel = outbox_open_channel(drain);
    if (channel == NULL) return;
    if (drain->fence == 0) {
        outbox_lease(drain);
        return;
    }
    struct alert_area area = drain->alerts[0];
    if (drain->area_count > 0 && !area.is_danger) return; // messages go first
    int slots = share(drain, channel, area.is_danger);
    if (slots <= 0) return;
    struct delivery_claim *claim = malloc(sizeof *claim);
    if (claim == NULL) abort();
    *claim = (struct delivery_claim){drain, area.area_id, slots, drain->fence};
    drain->is_claiming_delivery = true;
    struct db_batch *batch = db_batch_new(gateway->db_alert);
    db_call(batch, QUERY_DELIVERY_CLAIM);
    db_int4(batch, area.area_id);
    db_int4(batch, drain->channel_id);
    db_int8(batch, drain->fence);
    db_int4(batch, slots);
    db_send(batch, on_claimed, claim);
}

void delivery_wake(struct outbox *outbox, int32_t area_id, int32_t channel_id,
                   bool is_danger) {
    struct drain *drain = outbox_drain_of(outbox, channel_id);
    if (drain == NULL) return;
    area_remove(drain, area_id);
    if (drain->alert_count == ALERT_AREAS_MAX) return; // found again in a second
    // Danger first, else in turn.
    size_t at = is_danger ? 0 : drain->alert_count;
    memmove(&drain->alerts[at + 1], &drain->alerts[at],
            (drain->alert_count - at) * sizeof drain->alerts[0]);
    drain->alerts[at] = (struct alert_area){area_id, is_danger};
    drain->alert_count++;
    outbox_run(drain);
}

// ---- marks: an area and fence each, in one transaction

struct delivery_marking {
    struct outbox *outbox;
    struct mark *first; // all of one area and fence
};

static void put_back(struct delivery_marking *marking) {
    struct mark **tail = &marking->first;
    while (*tail != NULL) tail = &(*tail)->next;
    *tail = marking->outbox->delivery_marks;
    marking->outbox->delivery_marks = marking->first;
    outbox_gather(marking->outbox);
}

static void on_marked(void *context, const struct db_result *result) {
    struct delivery_marking *marking = context;
    struct outbox *outbox = marking->outbox;
    outbox->is_marking_delivery = false;
    if (result->error == DB_OK) {
        for (struct mark *mark = marking->first; mark != NULL; mark = mark->next) {
            alert_moved(outbox->gateway->alerts, mark->area_id, mark->thread_id);
            if (mark->is_local)
                relay_address(outbox->gateway->relay, mark->channel_id, mark->address);
        }
        outbox_marks_free(marking->first);
    } else {
        put_back(marking);
    }
    free(marking);
    if (outbox->delivery_marks != NULL) delivery_marks_write(outbox);
    for (size_t i = 0; i < outbox->drain_count; i++) delivery_run(&outbox->drains[i]);
}

// Takes the marks of one area and fence off the list.
static struct mark *marks_take(struct outbox *outbox) {
    struct mark *taken = NULL, **tail = &taken, **at = &outbox->delivery_marks;
    int32_t area_id = (*at)->area_id;
    int64_t fence = (*at)->fence;
    size_t count = 0;
    while (*at != NULL && count < MARKS_MAX) {
        struct mark *mark = *at;
        if (mark->area_id != area_id || mark->fence != fence) {
            at = &mark->next;
            continue;
        }
        *at = mark->next;
        mark->next = NULL;
        *tail = mark;
        tail = &mark->next;
        count++;
    }
    return taken;
}

void delivery_marks_write(struct outbox *outbox) {
    if (outbox->is_marking_delivery || outbox->delivery_marks == NULL) return;
    if (!db_is_ready(outbox->gateway->db_alert)) {
        outbox_gather(outbox);
        return;
    }
    struct delivery_marking *marking = malloc(sizeof *marking);
    if (marking == NULL) abort();
    *marking = (struct delivery_marking){outbox, marks_take(outbox)};
    outbox->is_marking_delivery = true;
    struct db_batch *batch = db_batch_new(outbox->gateway->db_alert);
    db_call(batch, QUERY_DELIVERY_MARK);
    db_int4(batch, marking->first->area_id);
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    for (const struct mark *m = marking->first; m != NULL; m = m->next)                  \
        element(batch, value);                                                           \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, m->thread_id);
    COLUMN(DB_INT8, db_element_int8, m->message_id);
    COLUMN(DB_INT4, db_element_int4, m->channel_id);
    db_int8(batch, marking->first->fence);
    COLUMN(DB_INT2, db_element_int2, (int)m->state);
    COLUMN(DB_TEXT, db_element_text, m->provider_id);
    COLUMN(DB_TEXT, db_element_text, m->reason);
    COLUMN(DB_INT8, db_element_int8, m->retry_after_ms);
    COLUMN(DB_INT4, db_element_int4, m->intake_id);
#undef COLUMN
    db_send(batch, on_marked, marking);
}
