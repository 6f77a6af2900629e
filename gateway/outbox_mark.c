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
    // Where events are numbered after all marks: one call an area, ascending.
    int32_t areas[GROUPS_MAX];
    size_t ticks;
};

// Events on their way into the log: those of an area stand together, the areas ascend.
struct ticking {
    struct outbox *outbox;
    struct relay_event *events;
    size_t count;
};

void outbox_marks_free(struct mark *mark) {
    while (mark != NULL) {
        struct mark *next = mark->next;
        arena_free(mark->arena);
        mark = next;
    }
}

void outbox_gather(struct outbox *outbox) {
    struct timeval delay = {.tv_usec = GATHER_MS * 1000};
    if (!evtimer_pending(outbox->gather, NULL)) (void)evtimer_add(outbox->gather, &delay);
}

static void on_ticked(void *context, const struct db_result *result) {
    struct ticking *ticking = context;
    struct relay *relay = ticking->outbox->gateway->relay;
    int32_t area_id = 0;
    int64_t position = 0;
    size_t call = 0;
    for (size_t i = 0; result->error == DB_OK && i < ticking->count; i++) {
        struct relay_event *event = &ticking->events[i];
        if (event->area_id != area_id) {
            area_id = event->area_id;
            position = db_get_int(result, call++, 0, 0);
            relay_wake(relay, area_id);
        }
        event->position = position++;
        relay_event(relay, event);
    }
    free(ticking->events);
    free(ticking);
}

static void ticks_write(struct db_batch *batch, const struct relay_event *events,
                        size_t count) {
    db_call(batch, QUERY_EVENT_APPEND);
    db_int4(batch, events[0].area_id);
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    for (size_t i = 0; i < count; i++) element(batch, value);                            \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, events[i].thread_id);
    COLUMN(DB_INT4, db_element_int4, events[i].koban_id);
    COLUMN(DB_INT8, db_element_int8, 0);
    COLUMN(DB_INT4, db_element_int4, events[i].version);
    COLUMN(DB_INT2, db_element_int2, events[i].kind);
    COLUMN(DB_INT2, db_element_int2, 0);
#undef COLUMN
}

static struct relay_event tick_of(const struct db_result *result, size_t call, size_t row,
                                  int32_t area_id) {
    bool is_bad = db_get_int(result, call, row, 3) >= OUTBOUND_FAILED;
    return (struct relay_event){.area_id = area_id,
                                .thread_id = db_get_int(result, call, row, 0),
                                .koban_id = (int32_t)db_get_int(result, call, row, 1),
                                .version = (int32_t)db_get_int(result, call, row, 2),
                                .kind = is_bad ? RELAY_ATTENTION : RELAY_TICK};
}

void outbox_ticks(struct outbox *outbox, const struct db_result *result,
                  const int32_t *areas, size_t count) {
    size_t rows = 0;
    for (size_t call = 0; call < count; call++) rows += db_rows(result, call);
    if (rows == 0) return;
    struct ticking *ticking = malloc(sizeof *ticking);
    struct relay_event *events = calloc(rows, sizeof *events);
    if (ticking == NULL || events == NULL) abort();
    *ticking = (struct ticking){outbox, events, rows};
    for (size_t call = 0, at = 0; call < count; call++) {
        for (size_t row = 0; row < db_rows(result, call); row++)
            events[at++] = tick_of(result, call, row, areas[call]);
    }
    struct db_batch *batch = db_batch_new(outbox->gateway->db_outbox);
    for (size_t from = 0, to = 0; from < rows; from = to) {
        while (to < rows && events[to].area_id == events[from].area_id) to++;
        ticks_write(batch, events + from, to - from);
    }
    db_send(batch, on_ticked, ticking);
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
    outbox_gather(outbox);
}

static void ticks_tell(const struct marking *marking, const struct db_result *result) {
    struct relay *relay = marking->outbox->gateway->relay;
    size_t call = marking->count;
    for (size_t i = 0; i < marking->ticks; i++, call++) {
        struct relay_event event = {0};
        for (size_t row = 0; row < db_rows(result, call); row++) {
            event = (struct relay_event){
                .area_id = marking->areas[i],
                .position = db_get_int(result, call, row, 0),
                .thread_id = db_get_int(result, call, row, 1),
                .koban_id = (int32_t)db_get_int(result, call, row, 2),
                .version = (int32_t)db_get_int(result, call, row, 3),
                .kind = (enum relay_kind)db_get_int(result, call, row, 4),
            };
            relay_event(relay, &event);
        }
        relay_wake(relay, marking->areas[i]);
    }
}

static void written(struct marking *marking, const struct db_result *result) {
    struct outbox *outbox = marking->outbox;
    for (size_t i = 0; i < marking->count; i++) {
        const struct group *group = &marking->groups[i];
        bool has_queued = db_get_bool(result, i, 0, 0);
        for (const struct mark *mark = group->first; mark != NULL; mark = mark->next) {
            outbox->mark_count--;
            struct drain *drain = outbox_drain_of(outbox, mark->channel_id);
            // A row that waited for this one in its lane may go now.
            if (drain != NULL && has_queued) outbox_area_add(drain, mark->area_id);
        }
        outbox_marks_free(group->first);
    }
    ticks_tell(marking, result);
    if (outbox->marks != NULL) outbox_gather(outbox);
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

#define EACH for (const struct mark *m = group->first; m != NULL; m = m->next)

static void group_write(struct db_batch *batch, const struct group *group) {
    db_call(batch, QUERY_OUTBOX_MARK);
    db_int4(batch, group->area_id);
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
}

// The marks of an area, whatever their fences, as events: the groups from..to.
static void tick_write(struct db_batch *batch, const struct group *from,
                       const struct group *to) {
    db_call(batch, QUERY_OUTBOX_TICK);
    db_int4(batch, from->area_id);
    db_array(batch, DB_INT8);
    for (const struct group *group = from; group < to; group++)
        EACH db_element_int8(batch, m->thread_id);
    db_array_end(batch);
    db_array(batch, DB_INT2);
    for (const struct group *group = from; group < to; group++)
        EACH db_element_int2(batch,
                             m->state >= OUTBOUND_FAILED ? RELAY_ATTENTION : RELAY_TICK);
    db_array_end(batch);
}

#undef EACH

void outbox_marks_write(struct outbox *outbox) {
    if (outbox->is_marking || outbox->marks == NULL) return;
    if (!db_is_ready(outbox->gateway->db_outbox)) {
        outbox_gather(outbox);
        return;
    }
    struct marking *marking = calloc(1, sizeof *marking);
    if (marking == NULL) abort();
    marking->outbox = outbox;
    outbox->is_marking = true;
    marks_take(outbox, marking);
    struct db_batch *batch = db_batch_new(outbox->gateway->db_outbox);
    const struct group *groups = marking->groups;
    for (size_t i = 0; i < marking->count; i++) group_write(batch, &groups[i]);
    for (size_t from = 0, to = 0; from < marking->count; from = to) {
        while (to < marking->count && groups[to].area_id == groups[from].area_id) to++;
        tick_write(batch, groups + from, groups + to);
        marking->areas[marking->ticks++] = groups[from].area_id;
    }
    db_send(batch, on_marked, marking);
}

void outbox_mark_add(struct sending *sending, enum outbound_state state,
                     const struct send_result *result) {
    struct outbox *outbox = sending->drain->outbox;
    struct arena *arena = arena_new(512);
    struct mark *mark = ARENA_NEW(arena, struct mark);
    *mark = (struct mark){
        .arena = arena,
        .area_id = sending->area_id,
        .intake_id = sending->channel != NULL ? sending->channel->intake_id : 0,
        .channel_id = sending->drain->channel_id,
        .thread_id = sending->thread_id,
        .message_id = sending->message_id,
        .fence = sending->fence,
        .state = state,
        .provider_id = arena_dup(arena, result->provider_id),
        .reason = arena_dup(arena, result->reason),
        .retry_after_ms = result->retry_after_ms};
    if (sending->is_delivery) {
        mark->is_local = sending->adapter != NULL && sending->adapter->is_local;
        mark->address = arena_dup(arena, sending->outbound.address);
        mark->next = outbox->delivery_marks;
        outbox->delivery_marks = mark;
        outbox_gather(outbox);
        return;
    }
    struct mark **tail = &outbox->marks;
    while (*tail != NULL) tail = &(*tail)->next;
    *tail = mark;
    if (++outbox->mark_count >= MARKS_MAX) outbox_marks_write(outbox);
    else outbox_gather(outbox);
}
