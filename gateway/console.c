// SPDX-License-Identifier: Apache-2.0
//
// Paths of /api/ and the reads. Every change checks Origin and content type; the session
// travels in a cookie that no script can read.
#include "gateway/console.h"

#include "core/codec.h"
#include "core/json.h"
#include "core/log.h"
#include "gateway/console_call.h"
#include "gateway/intake.h"
#include "gateway/relay.h"
#include "gateway/session.h"

enum { PAGE = 200, IDS_MAX = 500 };

struct str console_session(const struct console_call *call) {
    return (struct str){(const char *)call->session, sizeof call->session};
}

// The page behind a one-time link has a cookie of its own: the same phone may be signed
// in.
static struct str cookie_of(struct http_request *request) {
    struct str all = http_field(request, "cookie"), part;
    bool is_link = http_field(request, "koban-link").n > 0;
    const char *secure = is_link ? "__Host-koban-link" : "__Host-koban";
    const char *plain = is_link ? "koban-link" : "koban";
    while (all.p != NULL && str_next(&all, ';', &part)) {
        struct str name;
        part = str_trim(part);
        if (!str_next(&part, '=', &name)) continue;
        if (str_eq(name, str_of(secure)) || str_eq(name, str_of(plain))) return part;
    }
    return (struct str){0};
}

struct console_call *console_call_new(struct gateway *gateway,
                                      struct http_request *request) {
    struct console_call *call = ARENA_NEW(request->arena, struct console_call);
    call->gateway = gateway;
    call->request = request;
    call->has_session = session_hash(cookie_of(request), call->session);
    http_hold(request);
    return call;
}

void console_end(struct console_call *call) {
    http_release(call->request);
}

void console_json(struct http_request *request, struct str body) {
    http_header(request, "Cache-Control", STR("no-store"));
    http_reply(request, 200, "application/json", body);
}

static void away(struct http_request *request) {
    http_header(request, "Retry-After", STR("2"));
    http_problem(request, 503, "away");
}

struct db_batch *console_batch(struct console_call *call) {
    bool is_there = db_is_ready(call->gateway->db_console) &&
                    !intake_is_open_breaker(call->gateway->intake);
    if (is_there) return db_batch_new(call->gateway->db_console);
    away(call->request);
    console_end(call);
    return NULL;
}

bool console_failed(struct console_call *call, const struct db_result *result) {
    struct http_request *request = call->request;
    if (result->error == DB_OK) return false;
    if (result->error != DB_RULE) {
        away(request);
        return true;
    }
    switch (result->rule) {
    case 401: http_problem(request, 401, "no_session"); break;
    case 403: http_problem(request, 403, "not_allowed"); break;
    case 404: http_problem(request, 404, "not_found"); break;
    case 422: http_problem(request, 422, "not_possible"); break;
    case 423: http_problem(request, 423, "locked"); break;
    default: http_problem(request, 409, "conflict"); break;
    }
    return true;
}

static void on_document(void *context, const struct db_result *result) {
    struct console_call *call = context;
    if (!console_failed(call, result)) {
        struct str body = db_rows(result, 0) > 0 ? db_get_str(result, 0, 0, 0)
                                                 : (struct str){0};
        console_json(call->request, body.n > 0 ? body : STR("{}"));
    }
    console_end(call);
}

void console_send(struct console_call *call, struct db_batch *batch) {
    db_send(batch, on_document, call);
}

json_t *console_body(struct http_request *request) {
    struct json_result result;
    json_t *document = json_read(request->body, request->arena, &result);
    if (json_is_object(document)) return document;
    json_decref(document);
    http_problem(request, 400, "not_json");
    return NULL;
}

bool console_reference(struct str text, int32_t *area_id, int64_t *thread_id) {
    struct str area;
    int64_t number;
    if (!str_next(&text, '-', &area) || !str_to_i64(area, &number) || number <= 0 ||
        number > INT32_MAX || !str_to_i64(text, thread_id))
        return false;
    *area_id = (int32_t)number;
    return true;
}

static struct str query(struct http_request *request, const char *key) {
    struct str value = {0};
    if (!codec_query(request->query, str_of(key), request->arena, &value))
        return (struct str){0};
    return value;
}

// What is asked with nothing but the session.
static void plain(struct console_call *call, enum query query) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, query);
    db_bytes(batch, console_session(call));
    console_send(call, batch);
}

static void rows(struct console_call *call) {
    int64_t area_id = 0, id;
    (void)!str_to_i64(query(call->request, "area"), &area_id);
    struct str ids = query(call->request, "ids"), part;
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_ROWS);
    db_bytes(batch, console_session(call));
    db_int4(batch, (int32_t)area_id);
    db_array(batch, DB_INT8);
    for (size_t i = 0; i < IDS_MAX && str_next(&ids, ',', &part); i++) {
        if (str_to_i64(part, &id)) db_element_int8(batch, id);
    }
    db_array_end(batch);
    console_send(call, batch);
}

static void thread(struct console_call *call) {
    int64_t before = 0;
    (void)!str_to_i64(query(call->request, "before"), &before);
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_THREAD);
    db_bytes(batch, console_session(call));
    db_int4(batch, call->area_id);
    db_int8(batch, call->thread_id);
    db_int8(batch, before);
    db_int4(batch, PAGE);
    console_send(call, batch);
}

static void search(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_SEARCH);
    db_bytes(batch, console_session(call));
    db_text(batch, query(call->request, "q"));
    console_send(call, batch);
}

static void draft(struct console_call *call) {
    json_auto_t *body = console_body(call->request);
    struct db_batch *batch = body != NULL ? console_batch(call) : NULL;
    if (body == NULL) console_end(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_DRAFT);
    db_bytes(batch, console_session(call));
    db_int4(batch, call->area_id);
    db_int8(batch, call->thread_id);
    db_text(batch, json_str(body, "text"));
    console_send(call, batch);
}

static void phrases_write(struct json_writer *w, const struct language *language,
                          struct arena *arena) {
    json_w_open(w, arena_cstr(arena, language->tag), '{');
    json_w_str(w, "name", language->name);
    json_w_bool(w, "draft", language->is_draft);
    json_w_open(w, "list", '[');
    for (size_t i = 0; i < language->phrase_count; i++) {
        json_w_open(w, NULL, '{');
        json_w_str(w, "id", language->phrases[i].id);
        json_w_str(w, "text", language->phrases[i].text);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
    json_w_close(w, '}');
}

// The buttons of every language that has some, ours first.
static void all_phrases_write(struct json_writer *w, const struct language_set *set,
                              struct arena *arena) {
    json_w_open(w, "phrases", '{');
    for (size_t i = 0; i < set->count; i++) phrases_write(w, set->languages[i], arena);
    for (size_t i = 0; i < set->foreign_count; i++) {
        if (language_find(set, set->foreign[i].tag) == NULL)
            phrases_write(w, &set->foreign[i], arena);
    }
    json_w_close(w, '}');
}

static void country(struct console_call *call) {
    const struct country *pack = call->gateway->house.country;
    struct buf out;
    buf_init(&out, 256 * 1024);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "country", pack->tag);
    json_w_open(&w, "languages", '[');
    for (size_t i = 0; i < pack->language_count; i++)
        json_w_str(&w, NULL, pack->languages[i]);
    json_w_close(&w, ']');
    json_w_open(&w, "topics", '[');
    for (size_t i = 0; i < pack->topic_count; i++) {
        json_w_open(&w, NULL, '{');
        json_w_int(&w, "id", pack->topics[i].id);
        json_w_str(&w, "code", pack->topics[i].code);
        json_w_open(&w, "names", '{');
        for (size_t k = 0; k < pack->language_count; k++)
            json_w_str(&w, arena_cstr(call->request->arena, pack->languages[k]),
                       country_topic_name(pack, pack->topics[i].id, pack->languages[k]));
        json_w_close(&w, '}');
        json_w_close(&w, '}');
    }
    json_w_close(&w, ']');
    json_w_open(&w, "numbers", '{');
    for (size_t i = 0; i < pack->number_count; i++)
        json_w_str(&w, arena_cstr(call->request->arena, pack->numbers[i].group),
                   pack->numbers[i].number);
    json_w_close(&w, '}');
    json_w_open(&w, "number_by_category", '{');
    for (int i = 0; i < CATEGORY_COUNT; i++) {
        json_w_open(&w, category_text((enum category)i), '[');
        struct str all = country_numbers(pack, (enum category)i), part;
        while (all.p != NULL && str_next(&all, '/', &part)) json_w_str(&w, NULL, part);
        json_w_close(&w, ']');
    }
    json_w_close(&w, '}');
    json_w_str(&w, "consultation_number", pack->consultation_number);
    all_phrases_write(&w, call->gateway->house.languages, call->request->arena);
    json_w_close(&w, '}');
    console_json(call->request, buf_str(&out));
    buf_free(&out);
    console_end(call);
}

static void on_scope(void *context, const struct db_result *result) {
    struct console_call *call = context;
    struct http_request *request = call->request;
    if (!console_failed(call, result)) {
        struct relay_scope scope = {.officer_id = db_get_int(result, 0, 0, 0),
                                    .koban_id = (int32_t)db_get_int(result, 0, 0, 5)};
        scope.koban_count = db_get_int4s(result, 0, 0, 2, scope.kobans, RELAY_SCOPE_MAX);
        scope.area_count = db_get_int4s(result, 0, 0, 3, scope.areas, RELAY_SCOPE_MAX);
        scope.stream_area_count =
            db_get_int4s(result, 0, 0, 4, scope.stream_areas, RELAY_SCOPE_MAX);
        struct str after = http_field(request, "last-event-id");
        if (after.n == 0) after = query(request, "after");
        relay_console(call->gateway->relay, request, &scope, call->session, after,
                      call->flag);
    }
    console_end(call);
}

static void events(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    call->flag = str_eq(query(call->request, "sound"), STR("1"));
    db_call(batch, QUERY_CONSOLE_SCOPE);
    db_bytes(batch, console_session(call));
    db_send(batch, on_scope, call);
}

// A change comes from our own page: Origin names our host, and the type is one that a
// form of another site cannot send.
static bool is_from_us(struct http_request *request) {
    struct str origin = http_field(request, "origin"), host = http_field(request, "host");
    struct str site = http_field(request, "sec-fetch-site");
    size_t at = str_find(origin, STR("://"), 0);
    bool is_same = at < origin.n && str_eq(str_slice(origin, at + 3, origin.n), host);
    bool is_site = site.n == 0 || str_eq(site, STR("same-origin"));
    struct str type = http_field(request, "content-type");
    bool is_json = request->body.n == 0 || str_starts(type, STR("application/json"));
    return is_same && is_site && is_json;
}

// "/threads/<ref>/<command>", "/threads/<ref>"
static void threads(struct console_call *call, struct str rest, bool is_get) {
    struct str reference;
    (void)str_next(&rest, '/', &reference);
    if (!console_reference(reference, &call->area_id, &call->thread_id)) {
        http_problem(call->request, 404, "not_found");
        console_end(call);
        return;
    }
    if (is_get && rest.n == 0) thread(call);
    else if (str_eq(rest, STR("draft"))) draft(call);
    else if (str_eq(rest, STR("correct"))) console_correct(call);
    else if (str_eq(rest, STR("correct/review"))) console_correct_review(call);
    else console_command(call, rest);
}

static void get(struct console_call *call, struct str rest) {
    if (str_eq(rest, STR("boot"))) plain(call, QUERY_CONSOLE_BOOT);
    else if (str_eq(rest, STR("country"))) country(call);
    else if (str_eq(rest, STR("duty"))) plain(call, QUERY_CONSOLE_MINE);
    else if (str_eq(rest, STR("channels"))) plain(call, QUERY_CONSOLE_CHANNELS);
    else if (str_eq(rest, STR("map"))) plain(call, QUERY_CONSOLE_MAP);
    else if (str_eq(rest, STR("corrections"))) console_corrections(call);
    else if (str_eq(rest, STR("rows"))) rows(call);
    else if (str_eq(rest, STR("search"))) search(call);
    else if (str_eq(rest, STR("events"))) events(call);
    else if (str_eq(rest, STR("visits"))) console_visit_channels(call);
    else if (str_eq(rest, STR("languages"))) console_languages(call);
    else if (str_starts(rest, STR("threads/")))
        threads(call, str_slice(rest, 8, rest.n), true);
    else if (str_starts(rest, STR("alerts")))
        console_alert(call, str_slice(rest, 6, rest.n), true);
    else {
        http_problem(call->request, 404, "not_found");
        console_end(call);
    }
}

static void change(struct console_call *call, struct str rest) {
    bool is_delete = str_eq(call->request->method, STR("DELETE"));
    if (str_eq(rest, STR("session")) && is_delete) console_sign_out(call);
    else if (str_eq(rest, STR("session/lock"))) console_lock(call);
    else if (str_eq(rest, STR("session/unlock"))) console_unlock(call);
    else if (str_eq(rest, STR("duty"))) console_duty_start(call);
    else if (str_eq(rest, STR("duty/end"))) console_duty_end(call);
    else if (str_eq(rest, STR("visits"))) console_visit(call);
    else if (str_starts(rest, STR("threads/")))
        threads(call, str_slice(rest, 8, rest.n), false);
    else if (str_starts(rest, STR("alerts")))
        console_alert(call, str_slice(rest, 6, rest.n), false);
    else {
        http_problem(call->request, 404, "not_found");
        console_end(call);
    }
}

void console_handle(struct gateway *gateway, struct http_request *request,
                    struct str rest) {
    bool is_get = str_eq(request->method, STR("GET"));
    if (!is_get && !is_from_us(request)) {
        http_problem(request, 403, "foreign_origin");
        return;
    }
    bool is_post = str_eq(request->method, STR("POST"));
    if (str_eq(rest, STR("session")) && is_post) {
        console_sign_in(gateway, request);
        return;
    }
    if (str_eq(rest, STR("link/look")) && is_post) {
        console_link_look(gateway, request);
        return;
    }
    if (str_eq(rest, STR("link")) && is_post) {
        console_link_use(gateway, request);
        return;
    }
    struct console_call *call = console_call_new(gateway, request);
    if (!call->has_session) {
        http_problem(request, 401, "no_session");
        console_end(call);
    } else if (is_get) {
        get(call, rest);
    } else {
        change(call, rest);
    }
}
