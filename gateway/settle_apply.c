// SPDX-License-Identifier: Apache-2.0
//
// Plans of a batch as one transaction: authorise commands, mark the inbox, contacts,
// threads area by area in ascending order with their rarer effects, and last of all the
// positions of the event log, areas ascending again. After the commit: consoles, outbox,
// callers.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/json.h"
#include "gateway/relay.h"
#include "gateway/settle_work.h"

static bool writes(const struct work *work) {
    return !work->is_over && !work->is_deferred && work->plan.refusal == REFUSAL_NONE;
}

// Effects without a thread stand under one that is never written: its area counts.
static void aparts_add(struct lane *lane, struct rows *rows, const struct work *work) {
    const struct plan *plan = &work->plan;
    for (size_t i = 0; i < plan->apart_count; i++) {
        struct thread *none = ARENA_NEW(lane->arena, struct thread);
        none->area_id = plan->aparts[i].area_id;
        size_t to = i + 1 < plan->apart_count ? plan->aparts[i + 1].from
                                              : plan->effect_count;
        rows->list[rows->count++] =
            (struct row){work, none, false, true, plan->aparts[i].from, to};
    }
}

// All thread rows of the batch; a transfer across areas makes two of one plan.
static struct rows rows_of(struct lane *lane) {
    struct rows rows = {
        ARENA_ARRAY(lane->arena, struct row, lane->count * (2 + PLAN_APARTS_MAX) + 1), 0};
    for (size_t i = 0; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        const struct plan *plan = &work->plan;
        if (!writes(work)) continue;
        aparts_add(lane, &rows, work);
        if (plan->thread_change == THREAD_NONE) continue;
        size_t end = plan->apart_count > 0 ? plan->aparts[0].from : plan->effect_count;
        size_t to = plan->has_second_thread ? plan->split : end;
        rows.list[rows.count++] = (struct row){
            work, &plan->thread, plan->thread_change == THREAD_NEW, false, 0, to};
        if (plan->has_second_thread)
            rows.list[rows.count++] =
                (struct row){work, &plan->second_thread, true, false, to, end};
    }
    return rows;
}

static int by_int(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

static void areas_find(struct lane *lane, const struct rows *rows) {
    lane->area_count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        int32_t area_id = rows->list[i].thread->area_id;
        bool is_known = false;
        for (size_t k = 0; k < lane->area_count && !is_known; k++)
            is_known = lane->areas[k] == area_id;
        if (!is_known && lane->area_count < SETTLE_AREAS_MAX)
            lane->areas[lane->area_count++] = area_id;
    }
    qsort(lane->areas, lane->area_count, sizeof lane->areas[0], by_int);
}

static void authorize_write(struct lane *lane, struct db_batch *batch) {
    for (size_t i = 0; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        if (!writes(work) || !work->item->has_session) continue;
        db_call(batch, QUERY_CONSOLE_AUTHORIZE);
        db_bytes(batch, (struct str){(const char *)work->item->session,
                                     sizeof work->item->session});
        db_int4(batch, work->item->area_id);
        db_int8(batch, work->item->thread_id);
        db_text(batch, work->item->event.command.client_id);
    }
}

// Walks the works of one bucket: EACH(condition) { work is set }.
#define EACH_WORK(lane, it)                                                              \
    for (const struct work *it = (lane)->works; it < (lane)->works + (lane)->count; it++)

static bool marks_inbox(const struct work *work, int32_t bucket) {
    return writes(work) && work->item->inbox_id != 0 && work->item->intake_id == bucket;
}

static void inbox_write(struct lane *lane, struct db_batch *batch, int32_t bucket) {
    db_call(batch, QUERY_INBOX_SETTLE);
    db_int4(batch, bucket);
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    EACH_WORK(lane, w) {                                                                 \
        if (marks_inbox(w, bucket)) element(batch, value);                               \
    }                                                                                    \
    db_array_end(batch)
    COLUMN(DB_INT4, db_element_int4, w->item->channel_id);
    COLUMN(DB_TEXT, db_element_text, w->item->event.key);
    COLUMN(DB_INT2, db_element_int2, (int)w->plan.outcome);
    COLUMN(DB_INT4, db_element_int4, w->plan.thread.area_id);
    COLUMN(DB_INT8, db_element_int8, w->plan.thread.id);
#undef COLUMN
}

// A receipt of something that is not known (yet): it is looked at again later.
static bool keeps_receipt(const struct work *work, int32_t bucket) {
    return marks_inbox(work, bucket) && work->item->event.kind == EVENT_RECEIPT &&
           work->area_id == 0 && work->facts.delivery.area_id == 0 &&
           work->item->event.receipt_id.n > 0;
}

static void receipts_write(struct lane *lane, struct db_batch *batch, int32_t bucket) {
    db_call(batch, QUERY_RECEIPT_KEEP);
    db_int4(batch, bucket);
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    EACH_WORK(lane, w) {                                                                 \
        if (keeps_receipt(w, bucket)) element(batch, value);                             \
    }                                                                                    \
    db_array_end(batch)
    COLUMN(DB_INT4, db_element_int4, w->item->channel_id);
    COLUMN(DB_TEXT, db_element_text, w->item->event.receipt_id);
    COLUMN(DB_TEXT, db_element_text, w->item->event.key);
#undef COLUMN
}

static bool changes_contact(const struct work *work, int32_t bucket) {
    return writes(work) && work->plan.has_contact_change &&
           work->plan.contact.intake_id == bucket;
}

// An event that decides by the contact must find it as it was; a command changes manner
// or the current thread whatever happened meanwhile.
static int32_t expected_contact(const struct work *work) {
    bool is_command = work->item->event.kind == EVENT_COMMAND;
    return is_command && work->plan.contact.version != 0 ? -1
                                                         : work->plan.contact.version;
}

static int contact_flags(const struct contact *contact) {
    return (contact->alerts_stopped ? 1 : 0) | (contact->is_opted_out ? 2 : 0) |
           (contact->is_following ? 4 : 0);
}

static void contacts_write(struct lane *lane, struct db_batch *batch, int32_t bucket) {
    db_call(batch, QUERY_CONTACT_APPLY);
    db_int4(batch, bucket);
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    EACH_WORK(lane, w) {                                                                 \
        const struct contact *c = &w->plan.contact;                                      \
        (void)c;                                                                         \
        if (changes_contact(w, bucket)) element(batch, value);                           \
    }                                                                                    \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, c->id);
    COLUMN(DB_INT4, db_element_int4, expected_contact(w));
    COLUMN(DB_INT4, db_element_int4, c->channel_id);
    COLUMN(DB_TEXT, db_element_text, c->address);
    COLUMN(DB_TEXT, db_element_text, c->language);
    COLUMN(DB_INT2, db_element_int2, (int)c->manner);
    COLUMN(DB_INT4, db_element_int4, c->known_area_id);
    COLUMN(DB_INT4, db_element_int4, c->known_koban_id);
    COLUMN(DB_INT4, db_element_int4, c->current_area_id);
    COLUMN(DB_INT8, db_element_int8, c->current_thread_id);
    COLUMN(DB_INT4, db_element_int4, contact_flags(c));
    COLUMN(DB_INT2, db_element_int2, c->strikes);
    COLUMN(DB_INT4, db_element_int4, c->subscribed_area_id);
    COLUMN(DB_INT2, db_element_int2, (int)c->dialog);
    COLUMN(DB_INT8, db_element_int8, c->automatic_ms);
    COLUMN(DB_INT2, db_element_int2, c->answers);
    COLUMN(DB_INT8, db_element_int8, c->answers_ms);
#undef COLUMN
}

// One call for every bucket that has something.
static void bucket_writes(struct lane *lane, struct db_batch *batch,
                          bool (*has)(const struct work *, int32_t),
                          void (*write)(struct lane *, struct db_batch *, int32_t),
                          int32_t (*bucket)(const struct work *)) {
    int32_t done[SETTLE_BATCH_MAX];
    size_t count = 0;
    EACH_WORK(lane, work) {
        int32_t id = bucket(work);
        bool is_done = !has(work, id);
        for (size_t i = 0; i < count && !is_done; i++) is_done = done[i] == id;
        if (is_done) continue;
        done[count++] = id;
        write(lane, batch, id);
    }
}

static int32_t inbox_bucket(const struct work *work) {
    return work->item->intake_id;
}

static int32_t contact_bucket(const struct work *work) {
    return work->plan.contact.intake_id;
}

static void threads_write(struct db_batch *batch, const struct rows *rows,
                          int32_t area_id) {
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    EACH_ROW(rows, area_id, r) {                                                         \
        const struct thread *t = r->thread;                                              \
        if (!r->is_apart) element(batch, value);                                         \
    }                                                                                    \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, t->id);
    COLUMN(DB_INT4, db_element_int4, r->is_new ? 0 : t->version);
    COLUMN(DB_INT4, db_element_int4, t->number);
    COLUMN(DB_INT4, db_element_int4, t->koban_id);
    COLUMN(DB_INT4, db_element_int4, t->intake_id);
    COLUMN(DB_INT8, db_element_int8, t->contact_id);
    COLUMN(DB_INT4, db_element_int4, t->channel_id);
    COLUMN(DB_TEXT, db_element_text, t->address);
    COLUMN(DB_INT2, db_element_int2, (int)t->state);
    COLUMN(DB_INT2, db_element_int2, (int)t->intent);
    COLUMN(DB_INT2, db_element_int2, (int)t->category);
    COLUMN(DB_INT2, db_element_int2, t->urgency);
    COLUMN(DB_TEXT, db_element_text, t->language);
    COLUMN(DB_INT2, db_element_int2, (int)t->manner);
    COLUMN(DB_INT8, db_element_int8, t->claimed_by);
    COLUMN(DB_INT8, db_element_int8, t->acknowledged_by);
    COLUMN(DB_INT8, db_element_int8, t->acknowledged_at_ms);
    COLUMN(DB_INT8, db_element_int8, t->attended_at_ms);
    COLUMN(DB_INT2, db_element_int2, (int)t->status);
    COLUMN(DB_INT2, db_element_int2, (int)t->disposition);
    COLUMN(DB_INT2, db_element_int2, (int)t->question);
    COLUMN(DB_INT2, db_element_int2, t->questions_asked);
    COLUMN(DB_BOOL, db_element_bool, t->is_place_confirmed);
    COLUMN(DB_FLOAT8, db_element_double, t->has_position ? t->latitude : NAN);
    COLUMN(DB_FLOAT8, db_element_double, t->has_position ? t->longitude : NAN);
    COLUMN(DB_INT2, db_element_int2, t->rung);
    COLUMN(DB_BOOL, db_element_bool, t->is_surge);
    COLUMN(DB_INT8, db_element_int8, t->last_inbound_ms);
    COLUMN(DB_INT8, db_element_int8, t->seen_inbound_ms);
    COLUMN(DB_INT8, db_element_int8, t->last_automatic_ms);
    COLUMN(DB_INT4, db_element_int4, t->automatic_texts);
    COLUMN(DB_INT8, db_element_int8, t->opened_at_ms);
    COLUMN(DB_INT4, db_element_int4, t->previous_area_id);
    COLUMN(DB_INT8, db_element_int8, t->previous_thread_id);
#undef COLUMN
}

// The inbound message is the inbox row: same id, so that order of arrival stays order in
// the thread, and each is stored once.
static int64_t message_id(const struct row *row, const struct effect_store *store) {
    bool is_inbox = store->direction == DIRECTION_INBOUND &&
                    row->work->item->inbox_id != 0;
    return is_inbox ? row->work->item->inbox_id : store->id;
}

static void messages_write(struct db_batch *batch, const struct rows *rows,
                           int32_t area_id) {
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    EACH_EFFECT(rows, area_id, r, e) {                                                   \
        const struct effect_store *m = &e->as.store;                                     \
        (void)m;                                                                         \
        if (e->kind == EFFECT_STORE) element(batch, value);                              \
    }                                                                                    \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, r->thread->id);
    COLUMN(DB_INT8, db_element_int8, message_id(r, m));
    COLUMN(DB_INT2, db_element_int2, (int)m->direction);
    COLUMN(DB_INT2, db_element_int2, (int)m->kind);
    COLUMN(DB_TEXT, db_element_text, m->body);
    COLUMN(DB_TEXT, db_element_text, m->sentence);
    COLUMN(DB_INT8, db_element_int8, m->officer_id);
    COLUMN(DB_TEXT, db_element_text, m->client_id);
    COLUMN(DB_INT2, db_element_int2, (int)m->state);
    COLUMN(DB_INT2, db_element_int2, (int)m->priority);
    COLUMN(DB_FLOAT8, db_element_double, m->has_position ? m->latitude : NAN);
    COLUMN(DB_FLOAT8, db_element_double, m->has_position ? m->longitude : NAN);
    COLUMN(DB_TEXT, db_element_text, m->reasons);
    COLUMN(DB_INT8, db_element_int8,
           m->direction == DIRECTION_INBOUND ? r->work->item->inbox_id : 0);
    COLUMN(DB_INT4, db_element_int4, m->channel_id);
    COLUMN(DB_TEXT, db_element_text, m->address);
    COLUMN(DB_INT8, db_element_int8,
           m->direction == DIRECTION_INBOUND ? r->work->item->event.sent_at_ms : 0);
    COLUMN(DB_TEXT, db_element_text,
           m->direction == DIRECTION_INBOUND ? r->work->item->event.provider_id
                                             : (struct str){0});
#undef COLUMN
}

static bool is_timer(const struct effect *effect) {
    return effect->kind == EFFECT_START_TIMER || effect->kind == EFFECT_STOP_TIMER;
}

// A kind that is started later in the same plan is not stopped: the last word counts.
static bool is_last_timer(const struct row *row, const struct effect *effect) {
    const struct effect *end = row->work->plan.effects + row->to;
    for (const struct effect *later = effect + 1; later < end; later++) {
        if (is_timer(later) && later->as.timer.kind == effect->as.timer.kind)
            return false;
    }
    return true;
}

static void timers_write(struct db_batch *batch, const struct rows *rows,
                         int32_t area_id) {
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    EACH_EFFECT(rows, area_id, r, e) {                                                   \
        if (is_timer(e) && is_last_timer(r, e)) element(batch, value);                   \
    }                                                                                    \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, r->thread->id);
    COLUMN(DB_INT2, db_element_int2, (int)e->as.timer.kind);
    COLUMN(DB_INT8, db_element_int8,
           e->kind == EFFECT_STOP_TIMER ? -1 : e->as.timer.delay_ms);
    COLUMN(DB_INT8, db_element_int8, e->as.timer.value);
#undef COLUMN
}

static void events_write(struct lane *lane, struct db_batch *batch,
                         const struct rows *rows, size_t area) {
    int32_t area_id = lane->areas[area];
    bool has_events = false;
    lane->area_calls[area] = SIZE_MAX;
    EACH_EFFECT(rows, area_id, r, e) {
        if (e->kind == EFFECT_RELAY) has_events = true;
    }
    if (!has_events) return;
    lane->area_calls[area] = db_batch_calls(batch);
    db_call(batch, QUERY_EVENT_APPEND);
    db_int4(batch, area_id);
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    EACH_EFFECT(rows, area_id, r, e) {                                                   \
        if (e->kind == EFFECT_RELAY) element(batch, value);                              \
    }                                                                                    \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, r->thread->id);
    COLUMN(DB_INT4, db_element_int4, e->as.relay.koban_id);
    COLUMN(DB_INT8, db_element_int8, e->as.relay.officer_id);
    COLUMN(DB_INT4, db_element_int4, r->is_new ? 1 : r->thread->version + 1);
    COLUMN(DB_INT2, db_element_int2, (int)e->as.relay.kind);
    COLUMN(DB_INT2, db_element_int2, e->as.relay.urgency);
#undef COLUMN
}

void apply_write(struct lane *lane, struct db_batch *batch) {
    struct rows rows = rows_of(lane);
    areas_find(lane, &rows);
    slots_take(lane, &rows);
    authorize_write(lane, batch);
    bucket_writes(lane, batch, marks_inbox, inbox_write, inbox_bucket);
    bucket_writes(lane, batch, keeps_receipt, receipts_write, inbox_bucket);
    bucket_writes(lane, batch, changes_contact, contacts_write, contact_bucket);
    for (size_t i = 0; i < lane->area_count; i++) {
        lane->thread_calls[i] = db_batch_calls(batch);
        db_call(batch, QUERY_THREAD_APPLY);
        db_int4(batch, lane->areas[i]);
        threads_write(batch, &rows, lane->areas[i]);
        messages_write(batch, &rows, lane->areas[i]);
        slots_write(lane, batch, lane->areas[i]);
        timers_write(batch, &rows, lane->areas[i]);
        apply_effects(batch, &rows, lane->areas[i]);
    }
    for (size_t i = 0; i < lane->area_count; i++) events_write(lane, batch, &rows, i);
}

static void events_tell(struct lane *lane, const struct rows *rows, size_t area,
                        int64_t position) {
    struct relay *relay = lane->settle->gateway->relay;
    EACH_EFFECT(rows, lane->areas[area], r, e) {
        if (e->kind != EFFECT_RELAY) continue;
        struct relay_event event = {
            .area_id = lane->areas[area],
            .position = position++,
            .thread_id = r->thread->id,
            .koban_id = e->as.relay.koban_id,
            .officer_id = e->as.relay.officer_id,
            .version = r->is_new ? 1 : r->thread->version + 1,
            .kind = e->as.relay.kind,
            .urgency = e->as.relay.urgency,
        };
        relay_event(relay, &event);
    }
}

// After the commit: consoles first, then the senders, then the pages of residents.
void apply_tell(struct lane *lane, const struct db_result *result) {
    struct gateway *gateway = lane->settle->gateway;
    struct rows rows = rows_of(lane);
    for (size_t i = 0; i < lane->area_count; i++) {
        if (lane->area_calls[i] == SIZE_MAX) continue;
        events_tell(lane, &rows, i, db_get_int(result, lane->area_calls[i], 0, 0));
        relay_wake(gateway->relay, lane->areas[i]);
    }
    slots_send(lane, result);
    for (size_t i = 0; i < lane->area_count; i++) {
        EACH_EFFECT(&rows, lane->areas[i], r, e) {
            if (e->kind == EFFECT_STORE || e->kind == EFFECT_RELAY)
                relay_address(gateway->relay, r->thread->channel_id, r->thread->address);
        }
    }
}
