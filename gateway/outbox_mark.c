// SPDX-License-Identifier: Apache-2.0
//
// What became of messages: gathered for a few milliseconds, written area by area in one
// transaction, then numbered for the consoles. What cannot be written stays in memory.
#include <stdlib.h>

#include "gateway/metrics.h"
#include "gateway/outbox_work.h"
#include "gateway/relay.h"

enum { GATHER_MS = 10, MARKS_MAX = 128, GROUPS_MAX = 64 };

// The marks of one area and fence.
struct group {
    int32_t area_id;
    int64_t fence;
    struct mark *first, **tail;
};

struct marking {
    struct outbox *outbox;
    struct group groups[GROUPS_MAX];
    size_t count;
};

struct ticking {
    struct outbox *outbox;
    int32_t areas[GROUPS_MAX];
    size_t count;
};

void outbox_marks_free(struct mark *mark) {
    while (mark != NULL) {
        struct mark *next = mark->next;
        arena_free(mark->arena);
        mark = next;
    }
}

static void gather_arm(struct outbox *outbox) {
    struct timeval delay = {.tv_usec = GATHER_MS * 1000};
    if (!evtimer_pending(outbox->gather, NULL)) (void)evtimer_add(outbox->gather, &delay);
}

static void on_ticked(void *context, const struct db_result *result) {
    struct ticking *ticking = context;
    struct relay *relay = ticking->outbox->gateway->relay;
    for (size_t i = 0; result->error == DB_OK && i < ticking->count; i++)
        relay_wake(relay, ticking->areas[i]);
    relay_poll(relay);
    free(ticking);
}

static void ticks_write(struct db_batch *batch, const struct db_result *result,
                        size_t call, int32_t area_id) {
    size_t rows = db_rows(result, call);
    db_call(batch, QUERY_EVENT_APPEND);
    db_int4(batch, area_id);
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    for (size_t i = 0; i < rows; i++) element(batch, value);                             \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, db_get_int(result, call, i, 0));
    COLUMN(DB_INT4, db_element_int4, (int32_t)db_get_int(result, call, i, 1));
    COLUMN(DB_INT8, db_element_int8, 0);
    COLUMN(DB_INT4, db_element_int4, (int32_t)db_get_int(result, call, i, 2));
    COLUMN(DB_INT2, db_element_int2,
           db_get_int(result, call, i, 3) >= OUTBOUND_FAILED ? RELAY_ATTENTION
                                                             : RELAY_TICK);
    COLUMN(DB_INT2, db_element_int2, 0);
#undef COLUMN
}

void outbox_ticks(struct outbox *outbox, const struct db_result *result,
                  const int32_t *areas, size_t count) {
    struct ticking *ticking = calloc(1, sizeof *ticking);
    if (ticking == NULL) abort();
    ticking->outbox = outbox;
    struct db_batch *batch = db_batch_new(outbox->gateway->db_outbox);
    for (size_t i = 0; i < count; i++) {
        if (db_rows(result, i) == 0) continue;
        ticks_write(batch, result, i, areas[i]);
        ticking->areas[ticking->count++] = areas[i];
    }
    if (ticking->count > 0) {
        db_send(batch, on_ticked, ticking);
        return;
    }
    db_batch_free(batch);
    free(ticking);
}

// Not lost: they wait until the database takes them.
static void put_back(struct marking *marking) {
    struct outbox *outbox = marking->outbox;
    struct mark **tail = &outbox->marks;
    while (*tail != NULL) tail = &(*tail)->next;
    for (size_t i = 0; i < marking->count; i++) {
        *tail = marking->groups[i].first;
        while (*tail != NULL) tail = &(*tail)->next;
    }
    gather_arm(outbox);
}

static void written(struct marking *marking, const struct db_result *result) {
    struct outbox *outbox = marking->outbox;
    int32_t areas[GROUPS_MAX];
    for (size_t i = 0; i < marking->count; i++) {
        const struct group *group = &marking->groups[i];
        areas[i] = group->area_id;
        for (const struct mark *mark = group->first; mark != NULL; mark = mark->next) {
            outbox->mark_count--;
            struct drain *drain = outbox_drain_of(outbox, mark->channel_id);
            // A row that waited for this one in its lane may go now.
            if (drain != NULL) outbox_area_add(drain, mark->area_id);
        }
        outbox_marks_free(group->first);
    }
    outbox_ticks(outbox, result, areas, marking->count);
    if (outbox->marks != NULL) gather_arm(outbox);
    for (size_t i = 0; i < outbox->drain_count; i++) outbox_run(&outbox->drains[i]);
}

static void on_marked(void *context, const struct db_result *result) {
    struct marking *marking = context;
    marking->outbox->is_marking = false;
    if (result->error == DB_OK) written(marking, result);
    else put_back(marking);
    free(marking);
}

static struct group *group_of(struct marking *marking, const struct mark *mark) {
    for (size_t i = 0; i < marking->count; i++) {
        struct group *group = &marking->groups[i];
        if (group->area_id == mark->area_id && group->fence == mark->fence) return group;
    }
    if (marking->count == GROUPS_MAX) return NULL;
    struct group *group = &marking->groups[marking->count++];
    *group = (struct group){.area_id = mark->area_id, .fence = mark->fence};
    group->tail = &group->first;
    return group;
}

static int by_area(const void *a, const void *b) {
    const struct group *x = a, *y = b;
    return x->area_id < y->area_id ? -1 : x->area_id > y->area_id;
}

// Takes marks off the list, grouped, areas ascending.
static void marks_take(struct outbox *outbox, struct marking *marking) {
    struct mark **at = &outbox->marks;
    while (*at != NULL) {
        struct mark *mark = *at;
        struct group *group = group_of(marking, mark);
        if (group == NULL) {
            at = &mark->next;
            continue;
        }
        *at = mark->next;
        mark->next = NULL;
        *group->tail = mark;
        group->tail = &mark->next;
    }
    qsort(marking->groups, marking->count, sizeof marking->groups[0], by_area);
}

static void group_write(struct db_batch *batch, const struct group *group) {
    db_call(batch, QUERY_OUTBOX_MARK);
    db_int4(batch, group->area_id);
#define EACH for (const struct mark *m = group->first; m != NULL; m = m->next)
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    EACH element(batch, value);                                                          \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, m->thread_id);
    COLUMN(DB_INT8, db_element_int8, m->message_id);
    db_int8(batch, group->fence);
    COLUMN(DB_INT2, db_element_int2, (int)m->state);
    COLUMN(DB_TEXT, db_element_text, m->provider_id);
    COLUMN(DB_TEXT, db_element_text, m->reason);
    COLUMN(DB_INT8, db_element_int8, m->retry_after_ms);
    COLUMN(DB_INT4, db_element_int4, m->intake_id);
    COLUMN(DB_INT4, db_element_int4, m->channel_id);
#undef COLUMN
#undef EACH
}

void outbox_marks_write(struct outbox *outbox) {
    if (outbox->is_marking || outbox->marks == NULL) return;
    if (!db_is_ready(outbox->gateway->db_outbox)) {
        gather_arm(outbox);
        return;
    }
    struct marking *marking = calloc(1, sizeof *marking);
    if (marking == NULL) abort();
    marking->outbox = outbox;
    outbox->is_marking = true;
    marks_take(outbox, marking);
    struct db_batch *batch = db_batch_new(outbox->gateway->db_outbox);
    for (size_t i = 0; i < marking->count; i++) group_write(batch, &marking->groups[i]);
    db_send(batch, on_marked, marking);
}

void outbox_mark_add(struct sending *sending, enum outbound_state state,
                     const struct send_result *result) {
    struct outbox *outbox = sending->drain->outbox;
    struct arena *arena = arena_new(512);
    struct mark *mark = ARENA_NEW(arena, struct mark);
    *mark = (struct mark){.arena = arena,
                          .area_id = sending->area_id,
                          .intake_id = sending->channel->intake_id,
                          .channel_id = sending->channel->id,
                          .thread_id = sending->thread_id,
                          .message_id = sending->message_id,
                          .fence = sending->fence,
                          .state = state,
                          .provider_id = arena_dup(arena, result->provider_id),
                          .reason = arena_dup(arena, result->reason),
                          .retry_after_ms = result->retry_after_ms};
    struct mark **tail = &outbox->marks;
    while (*tail != NULL) tail = &(*tail)->next;
    *tail = mark;
    if (++outbox->mark_count >= MARKS_MAX) outbox_marks_write(outbox);
    else gather_arm(outbox);
}
