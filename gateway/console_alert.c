// SPDX-License-Identifier: Apache-2.0
//
// /api/alerts: drafts, the preview of whom it would reach and what that costs, a second
// officer's approval, pause and stop, deletion of a draft. Who may do what is decided in
// PostgreSQL (console_alert_*); here texts are counted and the outcome is told to drains
// and consoles.
#include <stdlib.h>

#include "adapters/registry.h"
#include "core/codec.h"
#include "core/segments.h"
#include "gateway/alert.h"
#include "gateway/console_call.h"

enum {
    TEXT_BYTES_MAX = 4000,
    KOBANS_MAX = 256,
    DRAWN_MAX = 1024, // of all areas; those of one are KOBANS_MAX
    MINUTES = 60,
    IDS_MAX = 100
};

static int32_t quiet_from(const struct console_call *call) {
    return call->gateway->house.country->quiet_from_hour * MINUTES;
}

static int32_t quiet_to(const struct console_call *call) {
    return call->gateway->house.country->quiet_to_hour * MINUTES;
}

static void alert_call(struct console_call *call, struct db_batch *batch,
                       enum query query) {
    db_call(batch, query);
    db_bytes(batch, console_session(call));
    db_int4(batch, call->area_id);
    db_int8(batch, call->thread_id);
}

// ---- what a preview adds: parts, cost, duration

struct sums {
    int64_t recipients, quiet, parts;
    double cost, seconds;
};

// Parts of a text on a channel: of SMS as counted, else one.
static int64_t parts_of(const json_t *row, const json_t *texts, struct arena *arena) {
    const struct adapter *adapter = adapter_find(json_str(row, "adapter"));
    struct str text = json_str(texts, arena_cstr(arena, json_str(row, "language")));
    bool is_counted = adapter != NULL && adapter->text_unit == TEXT_UNIT_SEGMENTS;
    return is_counted ? (int64_t)segments_count(text).parts : 1;
}

static void row_write(struct json_writer *w, const json_t *row, int64_t parts,
                      struct sums *sums) {
    int64_t count = json_int(row, "count", 0), rate = json_int(row, "rate", 1);
    double price = json_double(row, "price_per_part", 0);
    // A channel's last quarter is for messages (outbox_delivery.c).
    double seconds = (double)count / ((double)(rate > 0 ? rate : 1) * 0.75);
    json_w_open(w, NULL, '{');
    json_w_str(w, "channel", json_str(row, "channel"));
    json_w_str(w, "language", json_str(row, "language"));
    json_w_bool(w, "quiet", json_bool(row, "quiet", false));
    json_w_int(w, "count", count);
    json_w_int(w, "parts", parts);
    json_w_double(w, "cost", price * (double)(count * parts));
    json_w_str(w, "currency", json_str(row, "currency"));
    json_w_close(w, '}');
    sums->recipients += count;
    sums->parts += count * parts;
    sums->cost += price * (double)(count * parts);
    if (json_bool(row, "quiet", false)) sums->quiet += count;
    if (seconds > sums->seconds) sums->seconds = seconds;
}

static void missing_write(struct json_writer *w, const struct console_call *call,
                          const json_t *texts) {
    const struct country *pack = call->gateway->house.country;
    json_w_open(w, "missing", '[');
    for (size_t i = 0; i < pack->language_count; i++) {
        const char *tag = arena_cstr(call->request->arena, pack->languages[i]);
        if (json_str(texts, tag).n == 0) json_w_str(w, NULL, pack->languages[i]);
    }
    json_w_close(w, ']');
}

static void preview_write(struct console_call *call, struct str document) {
    struct arena *arena = call->request->arena;
    struct json_result result;
    json_auto_t *json = json_read(document, arena, &result);
    const json_t *alert = json_object_of(json, "alert");
    const json_t *texts = json_object_of(alert, "texts");
    struct sums sums = {0};
    struct buf out;
    buf_init(&out, 1024 * 1024);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_open(&w, "audience", '[');
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)(uintptr_t)json_array_of(json, "audience"), i, row) {
        row_write(&w, row, parts_of(row, texts, arena), &sums);
    }
    json_w_close(&w, ']');
    missing_write(&w, call, texts);
    json_w_int(&w, "recipients", sums.recipients);
    json_w_int(&w, "held_by_quiet_hours", sums.quiet);
    json_w_int(&w, "parts", sums.parts);
    json_w_double(&w, "cost", sums.cost);
    json_w_int(&w, "seconds", (int64_t)(sums.seconds + 1));
    json_w_close(&w, '}');
    console_json(call->request, buf_str(&out));
    buf_free(&out);
}

static void on_preview(void *context, const struct db_result *result) {
    struct console_call *call = context;
    if (!console_failed(call, result)) preview_write(call, db_get_str(result, 0, 0, 0));
    console_end(call);
}

// ---- changes

static void on_changed(void *context, const struct db_result *result) {
    struct console_call *call = context;
    if (!console_failed(call, result)) {
        alert_moved(call->gateway->alerts, call->area_id, call->thread_id);
        alerts_kick(call->gateway->alerts);
        console_json(call->request, db_get_str(result, 0, 0, 0));
    }
    console_end(call);
}

static void refuse(struct console_call *call, int status, const char *code) {
    http_problem(call->request, status, code);
    console_end(call);
}

// Texts of a draft in languages of the site, none too long.
static bool texts_good(const struct console_call *call, const json_t *body) {
    const json_t *texts = json_object_of(body, "texts");
    const char *tag;
    json_t *text;
    json_object_foreach((json_t *)(uintptr_t)texts, tag, text) {
        if (language_find(call->gateway->house.languages, str_of(tag)) == NULL ||
            !json_is_string(text) || json_string_length(text) > TEXT_BYTES_MAX)
            return false;
    }
    return texts != NULL;
}

static bool draft_good(const struct console_call *call, const json_t *body) {
    const json_t *kobans = json_array_of(body, "kobans");
    size_t i;
    json_t *id;
    if (kobans == NULL || json_array_size(kobans) > KOBANS_MAX) return false;
    json_array_foreach((json_t *)(uintptr_t)kobans, i, id) {
        const struct koban *koban = json_is_integer(id)
                                        ? roster_koban(call->gateway->directory->roster,
                                                       (int32_t)json_integer_value(id))
                                        : NULL;
        if (koban == NULL || koban->area_id != call->area_id) return false;
    }
    if (json_str(body, "client_id").n > CONSOLE_CLIENT_ID_MAX) return false;
    int64_t topic = json_int(body, "topic", -1);
    return topic >= 0 && topic < TOPICS_MAX && json_int(body, "expires_ms", 0) > 0 &&
           texts_good(call, body);
}

// What was drawn decides which koban it is for: those of the area it shares ground with.
// NULL, or the code of what is wrong.
static const char *drawing_take(const struct console_call *call, json_t *body) {
    json_t *drawing = json_object_get(body, "drawing");
    if (drawing == NULL || json_is_null(drawing)) return NULL;
    const struct directory *directory = call->gateway->directory;
    int32_t found[DRAWN_MAX];
    char *text = json_dumps(drawing, JSON_COMPACT | JSON_ENCODE_ANY);
    if (text == NULL) abort();
    ptrdiff_t count =
        territory_by_drawing(directory->territory, str_of(text), found, DRAWN_MAX);
    free(text);
    if (count < 0) return "drawing_invalid";
    json_t *kobans = json_array();
    for (ptrdiff_t i = 0; i < count; i++) {
        const struct koban *koban = roster_koban(directory->roster, found[i]);
        if (koban != NULL && koban->area_id == call->area_id)
            (void)json_array_append_new(kobans, json_integer(koban->id));
    }
    bool is_empty = json_array_size(kobans) == 0;
    (void)json_object_set_new(body, "kobans", kobans);
    return is_empty ? "drawing_empty" : NULL;
}

static void save(struct console_call *call, json_t *body) {
    const char *problem = drawing_take(call, body);
    if (problem != NULL) {
        refuse(call, 422, problem);
        return;
    }
    if (!draft_good(call, body)) {
        refuse(call, 400, "invalid");
        return;
    }
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    (void)json_object_set_new(body, "is_known", json_boolean(call->thread_id != 0));
    if (call->thread_id == 0) call->thread_id = gateway_id(call->gateway);
    char *text = json_dumps(body, JSON_COMPACT);
    if (text == NULL) abort();
    alert_call(call, batch, QUERY_CONSOLE_ALERT_SAVE);
    db_jsonb(batch, str_of(text));
    db_text(batch, call->gateway->house.country->languages[0]);
    free(text);
    db_send(batch, on_changed, call);
}

static void submit(struct console_call *call, const json_t *body) {
    const struct country *pack = call->gateway->house.country;
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    alert_call(call, batch, QUERY_CONSOLE_ALERT_SUBMIT);
    db_int4(batch, (int32_t)json_int(body, "audience", -1));
    db_array(batch, DB_TEXT);
    for (size_t i = 0; i < pack->language_count; i++)
        db_element_text(batch, pack->languages[i]);
    db_array_end(batch);
    db_int4(batch, quiet_from(call));
    db_int4(batch, quiet_to(call));
    db_send(batch, on_changed, call);
}

static void decide(struct console_call *call, struct str action, const json_t *body) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    alert_call(call, batch, QUERY_CONSOLE_ALERT_DECIDE);
    db_text(batch, action);
    db_int4(batch, (int32_t)json_int(body, "count", -1));
    db_text(batch, json_str(body, "reason"));
    db_int4(batch, (int32_t)json_int(body, "version", -1));
    db_send(batch, on_changed, call);
}

static void drop(struct console_call *call, const json_t *body) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    alert_call(call, batch, QUERY_CONSOLE_ALERT_DELETE);
    db_int4(batch, (int32_t)json_int(body, "version", -1));
    db_send(batch, on_changed, call);
}

static void control(struct console_call *call, struct str action) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    alert_call(call, batch, QUERY_CONSOLE_ALERT_CONTROL);
    db_text(batch, action);
    db_send(batch, on_changed, call);
}

static void preview(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    alert_call(call, batch, QUERY_CONSOLE_ALERT_PREVIEW);
    db_int4(batch, quiet_from(call));
    db_int4(batch, quiet_to(call));
    db_send(batch, on_preview, call);
}

static bool is_among(struct str word, const char *const *list) {
    for (; *list != NULL; list++) {
        if (str_eq(word, str_of(*list))) return true;
    }
    return false;
}

static void action(struct console_call *call, struct str name) {
    static const char *const deciding[] = {"approve", "refuse", "break_glass", NULL};
    static const char *const controlling[] = {"pause", "resume", "stop", NULL};
    json_auto_t *body = console_body(call->request);
    if (body == NULL) console_end(call);
    else if (name.n == 0) save(call, body);
    else if (str_eq(name, STR("preview"))) preview(call);
    else if (str_eq(name, STR("submit"))) submit(call, body);
    else if (str_eq(name, STR("delete"))) drop(call, body);
    else if (is_among(name, deciding)) decide(call, name, body);
    else if (is_among(name, controlling)) control(call, name);
    else refuse(call, 404, "not_found");
}

// A new draft names its area; an alert its reference.
static bool target(struct console_call *call, struct str *rest) {
    struct str reference;
    if (rest->n == 0) {
        json_auto_t *body = console_body(call->request);
        if (body == NULL) return false;
        call->area_id = (int32_t)json_int(body, "area", 0);
        if (call->area_id > 0) return true;
        http_problem(call->request, 400, "invalid");
        return false;
    }
    *rest = str_slice(*rest, 1, rest->n); // the slash
    (void)str_next(rest, '/', &reference);
    if (console_reference(reference, &call->area_id, &call->thread_id)) return true;
    http_problem(call->request, 404, "not_found");
    return false;
}

static void list(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_ALERTS);
    db_bytes(batch, console_session(call));
    console_send(call, batch);
}

// Those that an event spoke of: "?area=1&ids=7,8".
static void some(struct console_call *call, struct str ids) {
    struct http_request *request = call->request;
    struct str area = {0}, part;
    int64_t area_id = 0, id;
    if (codec_query(request->query, STR("area"), request->arena, &area))
        (void)!str_to_i64(area, &area_id);
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_ALERT_ROWS);
    db_bytes(batch, console_session(call));
    db_int4(batch, (int32_t)area_id);
    db_array(batch, DB_INT8);
    for (size_t i = 0; i < IDS_MAX && str_next(&ids, ',', &part); i++) {
        if (str_to_i64(part, &id)) db_element_int8(batch, id);
    }
    db_array_end(batch);
    console_send(call, batch);
}

static void one(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    alert_call(call, batch, QUERY_CONSOLE_ALERT);
    console_send(call, batch);
}

void console_alert(struct console_call *call, struct str rest, bool is_get) {
    struct str ids = {0};
    bool is_some =
        is_get && rest.n == 0 &&
        codec_query(call->request->query, STR("ids"), call->request->arena, &ids);
    if (is_some) some(call, ids);
    else if (is_get && rest.n == 0) list(call);
    else if (!target(call, &rest)) console_end(call);
    else if (is_get) one(call);
    else action(call, rest);
}
