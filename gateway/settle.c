// SPDX-License-Identifier: Apache-2.0
//
// The order of a batch: take, load, load, decide, write, tell. One batch a lane at a
// time; what arrives meanwhile is the next one.
#include "gateway/settle.h"

#include <stdlib.h>
#include <string.h>

#include "core/hmac.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/crash.h"
#include "gateway/metrics.h"
#include "gateway/settle_work.h"

enum { STALE_MAX = 20, ARENA_FIRST = 256 * 1024 };

static void lane_start(struct lane *lane);

static void on_kick(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    lane_start(context);
}

static void lane_init(struct lane *lane, struct settle *settle, struct db *db) {
    lane->settle = settle;
    lane->db = db;
    lane->tail = &lane->first;
    lane->limit = SETTLE_BATCH_MAX;
    lane->arena = arena_new(ARENA_FIRST);
    lane->kick = evtimer_new(settle->gateway->base, on_kick, lane);
    if (lane->kick == NULL) abort();
}

struct settle *settle_new(struct gateway *gateway) {
    struct settle *settle = calloc(1, sizeof *settle);
    if (settle == NULL) abort();
    settle->gateway = gateway;
    lane_init(&settle->urgent, settle, gateway->db_urgent);
    lane_init(&settle->normal, settle, gateway->db_settle);
    return settle;
}

void settle_free(struct settle *settle) {
    if (settle == NULL) return;
    arena_free(settle->urgent.arena);
    arena_free(settle->normal.arena);
    event_free(settle->urgent.kick);
    event_free(settle->normal.kick);
    free(settle);
}

static void push(struct lane *lane, struct settle_item *item) {
    item->next = NULL;
    *lane->tail = item;
    lane->tail = &item->next;
}

static void push_front(struct lane *lane, struct settle_item *item) {
    item->next = lane->first;
    if (lane->first == NULL) lane->tail = &item->next;
    lane->first = item;
}

void settle_submit(struct settle *settle, struct settle_item *item) {
    struct lane *lane = item->is_urgent ? &settle->urgent : &settle->normal;
    settle->depth++;
    push(lane, item);
    // Not at once: what an intake commit hands over one by one becomes one batch.
    if (!lane->is_busy) event_active(lane->kick, EV_TIMEOUT, 0);
}

static bool lane_holds(const struct lane *lane, int64_t inbox_id) {
    for (const struct settle_item *item = lane->first; item != NULL; item = item->next) {
        if (item->inbox_id == inbox_id) return true;
    }
    for (size_t i = 0; lane->is_busy && i < lane->count; i++) {
        if (lane->works[i].item->inbox_id == inbox_id) return true;
    }
    return false;
}

bool settle_holds(const struct settle *settle, int64_t inbox_id) {
    return lane_holds(&settle->urgent, inbox_id) || lane_holds(&settle->normal, inbox_id);
}

static bool lane_holds_timers(const struct lane *lane) {
    for (const struct settle_item *item = lane->first; item != NULL; item = item->next) {
        if (item->event.kind == EVENT_TIMER) return true;
    }
    for (size_t i = 0; lane->is_busy && i < lane->count; i++) {
        if (lane->works[i].item->event.kind == EVENT_TIMER) return true;
    }
    return false;
}

bool settle_holds_timers(const struct settle *settle) {
    return lane_holds_timers(&settle->urgent) || lane_holds_timers(&settle->normal);
}

size_t settle_depth(const struct settle *settle) {
    return settle->depth;
}

bool settle_is_idle(const struct settle *settle) {
    return settle->depth == 0;
}

void settle_kick(struct settle *settle) {
    lane_start(&settle->urgent);
    lane_start(&settle->normal);
}

// What two items of a batch may not share: address, or thread.
static uint64_t item_key(const struct settle_item *item) {
    if (item->area_id != 0)
        return ((uint64_t)item->thread_id << 8) ^ (uint64_t)item->area_id;
    if (item->event.address.n == 0) return 0;
    return str_hash(item->event.address) ^ ((uint64_t)item->channel_id << 48);
}

enum { KEYS = 1024 };

// True when the key was there already.
static bool key_add(uint64_t *keys, uint64_t key) {
    if (key == 0) return false;
    size_t slot = key % KEYS;
    while (keys[slot] != 0) {
        if (keys[slot] == key) return true;
        slot = (slot + 1) % KEYS;
    }
    keys[slot] = key;
    return false;
}

// Moves items into the batch: at most one of a contact or thread; the others keep their
// place and their order.
static void batch_take(struct lane *lane) {
    uint64_t keys[KEYS] = {0};
    lane->works = ARENA_ARRAY(lane->arena, struct work, lane->limit);
    lane->count = 0;
    struct settle_item **at = &lane->first;
    // Every item looked at leaves a key, taken or not: order within a contact.
    for (size_t seen = 0; *at != NULL && lane->count < lane->limit && seen < KEYS / 2;
         seen++) {
        struct settle_item *item = *at;
        if (key_add(keys, item_key(item))) {
            at = &item->next;
            continue;
        }
        *at = item->next;
        item->next = NULL;
        lane->works[lane->count].item = item;
        lane->works[lane->count].call = SIZE_MAX;
        lane->works[lane->count].done_message_id = -1;
        lane->count++;
    }
    lane->tail = &lane->first;
    while (*lane->tail != NULL) lane->tail = &(*lane->tail)->next;
}

static void item_finish(struct lane *lane, struct work *work) {
    struct settle_item *item = work->item;
    struct settle_outcome outcome = {.result = work->result,
                                     .rule = work->rule,
                                     .plan = &work->plan,
                                     .message_id = work->done_message_id};
    lane->settle->depth--;
    if (item->done != NULL) item->done(item->context, &outcome);
}

static void batch_end(struct lane *lane) {
    directory_unref(lane->directory);
    lane->directory = NULL;
    lane->is_busy = false;
    lane->count = 0;
    arena_reset(lane->arena);
    lane_start(lane);
}

// Puts everything that is not over back to the front, in its order.
static void batch_put_back(struct lane *lane) {
    for (size_t i = lane->count; i-- > 0;) {
        struct work *work = &lane->works[i];
        if (work->is_over) item_finish(lane, work);
        else push_front(lane, work->item);
    }
    batch_end(lane);
}

static void quarantined(void *context, const struct db_result *result) {
    struct lane *lane = context;
    struct work *work = &lane->works[0];
    if (result->error == DB_AWAY) {
        batch_put_back(lane);
        return;
    }
    work->is_over = true;
    work->result = result->error == DB_OK ? SETTLE_QUARANTINED : SETTLE_KNOWN;
    item_finish(lane, work);
    batch_end(lane);
}

// The row that stands alone and cannot be written: kept for a person, answered for good.
static void quarantine(struct lane *lane, const struct db_result *failure) {
    struct work *work = &lane->works[0];
    struct settle_item *item = work->item;
    log_event(LOG_ERROR, "settle_quarantined", LOG_INT("inbox", item->inbox_id),
              LOG_CSTR("sqlstate", failure->sqlstate));
    metrics_count(METRIC_QUARANTINED, 1);
    if (item->inbox_id == 0) {
        work->is_over = true;
        work->result = SETTLE_QUARANTINED;
        item_finish(lane, work);
        batch_end(lane);
        return;
    }
    struct db_batch *batch = db_batch_new(lane->db);
    db_call(batch, QUERY_QUARANTINE_PUT);
    db_int4(batch, item->intake_id);
    db_int8(batch, item->inbox_id);
    db_int4(batch, item->channel_id);
    db_text(batch, arena_printf(lane->arena, "sqlstate %s", failure->sqlstate));
    db_int8(batch, id_ms(item->inbox_id));
    db_text(batch, STR("inbox"));
    db_bytes(batch, (struct str){0});
    db_call(batch, QUERY_INBOX_SETTLE);
    db_int4(batch, item->intake_id);
    db_array(batch, DB_INT4);
    db_element_int4(batch, item->channel_id);
    db_array_end(batch);
    db_array(batch, DB_TEXT);
    db_element_text(batch, item->event.key);
    db_array_end(batch);
    db_array(batch, DB_INT2);
    db_element_int2(batch, OUTCOME_QUARANTINE);
    db_array_end(batch);
    db_array(batch, DB_INT4);
    db_element_int4(batch, 0);
    db_array_end(batch);
    db_array(batch, DB_INT8);
    db_element_int8(batch, 0);
    db_array_end(batch);
    db_send(batch, quarantined, lane);
}

// A failed batch of one: what it means for the item.
static void fail_one(struct lane *lane, const struct db_result *result) {
    struct work *work = &lane->works[0];
    if (result->error == DB_RULE && result->rule == 2) {
        if (++work->item->stale_count < STALE_MAX) {
            batch_put_back(lane);
            return;
        }
    } else if (result->error == DB_RULE && result->rule == 1) {
        work->is_over = true;
        work->result = SETTLE_KNOWN;
    } else if (result->error == DB_RULE) {
        work->is_over = true;
        work->result = SETTLE_NOT_ALLOWED;
        work->rule = result->rule;
    }
    if (work->is_over) batch_put_back(lane);
    else quarantine(lane, result);
}

static void batch_fail(struct lane *lane, const struct db_result *result) {
    slots_release(lane);
    if (result->error == DB_AWAY || result->error == DB_REPEAT) {
        // Commands have somebody waiting: they are told; the rest stays.
        for (size_t i = 0; i < lane->count && result->error == DB_AWAY; i++) {
            struct work *work = &lane->works[i];
            if (!work->item->has_session) continue;
            work->is_over = true;
            work->result = SETTLE_AWAY;
        }
        batch_put_back(lane);
        return;
    }
    if (lane->count == 1) {
        lane->limit = 1;
        fail_one(lane, result);
        return;
    }
    lane->limit = (lane->count + 1) / 2;
    batch_put_back(lane);
}

static void on_applied(void *context, const struct db_result *result) {
    struct lane *lane = context;
    if (result->error != DB_OK) {
        batch_fail(lane, result);
        return;
    }
    crash_point("settle-after-commit");
    if (lane->limit < SETTLE_BATCH_MAX)
        lane->limit = lane->limit * 2 < SETTLE_BATCH_MAX ? lane->limit * 2
                                                         : SETTLE_BATCH_MAX;
    metrics_observe(HISTOGRAM_SETTLE, clock_monotonic_ms() - lane->started_ms);
    apply_tell(lane, result);
    for (size_t i = lane->count; i-- > 0;) {
        struct work *work = &lane->works[i];
        if (work->is_deferred) push_front(lane, work->item);
    }
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        if (work->is_deferred) continue;
        if (work->plan.refusal != REFUSAL_NONE) work->result = SETTLE_REFUSED;
        metrics_count(METRIC_SETTLED, 1);
        item_finish(lane, work);
    }
    batch_end(lane);
}

// Two works of one thread (a timer and a message, say): the second waits.
static void defer_shared(struct lane *lane) {
    uint64_t keys[KEYS] = {0};
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        const struct thread *thread = &work->facts.thread;
        if (work->is_over || thread->id == 0) continue;
        work->is_deferred =
            key_add(keys, ((uint64_t)thread->id << 8) ^ (uint64_t)thread->area_id);
    }
}

static void decide_one(struct lane *lane, struct work *work) {
    const struct event *event = &work->item->event;
    bool is_of_thread = event->kind == EVENT_TIMER ||
                        (event->kind == EVENT_COMMAND && !is_visit(work));
    plan_init(&work->plan, lane->arena);
    if (work->facts.channel == NULL || (is_of_thread && work->facts.thread.id == 0)) {
        // The channel or thread is gone; there is nobody to decide for.
        work->is_over = work->item->inbox_id == 0;
        work->result = SETTLE_NOT_ALLOWED;
        work->rule = 404;
        work->plan.outcome = OUTCOME_FOLLOW;
        return;
    }
    random_bytes(work->facts.link_seed, sizeof work->facts.link_seed);
    struct crowd *crowd = crowd_of(lane, work);
    work->facts.crowd = crowd;
    handler_decide(&lane->settle->gateway->house, &work->facts, event, &work->plan);
    if (crowd != NULL) crowd_note(crowd, &work->facts, &work->plan);
    work->done_message_id = 0;
    for (size_t i = 0; i < work->plan.effect_count; i++) {
        const struct effect *effect = &work->plan.effects[i];
        if (effect->kind == EFFECT_STORE && effect->as.store.client_id.n > 0)
            work->done_message_id = effect->as.store.id;
    }
}

static void decide_and_write(struct lane *lane) {
    defer_shared(lane);
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        if (!work->is_over && !work->is_deferred) decide_one(lane, work);
    }
    struct db_batch *batch = db_batch_new(lane->db);
    apply_write(lane, batch);
    crash_point("settle-before-apply");
    db_send(batch, on_applied, lane);
}

static void on_third(void *context, const struct db_result *result) {
    struct lane *lane = context;
    if (result->error != DB_OK) {
        batch_fail(lane, result);
        return;
    }
    facts_read_third(lane, result);
    decide_and_write(lane);
}

static void on_second(void *context, const struct db_result *result) {
    struct lane *lane = context;
    if (result->error != DB_OK) {
        batch_fail(lane, result);
        return;
    }
    facts_read_second(lane, result);
    if (facts_need_third(lane)) {
        struct db_batch *batch = db_batch_new(lane->db);
        facts_by_third_key(lane, batch);
        db_send(batch, on_third, lane);
        return;
    }
    decide_and_write(lane);
}

static void on_first(void *context, const struct db_result *result) {
    struct lane *lane = context;
    if (result->error != DB_OK) {
        batch_fail(lane, result);
        return;
    }
    facts_read_first(lane, result);
    struct db_batch *batch = db_batch_new(lane->db);
    facts_by_second_key(lane, batch);
    db_send(batch, on_second, lane);
}

static void lane_start(struct lane *lane) {
    struct gateway *gateway = lane->settle->gateway;
    if (lane->is_busy || lane->first == NULL || gateway->directory == NULL) return;
    if (!db_is_ready(lane->db)) return;
    lane->is_busy = true;
    lane->started_ms = clock_monotonic_ms();
    lane->directory = directory_ref(gateway->directory);
    batch_take(lane);
    struct db_batch *batch = db_batch_new(lane->db);
    facts_by_first_key(lane, batch);
    db_send(batch, on_first, lane);
}
