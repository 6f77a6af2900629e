// SPDX-License-Identifier: Apache-2.0
//
// Two queues, one batch in flight, one deadline timer. A commit that does not return in
// time is never cancelled: its connection is dropped, its POSTs go to the journal, and
// the unique key decides should both have been kept.
#include "gateway/intake.h"

#include <stdlib.h>

#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/crash.h"
#include "gateway/metrics.h"
#include "gateway/settle.h"

enum { BATCH_MAX = 256, TICK_MS = 20 };

struct queue {
    struct intake_post *first, **tail;
};

struct intake {
    struct gateway *gateway;
    struct intake_fallback fallback;
    struct queue urgent, normal;
    struct intake_post *batch; // in flight
    int64_t sent_ms, batch_deadline_ms;
    bool is_busy, is_broken;
    size_t unsettled; // admitted and not settled, of this process
    struct event *tick;
};

static void start(struct intake *intake);

static void queue_put(struct queue *queue, struct intake_post *post) {
    post->next = NULL;
    *queue->tail = post;
    queue->tail = &post->next;
}

static void queue_put_front(struct queue *queue, struct intake_post *post) {
    post->next = queue->first;
    if (queue->first == NULL) queue->tail = &post->next;
    queue->first = post;
}

static struct intake_post *queue_take(struct queue *queue) {
    struct intake_post *post = queue->first;
    if (post == NULL) return NULL;
    queue->first = post->next;
    if (queue->first == NULL) queue->tail = &queue->first;
    post->next = NULL;
    return post;
}

void intake_release(struct intake_post *post) {
    if (--post->waiting > 0) return;
    struct intake *intake = post->gateway->intake;
    if (post->is_counted) intake->unsettled--;
    arena_free(post->arena);
    start(intake);
}

static void admit(struct intake *intake, struct intake_post *post) {
    if (post->is_counted) return;
    post->is_counted = true;
    intake->unsettled++;
}

static void answer(struct intake_post *post, enum intake_result result) {
    if (post->is_answered) return;
    post->is_answered = true;
    post->done(post->context, result);
}

static void journaled(void *context, bool is_kept) {
    struct intake_post *post = context;
    if (is_kept) metrics_count(METRIC_JOURNALED, (int64_t)post->event_count);
    answer(post, is_kept ? INTAKE_JOURNALED : INTAKE_FULL);
    intake_release(post);
}

// To the journal; the emergency in it rings from memory.
static void to_journal(struct intake_post *post) {
    struct intake *intake = post->gateway->intake;
    const struct intake_fallback *fallback = &intake->fallback;
    admit(intake, post);
    fallback->keep(fallback->context, post, journaled, post);
}

static void break_open(struct intake *intake) {
    if (intake->is_broken) return;
    intake->is_broken = true;
    log_event(LOG_ERROR, "intake_breaker_open");
    intake->fallback.begin(intake->fallback.context);
}

// What still waits goes before what comes next: a sender's order holds.
static void queues_to_journal(struct intake *intake) {
    struct queue *queues[] = {&intake->urgent, &intake->normal};
    for (size_t q = 0; q < ARRAY_LEN(queues); q++) {
        struct intake_post *post;
        while ((post = queue_take(queues[q])) != NULL) to_journal(post);
    }
}

bool intake_is_open_breaker(const struct intake *intake) {
    return intake->is_broken;
}

void intake_close_breaker(struct intake *intake) {
    if (!intake->is_broken) return;
    intake->is_broken = false;
    log_event(LOG_WARN, "intake_breaker_closed");
    start(intake);
}

static void journal_batch(struct intake *intake) {
    struct intake_post *post = intake->batch;
    intake->batch = NULL;
    intake->is_busy = false;
    while (post != NULL) {
        struct intake_post *next = post->next;
        post->next = NULL;
        to_journal(post);
        post = next;
    }
}

static void settled(void *context, const struct settle_outcome *outcome) {
    (void)outcome;
    intake_release(context);
}

void intake_settle(struct intake_post *post, size_t index, int16_t attempts) {
    if (post->gateway->config->settle_hold != 0) return;
    struct settle_item *item = ARENA_NEW(post->arena, struct settle_item);
    item->event = post->events[index];
    item->channel_id = post->channel_id;
    item->intake_id = post->intake_id;
    item->inbox_id = post->ids[index];
    item->attempts = attempts;
    item->is_urgent = post->is_urgent;
    item->is_degraded = post->was_told;
    item->was_told_directly = post->was_told;
    item->done = settled;
    item->context = post;
    post->waiting++;
    settle_submit(post->gateway->settle, item);
}

static void post_committed(struct intake_post *post, const struct db_result *result,
                           size_t *row) {
    bool has_new = post->event_count == 0;
    for (size_t i = 0; i < post->event_count; i++) {
        bool is_new = db_get_bool(result, 0, (*row)++, 1);
        metrics_count(is_new ? METRIC_STORED : METRIC_DUPLICATES, 1);
        has_new = has_new || is_new;
        if (is_new) intake_settle(post, i, 0);
    }
    answer(post, has_new ? INTAKE_STORED : INTAKE_DUPLICATE);
}

// Back to the front of the queues, in order: two gateways were given copies of the same
// events and met; the deadline still holds.
static void batch_put_back(struct intake *intake) {
    struct intake_post *post = intake->batch, *reversed = NULL;
    while (post != NULL) {
        struct intake_post *next = post->next;
        post->next = reversed;
        reversed = post;
        post = next;
    }
    while (reversed != NULL) {
        struct intake_post *next = reversed->next;
        queue_put_front(reversed->is_urgent ? &intake->urgent : &intake->normal,
                        reversed);
        reversed = next;
    }
    intake->batch = NULL;
    intake->is_busy = false;
}

static void fail(struct intake *intake, const struct db_result *result) {
    if (result->error == DB_REPEAT) {
        batch_put_back(intake);
        start(intake);
        return;
    }
    // Data of a batch cannot be bad here but for bytes that no text column takes: the
    // journal keeps them, and replay (one by one) quarantines the bad one.
    if (result->error == DB_AWAY) break_open(intake);
    journal_batch(intake);
    if (intake->is_broken) queues_to_journal(intake);
    start(intake);
}

static void on_committed(void *context, const struct db_result *result) {
    struct intake *intake = context;
    if (result->error != DB_OK) {
        fail(intake, result);
        return;
    }
    crash_point("intake-after-commit");
    metrics_observe(HISTOGRAM_COMMIT, clock_monotonic_ms() - intake->sent_ms);
    struct intake_post *post = intake->batch;
    intake->batch = NULL;
    intake->is_busy = false;
    size_t row = 0;
    // The next commit goes on its way before this one is handed on.
    for (struct intake_post *next; post != NULL; post = next) {
        next = post->next;
        post->next = NULL;
        post_committed(post, result, &row);
        intake_release(post);
    }
    start(intake);
}

// 4: an emergency whose sender was told directly; whoever settles it does not say it
// again.
static int post_urgency(const struct intake_post *post) {
    if (!post->is_urgent) return 0;
    return post->was_told ? 4 : 3;
}

#define EACH_EVENT(first, p, i)                                                          \
    for (const struct intake_post *p = (first); p != NULL; p = p->next)                  \
        for (size_t i = 0; i < p->event_count; i++)

static bool has_events(const struct intake_post *first) {
    for (; first != NULL; first = first->next) {
        if (first->event_count > 0) return true;
    }
    return false;
}

static void quarantine_write(struct db_batch *batch, const struct intake_post *post) {
    db_call(batch, QUERY_QUARANTINE_PUT);
    db_int4(batch, post->intake_id);
    db_int8(batch, post->ids[post->event_count]); // the one after those of its events
    db_int4(batch, post->channel_id);
    db_text(batch, STR("unreadable"));
    db_int8(batch, post->received_ms);
    db_text(batch, post->target);
    db_bytes(batch, post->body);
}

static void events_write(struct db_batch *batch, const struct intake_post *first) {
    db_call(batch, QUERY_INBOX_PUT);
    db_int4(batch, first->intake_id);
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    EACH_EVENT(first, p, i) {                                                            \
        element(batch, value);                                                           \
    }                                                                                    \
    db_array_end(batch)
    COLUMN(DB_INT4, db_element_int4, p->channel_id);
    COLUMN(DB_TEXT, db_element_text, p->events[i].key);
    COLUMN(DB_INT8, db_element_int8, p->ids[i]);
    COLUMN(DB_INT8, db_element_int8, p->received_ms);
    COLUMN(DB_INT2, db_element_int2, (int)p->events[i].kind);
    COLUMN(DB_INT2, db_element_int2, post_urgency(p));
    COLUMN(DB_INT8, db_element_int8, p->ids[0]);
    COLUMN(DB_INT2, db_element_int2, (int)i);
#undef COLUMN
    db_array(batch, DB_TEXT);
    EACH_EVENT(first, p, i) {
        if (i == 0) db_element_text(batch, p->target);
        else db_element_null(batch);
    }
    db_array_end(batch);
    db_array(batch, DB_BYTEA);
    EACH_EVENT(first, p, i) {
        if (i == 0) db_element_bytes(batch, p->body);
        else db_element_null(batch);
    }
    db_array_end(batch);
}

// One call for all events; one each for what could not be read.
static void posts_write(struct db_batch *batch, const struct intake_post *first) {
    if (has_events(first)) events_write(batch, first);
    for (const struct intake_post *post = first; post != NULL; post = post->next) {
        if (post->is_unreadable) quarantine_write(batch, post);
    }
}

void intake_write_post(struct db_batch *batch, const struct intake_post *post) {
    if (post->event_count > 0) events_write(batch, post);
    if (post->is_unreadable) quarantine_write(batch, post);
}

// The next posts of one bucket, emergencies first.
static struct intake_post *batch_take(struct intake *intake) {
    struct intake_post *first = NULL, **tail = &first;
    struct queue *queues[] = {&intake->urgent, &intake->normal};
    size_t admission = (size_t)intake->gateway->config->admission;
    size_t count = 0;
    for (size_t q = 0; q < ARRAY_LEN(queues); q++) {
        while (queues[q]->first != NULL && count < BATCH_MAX) {
            struct intake_post *post = queues[q]->first;
            if (first != NULL && post->intake_id != first->intake_id) break;
            if (q == 1 && !post->is_counted && intake->unsettled >= admission) break;
            (void)queue_take(queues[q]);
            admit(intake, post);
            if (first == NULL || post->deadline_ms < intake->batch_deadline_ms)
                intake->batch_deadline_ms = post->deadline_ms;
            *tail = post;
            tail = &post->next;
            count++;
        }
    }
    return first;
}

static void start(struct intake *intake) {
    if (intake->is_busy || intake->is_broken || !db_is_ready(intake->gateway->db_intake))
        return;
    intake->batch = batch_take(intake);
    if (intake->batch == NULL) return;
    intake->is_busy = true;
    intake->sent_ms = clock_monotonic_ms();
    struct db_batch *batch = db_batch_new(intake->gateway->db_intake);
    posts_write(batch, intake->batch);
    crash_point("intake-before-commit");
    db_send(batch, on_committed, intake);
}

void intake_kick(struct intake *intake) {
    start(intake);
}

void intake_submit(struct intake *intake, struct intake_post *post) {
    post->waiting = 1;
    if (intake->is_broken) {
        to_journal(post);
        return;
    }
    queue_put(post->is_urgent ? &intake->urgent : &intake->normal, post);
    start(intake);
}

static bool is_late(const struct queue *queue, int64_t now) {
    return queue->first != NULL && queue->first->deadline_ms <= now;
}

// Posts that waited too long leave the queue for the journal.
static void queue_late(struct queue *queue, int64_t now) {
    while (is_late(queue, now)) to_journal(queue_take(queue));
}

static void on_tick(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct intake *intake = context;
    int64_t now = clock_monotonic_ms();
    long limit = intake->gateway->config->intake_deadline_ms;
    // A batch hangs when its oldest POST is late and the commit itself took long: a POST
    // that waited for its place only must not open the breaker.
    bool is_hanging = intake->is_busy && intake->batch_deadline_ms <= now &&
                      now - intake->sent_ms >= limit * 2 / 5;
    // Those that wait leave in time for a commit not to make them late after all.
    int64_t soon = now + limit / 5;
    // An emergency waits for nothing but the database.
    bool is_away =
        is_late(&intake->urgent, soon) ||
        (!db_is_ready(intake->gateway->db_intake) && is_late(&intake->normal, soon));
    if (is_hanging || is_away) {
        break_open(intake);
        // A batch under way comes back to on_committed, which journals it and then what
        // waits: in order.
        if (intake->is_busy) db_drop(intake->gateway->db_intake);
        else queues_to_journal(intake);
    }
    queue_late(&intake->urgent, soon);
    queue_late(&intake->normal, soon);
}

struct intake *intake_new(struct gateway *gateway) {
    struct intake *intake = calloc(1, sizeof *intake);
    if (intake == NULL) abort();
    intake->gateway = gateway;
    intake->urgent.tail = &intake->urgent.first;
    intake->normal.tail = &intake->normal.first;
    intake->tick = event_new(gateway->base, -1, EV_PERSIST, on_tick, intake);
    struct timeval period = {.tv_usec = TICK_MS * 1000};
    (void)event_add(intake->tick, &period);
    return intake;
}

void intake_set_fallback(struct intake *intake, const struct intake_fallback *fallback) {
    intake->fallback = *fallback;
}

void intake_free(struct intake *intake) {
    if (intake == NULL) return;
    event_free(intake->tick);
    free(intake);
}

bool intake_is_idle(const struct intake *intake) {
    return !intake->is_busy && intake->urgent.first == NULL &&
           intake->normal.first == NULL;
}
