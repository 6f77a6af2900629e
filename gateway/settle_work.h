// SPDX-License-Identifier: Apache-2.0
//
// One batch under way, shared by settle.c (order), settle_facts.c (loading) and
// settle_apply.c (writing). Nobody else includes it.
#ifndef GATEWAY_SETTLE_WORK_H
#define GATEWAY_SETTLE_WORK_H

#include "core/arena.h"
#include "core/crowd.h"
#include "core/json.h"
#include "gateway/gateway.h"
#include "gateway/settle_item.h"
#include "handlers/officer_text.h"

enum { SETTLE_BATCH_MAX = 256, SETTLE_AREAS_MAX = 256 };

// One item of a batch with what was loaded and decided for it.
struct work {
    struct settle_item *item;
    struct facts facts;
    struct plan plan;
    int32_t area_id; // of the thread to load; 0: none
    int64_t thread_id;
    int64_t message_id; // to load; -1: none but the thread's newest; 0: neither
    size_t call;        // where its row stands in the results
    size_t row;
    size_t contact_call, contact_row;
    size_t authorize_call, named_call;
    size_t subscription_call, subscription_row;
    int32_t officer_number; // TAKE 12: 12
    bool is_named;          // names a thread or message that is loaded last
    bool is_deferred;       // same contact or thread as another one: next batch
    bool is_over;           // answered already (not allowed, refused, nothing to do)
    enum settle_result result;
    int rule;
    int64_t done_message_id; // repeated command
};

// Numbers of new threads reserved for a lane: each lane has its own, so that what one
// takes is never waited for by the other.
struct numbers {
    int32_t area_id;
    int32_t next, left;
    int32_t wanted; // by the batch under way
    size_t call;    // where the reservation stands in the results; SIZE_MAX: none
};

// A message that the batch queues. With a fence it has a place in its channel's drain
// and, when the database agrees, is sent from memory right after the commit.
struct slot {
    int32_t area_id;
    const struct thread *thread;
    const struct effect_store *store;
    int64_t fence; // 0: no place, it is queued
    struct str retry_key;
};

struct lane {
    struct settle *settle;
    struct db *db;
    struct event *kick; // starts a batch when the loop has handed over all it has
    struct settle_item *first, **tail;
    struct arena *arena; // of the batch
    struct work *works;
    size_t count;
    size_t limit; // halved while a bad row is looked for
    bool is_busy;
    int64_t started_ms; // monotonic, of the batch under way
    struct numbers numbers[SETTLE_AREAS_MAX];
    size_t number_count;
    struct directory *directory; // snapshot of this batch
    // Areas written by the batch, ascending, and where their event_append stands.
    int32_t areas[SETTLE_AREAS_MAX];
    size_t area_calls[SETTLE_AREAS_MAX];
    size_t thread_calls[SETTLE_AREAS_MAX]; // where their thread_apply stands
    size_t area_count;
    // What weighs on the areas in which the batch may ring, and where it stands.
    struct crowd *crowds[SETTLE_AREAS_MAX];
    size_t crowd_calls[SETTLE_AREAS_MAX];
    size_t crowd_count;
    struct slot *slots; // in the order of areas
    size_t slot_count;
};

struct settle {
    struct gateway *gateway;
    struct lane urgent, normal;
    size_t depth;
};

// settle_facts.c
void facts_by_first_key(struct lane *lane, struct db_batch *batch);
void facts_read_first(struct lane *lane, const struct db_result *result);
void facts_by_second_key(struct lane *lane, struct db_batch *batch);
void facts_read_second(struct lane *lane, const struct db_result *result);
// A third round, for officers' texts that name a thread by its number.
bool facts_need_third(const struct lane *lane);
void facts_by_third_key(struct lane *lane, struct db_batch *batch);
void facts_read_third(struct lane *lane, const struct db_result *result);

// One thread row to write, and the effects that belong to it.
struct row {
    const struct work *work;
    const struct thread *thread;
    bool is_new;
    bool is_apart;   // no thread: its area alone counts (plan_apart)
    size_t from, to; // effects
};

struct rows {
    struct row *list;
    size_t count;
};

#define EACH_ROW(rows, area, r)                                                          \
    for (const struct row *r = (rows)->list; r < (rows)->list + (rows)->count; r++)      \
        if (r->thread->area_id == (area))

#define EACH_EFFECT(rows, area, r, e)                                                    \
    EACH_ROW(rows, area, r)                                                              \
    for (const struct effect *e = r->work->plan.effects + r->from;                       \
         e < r->work->plan.effects + r->to; e++)

// An officer begins a thread with somebody at the counter.
static inline bool is_visit(const struct work *work) {
    const struct event *event = &work->item->event;
    return event->kind == EVENT_COMMAND && event->command.kind == COMMAND_VISIT;
}

// settle_place.c
void place_find(struct lane *lane, struct work *work);
void numbers_ask(struct lane *lane, struct db_batch *batch);
void numbers_read(struct lane *lane, const struct db_result *result);
void number_take(struct lane *lane, struct work *work);

// settle_alert.c: subscriptions of the works' contacts, and effects about them. Whether
// the effect was one of those.
void subscriptions_ask(struct lane *lane, struct db_batch *batch);
void subscriptions_read(struct lane *lane, const struct db_result *result);
const char *alert_effect_kind(const struct effect *effect);
void alert_effect_json(struct json_writer *w, const struct work *work,
                       const struct effect *effect);

// settle_crowd.c
void crowds_ask(struct lane *lane, struct db_batch *batch);
void crowds_read(struct lane *lane, const struct db_result *result);
// Of the area in which the work is decided; NULL when it was not asked for.
struct crowd *crowd_of(const struct lane *lane, const struct work *work);

// settle_effects.c
void apply_effects(struct db_batch *batch, const struct rows *rows, int32_t area_id);

// settle_slots.c
void slots_take(struct lane *lane, const struct rows *rows);
void slots_write(struct lane *lane, struct db_batch *batch, int32_t area_id);
// After the commit: what was born claimed is sent, the rest is queued and looked for.
void slots_send(struct lane *lane, const struct db_result *result);
// Nothing was written.
void slots_release(struct lane *lane);

// settle_apply.c
void apply_write(struct lane *lane, struct db_batch *batch);
void apply_tell(struct lane *lane, const struct db_result *result);

#endif
