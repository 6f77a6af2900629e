// SPDX-License-Identifier: Apache-2.0
//
// Officers' commands: read from JSON, given to settle like any event, answered when they
// are committed. A repeat with the same client_id gets the same answer.
#include <stdlib.h>

#include "core/json.h"
#include "gateway/console_call.h"
#include "gateway/intake.h"
#include "gateway/pulse.h"
#include "gateway/relay.h"
#include "gateway/settle.h"

enum { NOTES_MAX = 200 };

static bool manner_read(const json_t *body, struct command *command) {
    struct str text = json_str(body, "manner");
    return text.n == 0 || manner_from_text(text, &command->manner);
}

static bool id_read(const json_t *body, const char *key, int64_t *out) {
    struct str text = json_str(body, key);
    return text.n == 0 || str_to_i64(text, out);
}

static bool command_read(const json_t *body, struct str name, struct arena *arena,
                         struct command *command) {
    struct str status = json_str(body, "status"), state = json_str(body, "state");
    struct str disposition = json_str(body, "disposition");
    command->client_id = arena_dup(arena, json_str(body, "client_id"));
    command->text = arena_dup(arena, json_str(body, "text"));
    command->is_forced = json_bool(body, "force", false);
    command->life_ms = (int32_t)json_int(body, "life_ms", 0);
    command->koban_id = (int32_t)json_int(body, "koban", 0);
    command->until_ms = json_int(body, "until_ms", 0);
    return command_kind_from_text(name, &command->kind) &&
           command->client_id.n <= CONSOLE_CLIENT_ID_MAX && manner_read(body, command) &&
           id_read(body, "seen", &command->seen_message_id) &&
           id_read(body, "message", &command->message_id) &&
           (status.n == 0 || officer_status_from_text(status, &command->status)) &&
           (state.n == 0 || outbound_state_from_text(state, &command->state)) &&
           (disposition.n == 0 ||
            disposition_from_text(disposition, &command->disposition));
}

struct answer {
    struct console_call *call;
    int status;
    const char *code;
    int64_t message_id;
};

static void on_row(void *context, const struct db_result *result) {
    struct answer *answer = context;
    struct http_request *request = answer->call->request;
    struct buf out;
    buf_init(&out, 256 * 1024);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    if (answer->status != 200) {
        json_w_str(&w, "type", STR("about:blank"));
        json_w_str(&w, "title", STR("Conflict"));
        json_w_int(&w, "status", answer->status);
        json_w_str(&w, "code", str_of(answer->code));
    }
    if (answer->message_id != 0) json_w_id(&w, "message", answer->message_id);
    if (result->error == DB_OK && db_rows(result, 0) > 0) {
        // {"rows":[row]}: the row is its only element.
        struct str rows = db_get_str(result, 0, 0, 0);
        size_t from = str_find(rows, STR("["), 0);
        struct str row = str_trim(str_slice(rows, from + 1, rows.n));
        row = str_trim(str_slice(row, 0, row.n > 1 ? row.n - 2 : 0));
        if (row.n > 0) json_w_raw(&w, "thread", row);
    }
    json_w_close(&w, '}');
    http_header(request, "Cache-Control", STR("no-store"));
    http_reply(request, answer->status,
               answer->status == 200 ? "application/json" : "application/problem+json",
               buf_str(&out));
    buf_free(&out);
    console_end(answer->call);
}

static void row_ask(struct console_call *call, int status, const char *code,
                    int64_t message_id) {
    struct answer *answer = ARENA_NEW(call->request->arena, struct answer);
    *answer = (struct answer){call, status, code, message_id};
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_ROWS);
    db_bytes(batch, console_session(call));
    db_int4(batch, call->area_id);
    db_array(batch, DB_INT8);
    db_element_int8(batch, call->thread_id);
    db_array_end(batch);
    db_send(batch, on_row, answer);
}

// A visit that was made before: its thread is found by the command.
static void visited_ask(struct console_call *call, struct str client_id,
                        int64_t message_id) {
    struct answer *answer = ARENA_NEW(call->request->arena, struct answer);
    *answer = (struct answer){call, 200, NULL, message_id};
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_VISITED);
    db_bytes(batch, console_session(call));
    db_text(batch, client_id);
    db_send(batch, on_row, answer);
}

static void rule_answer(struct console_call *call, int rule) {
    struct db_result result = {.error = DB_RULE, .rule = rule};
    (void)console_failed(call, &result);
    console_end(call);
}

static void on_settled(void *context, const struct settle_outcome *outcome) {
    struct console_call *call = context;
    switch (outcome->result) {
    case SETTLE_DONE:
        // A visit has made its thread.
        call->area_id = outcome->plan->thread.area_id;
        call->thread_id = outcome->plan->thread.id;
        row_ask(call, 200, NULL, outcome->message_id);
        break;
    case SETTLE_KNOWN:
        if (call->visit_id.n > 0) visited_ask(call, call->visit_id, outcome->message_id);
        else row_ask(call, 200, NULL, outcome->message_id);
        break;
    case SETTLE_REFUSED:
        row_ask(call, 409, refusal_text(outcome->plan->refusal), 0);
        break;
    case SETTLE_NOT_ALLOWED: rule_answer(call, outcome->rule); break;
    case SETTLE_AWAY: {
        struct db_result result = {.error = DB_AWAY};
        (void)console_failed(call, &result);
        console_end(call);
        break;
    }
    default: rule_answer(call, 409); break;
    }
}

struct settle_item *console_item(struct console_call *call) {
    struct settle_item *item = ARENA_NEW(call->request->arena, struct settle_item);
    item->event.kind = EVENT_COMMAND;
    item->area_id = call->area_id;
    item->thread_id = call->thread_id;
    item->is_urgent = true; // a person waits
    item->has_session = true;
    memcpy(item->session, call->session, sizeof item->session);
    return item;
}

void console_submit(struct console_call *call, struct settle_item *item) {
    // While the database is away the command waits in the console's own outbox.
    if (!db_is_ready(call->gateway->db_urgent) ||
        intake_is_open_breaker(call->gateway->intake)) {
        struct db_result away = {.error = DB_AWAY};
        (void)console_failed(call, &away);
        console_end(call);
        return;
    }
    item->done = on_settled;
    item->context = call;
    settle_submit(call->gateway->settle, item);
}

void console_command(struct console_call *call, struct str name) {
    json_auto_t *body = console_body(call->request);
    if (body == NULL) {
        console_end(call);
        return;
    }
    struct settle_item *item = console_item(call);
    struct command *command = &item->event.command;
    if (!command_read(body, name, call->request->arena, command) ||
        command->client_id.n == 0 || command->kind == COMMAND_VISIT) {
        http_problem(call->request, 422, "invalid");
        console_end(call);
        return;
    }
    console_submit(call, item);
}

// ---- duty

static void on_duty(void *context, const struct db_result *result) {
    struct console_call *call = context;
    if (!console_failed(call, result)) {
        if (call->is_leaving) console_session_close(call);
        else
            relay_session_sound(call->gateway->relay, call->session, call->number,
                                call->flag);
        pulse_roster(call->gateway);
        console_json(call->request, db_get_str(result, 0, 0, 0));
    }
    console_end(call);
}

static void duty_send(struct console_call *call, int32_t koban_id, bool is_on) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    call->number = koban_id;
    db_call(batch, QUERY_CONSOLE_DUTY);
    db_bytes(batch, console_session(call));
    db_int4(batch, koban_id);
    db_bool(batch, is_on);
    call->is_leaving = !is_on;
    if (call->is_leaving) { // the session ends with the shift
        db_call(batch, QUERY_SESSION_END);
        db_bytes(batch, console_session(call));
    }
    db_send(batch, on_duty, call);
}

void console_duty_start(struct console_call *call) {
    json_auto_t *body = console_body(call->request);
    if (body == NULL) {
        console_end(call);
        return;
    }
    call->flag = json_bool(body, "sound", false);
    duty_send(call, (int32_t)json_int(body, "koban", 0), true);
}

// One command a thread that is left; duty ends when all are done. A thread they hold and
// do not name is left without a word: it goes back to the top of the queue all the same.
// A line that could not be kept keeps its officer on duty: it is asked again.
struct leaving {
    struct console_call *call;
    json_t *notes; // the request's, held until the threads are known
    size_t waiting;
    bool is_away;
};

static void on_left(void *context, const struct settle_outcome *outcome) {
    struct leaving *leaving = context;
    if (outcome != NULL && outcome->result == SETTLE_AWAY) leaving->is_away = true;
    if (--leaving->waiting > 0) return;
    if (!leaving->is_away) {
        duty_send(leaving->call, 0, false);
        return;
    }
    struct db_result away = {.error = DB_AWAY};
    (void)console_failed(leaving->call, &away);
    console_end(leaving->call);
}

static void leave_one(struct leaving *leaving, struct str reference, struct str note) {
    struct console_call *call = leaving->call;
    struct arena *arena = call->request->arena;
    struct settle_item *item = console_item(call);
    if (!console_reference(reference, &item->area_id, &item->thread_id)) return;
    item->event.command.kind = COMMAND_LEAVE;
    item->event.command.text = arena_dup(arena, note);
    item->event.command.client_id =
        arena_printf(arena, "leave-%lld", (long long)gateway_id(call->gateway));
    item->done = on_left;
    item->context = leaving;
    leaving->waiting++;
    settle_submit(call->gateway->settle, item);
}

static struct str note_of(const json_t *notes, struct str reference) {
    for (size_t i = 0; i < json_array_size(notes); i++) {
        const json_t *note = json_array_get(notes, i);
        if (str_eq(json_str(note, "thread"), reference)) return json_str(note, "text");
    }
    return (struct str){0};
}

static void on_mine(void *context, const struct db_result *result) {
    struct leaving *leaving = context;
    struct console_call *call = leaving->call;
    if (console_failed(call, result)) {
        json_decref(leaving->notes);
        console_end(call);
        return;
    }
    struct json_result read;
    json_auto_t *mine =
        json_read(db_get_str(result, 0, 0, 0), call->request->arena, &read);
    const json_t *threads = json_array_of(mine, "threads");
    leaving->waiting = 1;
    for (size_t i = 0; i < json_array_size(threads) && i < NOTES_MAX; i++) {
        struct str reference = str_of(json_string_value(json_array_get(threads, i)));
        leave_one(leaving, reference, note_of(leaving->notes, reference));
    }
    json_decref(leaving->notes);
    on_left(leaving, NULL);
}

void console_duty_end(struct console_call *call) {
    json_auto_t *body = console_body(call->request);
    struct db_batch *batch = body != NULL ? console_batch(call) : NULL;
    if (batch == NULL) {
        if (body == NULL) console_end(call);
        return;
    }
    struct leaving *leaving = ARENA_NEW(call->request->arena, struct leaving);
    *leaving = (struct leaving){.call = call};
    leaving->notes = json_incref(json_object_get(body, "notes"));
    db_call(batch, QUERY_CONSOLE_MINE);
    db_bytes(batch, console_session(call));
    db_send(batch, on_mine, leaving);
}
