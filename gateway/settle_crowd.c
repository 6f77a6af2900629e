// SPDX-License-Identifier: Apache-2.0
//
// What weighs on the areas of a batch (core/crowd.h), read in the batch's second round
// and kept true while it is decided. Only batches in which something may ring ask for it.
#include "gateway/settle_work.h"

enum { UNOPENED_BOUND = 400 }; // counted no further; beyond every limit that makes sense

// Whether deciding this work may ring somebody.
static bool may_ring(const struct work *work) {
    const struct event *event = &work->item->event;
    if (work->is_over) return false;
    switch (event->kind) {
    case EVENT_MESSAGE: return work->item->is_urgent || work->officer_number != 0;
    case EVENT_TIMER:
        return event->timer != TIMER_UNOPENED && event->timer != TIMER_SNOOZE;
    case EVENT_COMMAND:
        return event->command.kind == COMMAND_TRANSFER ||
               event->command.kind == COMMAND_ESCALATE ||
               event->command.kind == COMMAND_LEAVE;
    default: return false;
    }
}

// The koban this work may ring beside its thread's; 0: none.
static int32_t koban_of(const struct work *work) {
    const struct event *event = &work->item->event;
    if (event->kind == EVENT_COMMAND) return event->command.koban_id;
    if (work->officer_number != 0) return work->facts.sender_officer_koban_id;
    // A thread that is known may be the record of a command: a new one opens then.
    return work->facts.place_koban_id;
}

static int32_t area_of(const struct work *work) {
    if (work->facts.thread.id != 0) return work->facts.thread.area_id;
    if (work->thread_id != 0) return work->area_id;
    const struct koban *koban = roster_koban(work->facts.roster, koban_of(work));
    return koban != NULL ? koban->area_id : 0;
}

static struct crowd *crowd_find(const struct lane *lane, int32_t area_id) {
    for (size_t i = 0; i < lane->crowd_count; i++) {
        if (lane->crowds[i]->area_id == area_id) return lane->crowds[i];
    }
    return NULL;
}

static void koban_elements(const struct lane *lane, struct db_batch *batch,
                           int32_t area_id) {
    for (size_t i = 0; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        if (!may_ring(work)) continue;
        int32_t koban_id = koban_of(work);
        const struct koban *koban = roster_koban(work->facts.roster, koban_id);
        if (koban != NULL && koban->area_id == area_id) db_element_int4(batch, koban_id);
    }
}

static void thread_elements(const struct lane *lane, struct db_batch *batch,
                            int32_t area_id) {
    for (size_t i = 0; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        if (may_ring(work) && work->thread_id != 0 && work->area_id == area_id)
            db_element_int8(batch, work->thread_id);
    }
}

static void area_ask(struct lane *lane, struct db_batch *batch, int32_t area_id) {
    struct crowd *crowd = ARENA_NEW(lane->arena, struct crowd);
    crowd->area_id = area_id;
    lane->crowds[lane->crowd_count] = crowd;
    lane->crowd_calls[lane->crowd_count++] = db_batch_calls(batch);
    db_call(batch, QUERY_EMERGENCY_FACTS);
    db_int4(batch, area_id);
    db_array(batch, DB_INT4);
    koban_elements(lane, batch, area_id);
    db_array_end(batch);
    db_array(batch, DB_INT8);
    thread_elements(lane, batch, area_id);
    db_array_end(batch);
    db_int4(batch, UNOPENED_BOUND);
}

void crowds_ask(struct lane *lane, struct db_batch *batch) {
    lane->crowd_count = 0;
    for (size_t i = 0; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        int32_t area_id = may_ring(work) ? area_of(work) : 0;
        bool is_known = area_id == 0 || crowd_find(lane, area_id) != NULL;
        if (!is_known && lane->crowd_count < SETTLE_AREAS_MAX)
            area_ask(lane, batch, area_id);
    }
}

static void offer_read(struct crowd *crowd, const struct db_result *result, size_t call,
                       size_t row) {
    struct crowd_offer offer = {
        .officer_id = db_get_int(result, call, row, 5),
        .thread_id = db_get_int(result, call, row, 6),
        .is_held = db_get_bool(result, call, row, 7),
        .is_refused = db_get_bool(result, call, row, 8),
    };
    crowd_add_offer(crowd, &offer);
}

static void koban_read(struct crowd *crowd, const struct db_result *result, size_t call,
                       size_t row) {
    struct crowd_koban koban = {
        .koban_id = (int32_t)db_get_int(result, call, row, 0),
        .unopened = (int32_t)db_get_int(result, call, row, 1),
        .calm = (int32_t)db_get_int(result, call, row, 2),
        .pages = (int32_t)db_get_int(result, call, row, 3),
        .calm_pages = (int32_t)db_get_int(result, call, row, 4),
    };
    crowd_add_koban(crowd, &koban);
}

void crowds_read(struct lane *lane, const struct db_result *result) {
    for (size_t i = 0; i < lane->crowd_count; i++) {
        size_t call = lane->crowd_calls[i];
        for (size_t row = 0; row < db_rows(result, call); row++) {
            bool is_koban = db_get_int(result, call, row, 0) != 0;
            if (is_koban) koban_read(lane->crowds[i], result, call, row);
            else offer_read(lane->crowds[i], result, call, row);
        }
    }
}

struct crowd *crowd_of(const struct lane *lane, const struct work *work) {
    return crowd_find(lane, area_of(work));
}
