// SPDX-License-Identifier: Apache-2.0
//
// Loading what decisions may know, in two rounds, because the first key leads to the
// second: an address leads to a contact and its thread, a receipt to a message, a timer
// or command from its thread to the contact. One call a bucket or area and round.
#include <string.h>

#include "adapters/registry.h"
#include "core/log.h"
#include "gateway/settle_work.h"

static bool is_by_address(const struct work *work) {
    return work->item->event.address.n > 0 && work->item->channel_id != 0;
}

static bool is_receipt(const struct work *work) {
    return work->item->event.kind == EVENT_RECEIPT;
}

// A receipt's message, or the recipient of an alert.
static void reference_take(struct work *work, bool is_delivery,
                           const int64_t numbers[3]) {
    if (is_delivery) {
        work->facts.delivery =
            (struct delivery_facts){(int32_t)numbers[0], numbers[1], numbers[2]};
        return;
    }
    work->area_id = (int32_t)numbers[0];
    work->thread_id = numbers[1];
    work->message_id = numbers[2];
}

// "<area>-<thread>-<message>": our own reference needs no look-up.
// An alert's text says "a<area>-<alert>-<recipient>".
static bool reference_read(struct str text, struct work *work) {
    struct str part;
    int64_t numbers[3];
    bool is_delivery = str_starts(text, STR("a"));
    if (is_delivery) text = str_slice(text, 1, text.n);
    for (size_t i = 0; i < 3; i++) {
        if (!str_next(&text, '-', &part) || !str_to_i64(part, &numbers[i])) return false;
    }
    if (text.p != NULL || numbers[0] <= 0 || numbers[0] > INT32_MAX) return false;
    reference_take(work, is_delivery, numbers);
    return true;
}

// Calls for one bucket each; `wants` chooses the works, `row` counts within the call.
typedef bool wants(const struct work *work);

static bool wants_contact_first(const struct work *work) {
    return is_by_address(work) && !work->is_over;
}

static bool wants_receipt(const struct work *work) {
    return is_receipt(work) && work->area_id == 0 && work->facts.delivery.area_id == 0 &&
           !work->is_over;
}

static bool wants_contact_second(const struct work *work) {
    return !is_by_address(work) && work->facts.thread.id != 0 && !work->is_over &&
           work->facts.contact.version == 0;
}

static int32_t bucket_of(const struct work *work) {
    return work->item->channel_id != 0 ? work->item->intake_id
                                       : work->facts.thread.intake_id;
}

static int32_t channel_of(const struct work *work) {
    return work->item->channel_id != 0 ? work->item->channel_id
                                       : work->facts.thread.channel_id;
}

static struct str address_of(const struct work *work) {
    return is_by_address(work) ? work->item->event.address : work->facts.thread.address;
}

static struct str receipt_of(const struct work *work) {
    return work->item->event.receipt_id;
}

static void bucket_call(struct lane *lane, struct db_batch *batch, size_t first,
                        enum query query, wants *is_wanted,
                        struct str (*key)(const struct work *)) {
    int32_t bucket = bucket_of(&lane->works[first]);
    size_t call = db_batch_calls(batch), row = 0;
    db_call(batch, query);
    db_int4(batch, bucket);
    db_array(batch, DB_INT4);
    for (size_t i = first; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        if (!is_wanted(work) || bucket_of(work) != bucket) continue;
        work->call = call;
        work->row = row++;
        db_element_int4(batch, channel_of(work));
    }
    db_array_end(batch);
    db_array(batch, DB_TEXT);
    for (size_t i = first; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        if (is_wanted(work) && bucket_of(work) == bucket)
            db_element_text(batch, key(work));
    }
    db_array_end(batch);
}

// One call for every bucket that occurs among the wanted works.
static void bucket_calls(struct lane *lane, struct db_batch *batch, enum query query,
                         wants *is_wanted, struct str (*key)(const struct work *)) {
    for (size_t i = 0; i < lane->count; i++) {
        if (!is_wanted(&lane->works[i])) continue;
        bool is_first = true;
        for (size_t k = 0; k < i && is_first; k++) {
            is_first = !is_wanted(&lane->works[k]) ||
                       bucket_of(&lane->works[k]) != bucket_of(&lane->works[i]);
        }
        if (is_first) bucket_call(lane, batch, i, query, is_wanted, key);
    }
}

// Threads whose key is known and that are not loaded yet.
static bool wants_thread(const struct work *work) {
    return work->area_id != 0 && work->thread_id != 0 && work->facts.thread.id == 0 &&
           !work->is_over;
}

static void thread_call(struct lane *lane, struct db_batch *batch, size_t first) {
    int32_t area_id = lane->works[first].area_id;
    size_t call = db_batch_calls(batch), row = 0;
    db_call(batch, QUERY_THREAD_FACTS);
    db_int4(batch, area_id);
    db_array(batch, DB_INT8);
    for (size_t i = first; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        if (!wants_thread(work) || work->area_id != area_id) continue;
        work->call = call;
        work->row = row++;
        db_element_int8(batch, work->thread_id);
    }
    db_array_end(batch);
    db_array(batch, DB_INT8);
    for (size_t i = first; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        if (wants_thread(work) && work->area_id == area_id)
            db_element_int8(batch, work->message_id);
    }
    db_array_end(batch);
}

static void thread_calls(struct lane *lane, struct db_batch *batch) {
    for (size_t i = 0; i < lane->count; i++) {
        if (!wants_thread(&lane->works[i])) continue;
        bool is_first = true;
        for (size_t k = 0; k < i && is_first; k++) {
            is_first = !wants_thread(&lane->works[k]) ||
                       lane->works[k].area_id != lane->works[i].area_id;
        }
        if (is_first) thread_call(lane, batch, i);
    }
}

static struct str kept(const struct lane *lane, struct str view) {
    return arena_dup(lane->arena, view);
}

static void contact_read(struct lane *lane, struct work *work,
                         const struct db_result *result) {
    struct contact *contact = &work->facts.contact;
    size_t call = work->call, row = work->row;
    contact->intake_id = bucket_of(work);
    contact->channel_id = channel_of(work);
    contact->address = address_of(work);
    contact->is_following = true;
    if (row >= db_rows(result, call)) return;
    contact->id = db_get_int(result, call, row, 1);
    contact->version = (int32_t)db_get_int(result, call, row, 2);
    contact->language = kept(lane, db_get_str(result, call, row, 3));
    contact->manner = (enum manner)db_get_int(result, call, row, 4);
    contact->known_area_id = (int32_t)db_get_int(result, call, row, 5);
    contact->known_koban_id = (int32_t)db_get_int(result, call, row, 6);
    contact->current_area_id = (int32_t)db_get_int(result, call, row, 7);
    contact->current_thread_id = db_get_int(result, call, row, 8);
    work->facts.previous_area_id = (int32_t)db_get_int(result, call, row, 9);
    work->facts.previous_thread_id = db_get_int(result, call, row, 10);
    contact->alerts_stopped = db_get_bool(result, call, row, 11);
    contact->is_opted_out = db_get_bool(result, call, row, 12);
    contact->is_following = db_get_bool(result, call, row, 13);
    contact->strikes = (int16_t)db_get_int(result, call, row, 14);
    work->facts.sender_officer_id = db_get_int(result, call, row, 15);
    work->facts.sender_officer_name = kept(lane, db_get_str(result, call, row, 16));
    work->facts.sender_officer_koban_id = (int32_t)db_get_int(result, call, row, 17);
    if (work->facts.sender_officer_id != 0 && contact->language.n == 0)
        contact->language = kept(lane, db_get_str(result, call, row, 18));
    contact->subscribed_area_id = (int32_t)db_get_int(result, call, row, 19);
    contact->dialog = (enum dialog)db_get_int(result, call, row, 20);
    contact->dialog_ms = db_get_int(result, call, row, 21);
    contact->automatic_ms = db_get_int(result, call, row, 22);
    contact->answers = (int16_t)db_get_int(result, call, row, 23);
    contact->answers_ms = db_get_int(result, call, row, 24);
}

static void thread_read(struct lane *lane, struct work *work,
                        const struct db_result *result) {
    size_t call = work->call, row = work->row;
    if (row >= db_rows(result, call) || db_get_int(result, call, row, 2) == 0) return;
    struct thread *thread = &work->facts.thread;
    int column = 2;
#define NEXT_INT(type) ((type)db_get_int(result, call, row, column++))
#define NEXT_STR() kept(lane, db_get_str(result, call, row, column++))
    thread->area_id = work->area_id;
    thread->id = NEXT_INT(int64_t);
    thread->version = NEXT_INT(int32_t);
    thread->number = NEXT_INT(int32_t);
    thread->koban_id = NEXT_INT(int32_t);
    thread->intake_id = NEXT_INT(int32_t);
    thread->contact_id = NEXT_INT(int64_t);
    thread->channel_id = NEXT_INT(int32_t);
    thread->address = NEXT_STR();
    thread->state = NEXT_INT(enum thread_state);
    thread->intent = NEXT_INT(enum intent);
    thread->category = NEXT_INT(enum category);
    thread->urgency = NEXT_INT(int16_t);
    thread->language = NEXT_STR();
    thread->manner = NEXT_INT(enum manner);
    thread->claimed_by = NEXT_INT(int64_t);
    thread->acknowledged_by = NEXT_INT(int64_t);
    thread->acknowledged_at_ms = NEXT_INT(int64_t);
    thread->attended_at_ms = NEXT_INT(int64_t);
    thread->status = NEXT_INT(enum officer_status);
    thread->disposition = NEXT_INT(enum disposition);
    thread->question = NEXT_INT(enum question);
    thread->questions_asked = NEXT_INT(int16_t);
    thread->is_place_confirmed = db_get_bool(result, call, row, column++);
    thread->has_position = !db_is_null(result, call, row, column);
    thread->latitude = db_get_double(result, call, row, column++);
    thread->longitude = db_get_double(result, call, row, column++);
    thread->rung = NEXT_INT(int16_t);
    thread->is_surge = db_get_bool(result, call, row, column++);
    thread->last_inbound_ms = NEXT_INT(int64_t);
    thread->seen_inbound_ms = NEXT_INT(int64_t);
    thread->last_automatic_ms = NEXT_INT(int64_t);
    thread->automatic_texts = NEXT_INT(int32_t);
    thread->opened_at_ms = NEXT_INT(int64_t);
    thread->previous_area_id = NEXT_INT(int32_t);
    thread->previous_thread_id = NEXT_INT(int64_t);
    work->facts.last_inbound_id = NEXT_INT(int64_t);
    work->facts.last_officer_reply_id = NEXT_INT(int64_t);
    work->facts.last_officer_reply_by = NEXT_INT(int64_t);
    work->facts.last_officer_reply_ms = NEXT_INT(int64_t);
    struct message_facts *message = &work->facts.message;
    message->id = NEXT_INT(int64_t);
    message->direction = NEXT_INT(enum direction);
    message->state = NEXT_INT(enum outbound_state);
    message->priority = NEXT_INT(enum priority);
    message->body = NEXT_STR();
    message->address = NEXT_STR();
    message->channel_id = NEXT_INT(int32_t);
#undef NEXT_INT
#undef NEXT_STR
}

void facts_by_first_key(struct lane *lane, struct db_batch *batch) {
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        const struct settle_item *item = work->item;
        if (item->area_id != 0) {
            work->area_id = item->area_id;
            work->thread_id = item->thread_id;
            bool is_command = item->event.kind == EVENT_COMMAND;
            work->message_id = is_command && item->event.command.message_id != 0
                                   ? item->event.command.message_id
                               : is_command ? -1
                                            : 0;
        } else if (is_receipt(work)) {
            (void)reference_read(item->event.receipt_id, work);
        }
    }
    bucket_calls(lane, batch, QUERY_CONTACT_FACTS, wants_contact_first, address_of);
    // Receipts read behind contacts: a receipt with an address has both.
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        work->contact_call = work->call;
        work->contact_row = work->row;
    }
    bucket_calls(lane, batch, QUERY_RECEIPT_LOOKUP, wants_receipt, receipt_of);
    thread_calls(lane, batch);
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        if (!work->item->has_session || work->is_over) continue;
        work->authorize_call = db_batch_calls(batch);
        db_call(batch, QUERY_CONSOLE_AUTHORIZE);
        db_bytes(batch, (struct str){(const char *)work->item->session,
                                     sizeof work->item->session});
        db_int4(batch, work->item->area_id);
        db_int8(batch, work->item->thread_id);
        db_text(batch, work->item->event.command.client_id);
    }
}

static void authorized_read(struct lane *lane, struct work *work,
                            const struct db_result *result) {
    if (!work->item->has_session || work->is_over) return;
    size_t call = work->authorize_call;
    struct command *command = &work->item->event.command;
    if (db_rows(result, call) == 0) return;
    command->officer_id = db_get_int(result, call, 0, 0);
    command->officer_name = arena_dup(lane->arena, db_get_str(result, call, 0, 1));
    command->officer_koban_id = (int32_t)db_get_int(result, call, 0, 2);
    work->done_message_id = db_get_int(result, call, 0, 4);
    if (work->done_message_id >= 0) {
        work->is_over = true;
        work->result = SETTLE_KNOWN;
    }
}

// TAKE 12 and the like: the thread the number names, not the officer's own.
static void officer_word_read(struct lane *lane, struct work *work) {
    struct settle_item *item = work->item;
    if (work->facts.sender_officer_id == 0 || item->event.kind != EVENT_MESSAGE) return;
    int32_t number = 0;
    item->event.officer_word = officer_text_read(item->event.text, lane->arena, &number);
    work->officer_number = number;
}

void facts_read_first(struct lane *lane, const struct db_result *result) {
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        if (work->is_over) continue;
        size_t call = work->call, row = work->row;
        if (wants_contact_first(work)) {
            work->call = work->contact_call;
            work->row = work->contact_row;
            contact_read(lane, work, result);
            officer_word_read(lane, work);
            work->call = call;
            work->row = row;
        }
        if (wants_thread(work)) {
            thread_read(lane, work, result);
        } else if (wants_receipt(work) && row < db_rows(result, call)) {
            int64_t numbers[3] = {db_get_int(result, call, row, 1),
                                  db_get_int(result, call, row, 2),
                                  db_get_int(result, call, row, 3)};
            reference_take(work, db_get_bool(result, call, row, 4), numbers);
        } else if (is_by_address(work) && work->facts.contact.current_thread_id != 0) {
            work->area_id = work->facts.contact.current_area_id;
            work->thread_id = work->facts.contact.current_thread_id;
        }
        authorized_read(lane, work, result);
    }
}

// What the event names rather than what its sender is talking in: TAKE 12, or a message
// that is taken back. It is loaded in a round of its own (settle.c runs it).
static void named_ask(struct work *work, struct db_batch *batch) {
    bool is_unsend = work->item->event.kind == EVENT_UNSEND && work->thread_id != 0;
    work->is_named = work->officer_number != 0 || is_unsend;
    if (!work->is_named) return;
    work->named_call = db_batch_calls(batch);
    if (is_unsend) {
        db_call(batch, QUERY_MESSAGE_BY_PROVIDER);
        db_int4(batch, work->area_id);
        db_int8(batch, work->thread_id);
        db_text(batch, work->item->event.receipt_id);
    } else {
        db_call(batch, QUERY_THREAD_BY_NUMBER);
        db_int8(batch, work->facts.sender_officer_id);
        db_int4(batch, work->officer_number);
    }
    work->area_id = 0;
    work->thread_id = 0;
}

static void named_read(struct work *work, const struct db_result *result) {
    if (db_rows(result, work->named_call) == 0) return;
    work->area_id = (int32_t)db_get_int(result, work->named_call, 0, 0);
    work->thread_id = db_get_int(result, work->named_call, 0, 1);
    if (work->item->event.kind == EVENT_UNSEND)
        work->message_id = db_get_int(result, work->named_call, 0, 2);
}

void facts_by_second_key(struct lane *lane, struct db_batch *batch) {
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        if (work->is_over) continue;
        work->facts.roster = lane->directory->roster;
        work->facts.channel = directory_channel_by_id(lane->directory, channel_of(work));
        if (work->facts.channel == NULL) continue;
        if (work->item->event.kind == EVENT_MESSAGE) place_find(lane, work);
        if (is_visit(work)) {
            work->facts.place = PLACE_TEXT; // they stand there
            work->facts.place_koban_id = work->item->event.command.officer_koban_id;
        }
        named_ask(work, batch);
    }
    thread_calls(lane, batch);
    bucket_calls(lane, batch, QUERY_CONTACT_FACTS, wants_contact_second, address_of);
    subscriptions_ask(lane, batch);
    numbers_ask(lane, batch);
    crowds_ask(lane, batch);
}

// Whether the thread is, or will be, one of a chat page: an officer's text about it
// comes on another channel.
static bool is_page(const struct lane *lane, const struct facts *facts) {
    const struct channel *channel = facts->channel;
    if (facts->thread.id != 0)
        channel = directory_channel_by_id(lane->directory, facts->thread.channel_id);
    const struct adapter *adapter = channel != NULL ? adapter_find(channel->adapter)
                                                    : NULL;
    return adapter != NULL && adapter->is_local;
}

// What does not come from the database's tables.
static void facts_complete(struct lane *lane, struct work *work) {
    struct facts *facts = &work->facts;
    struct gateway *gateway = lane->settle->gateway;
    facts->now_ms = gateway_now_ms(gateway);
    for (size_t i = 0; i < FACTS_IDS; i++) facts->ids[i] = gateway_id(gateway);
    if (facts->channel != NULL) {
        const struct adapter *adapter = adapter_find(facts->channel->adapter);
        facts->is_local = adapter != NULL && adapter->is_local;
        facts->is_discreet_allowed = adapter != NULL && adapter->has_silent;
    }
    facts->is_page = is_page(lane, facts);
    if (facts->thread.id == 0) {
        facts->thread.previous_area_id = facts->previous_area_id;
        facts->thread.previous_thread_id = facts->previous_thread_id;
    }
    // A question of the day before is none any more.
    if (facts->now_ms - facts->contact.dialog_ms >= DIALOG_LIFE_MS)
        facts->contact.dialog = DIALOG_NONE;
    facts->is_degraded = work->item->is_degraded;
    facts->was_told_directly = work->item->was_told_directly;
    facts->is_poisoned = work->item->attempts >= 3;
    number_take(lane, work);
}

void facts_read_second(struct lane *lane, const struct db_result *result) {
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        if (work->is_over) continue;
        if (work->is_named) named_read(work, result);
        else if (wants_thread(work)) thread_read(lane, work, result);
        else if (wants_contact_second(work)) contact_read(lane, work, result);
    }
    subscriptions_read(lane, result);
    numbers_read(lane, result);
    crowds_read(lane, result);
    for (size_t i = 0; i < lane->count; i++) {
        if (!lane->works[i].is_over) facts_complete(lane, &lane->works[i]);
    }
}

bool facts_need_third(const struct lane *lane) {
    for (size_t i = 0; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        if (work->is_named && wants_thread(work)) return true;
    }
    return false;
}

void facts_by_third_key(struct lane *lane, struct db_batch *batch) {
    thread_calls(lane, batch);
}

void facts_read_third(struct lane *lane, const struct db_result *result) {
    for (size_t i = 0; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        if (wants_thread(work)) thread_read(lane, work, result);
    }
}
