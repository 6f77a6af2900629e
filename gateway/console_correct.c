// SPDX-License-Identifier: Apache-2.0
//
// An officer says what a message was: stored for training, nothing else happens. Raising
// a thread is a command of its own.
#include "core/json.h"
#include "core/message.h"
#include "gateway/console_call.h"

// What was not given, or is taken back.
enum { NONE = -1 };

struct correction {
    int64_t message_id, officer_id;
    int32_t intent, category;
    bool is_right;
};

// False when something is not of the API's words.
static bool correction_read(const json_t *body, struct correction *out) {
    struct str intent = json_str(body, "intent"), category = json_str(body, "category");
    enum intent said = INTENT_OTHER;
    enum category about = CATEGORY_OTHER;
    bool is_good = str_to_i64(json_str(body, "message"), &out->message_id) &&
                   (intent.n == 0 || intent_from_text(intent, &said)) &&
                   (category.n == 0 || category_from_text(category, &about));
    out->intent = intent.n == 0 ? NONE : (int32_t)said;
    out->category = category.n == 0 ? NONE : (int32_t)about;
    out->is_right = json_bool(body, "right", false);
    struct str officer = json_str(body, "officer");
    return is_good && (officer.n == 0 || str_to_i64(officer, &out->officer_id));
}

// The batch to put the call into; NULL with the answer given.
static struct db_batch *correction_begin(struct console_call *call,
                                         struct correction *out) {
    json_auto_t *body = console_body(call->request);
    if (body == NULL) {
        console_end(call);
        return NULL;
    }
    if (!correction_read(body, out)) {
        http_problem(call->request, 422, "invalid");
        console_end(call);
        return NULL;
    }
    return console_batch(call);
}

static void thread_put(struct db_batch *batch, const struct console_call *call,
                       const struct correction *correction) {
    db_bytes(batch, console_session(call));
    db_int4(batch, call->area_id);
    db_int8(batch, call->thread_id);
    db_int8(batch, correction->message_id);
}

void console_correct(struct console_call *call) {
    struct correction correction = {0};
    struct db_batch *batch = correction_begin(call, &correction);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_CORRECT);
    thread_put(batch, call, &correction);
    db_int4(batch, correction.intent);
    db_int4(batch, correction.category);
    db_text(batch, triage_version(call->gateway->house.triage));
    console_send(call, batch);
}

void console_correct_review(struct console_call *call) {
    struct correction correction = {0};
    struct db_batch *batch = correction_begin(call, &correction);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_CORRECT_REVIEW);
    thread_put(batch, call, &correction);
    db_int8(batch, correction.officer_id);
    db_bool(batch, correction.is_right);
    console_send(call, batch);
}

void console_corrections(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_CORRECTIONS);
    db_bytes(batch, console_session(call));
    console_send(call, batch);
}
