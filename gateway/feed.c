// SPDX-License-Identifier: Apache-2.0
//
// One read of the database a request; proxies may keep the answer for half a minute.
#include "gateway/feed.h"

#include "adapters/cap.h"
#include "core/json.h"
#include "core/time.h"
#include "core/utf8.h"

enum { FEED_BYTES = 2 * 1024 * 1024, TITLE_BYTES = 160 };

struct reading {
    struct gateway *gateway;
    struct http_request *request;
    struct str wanted; // "<area>-<id>" of one alert; empty: the feed
};

static struct str host_of(const struct gateway *gateway) {
    struct str url = str_of(gateway->config->public_url);
    size_t at = str_find(url, STR("://"), 0);
    return at < url.n ? str_slice(url, at + 3, url.n) : url;
}

static struct str reference_of(const json_t *row, struct arena *arena) {
    struct str id = json_str(row, "id");
    return arena_printf(arena, "%lld-%.*s", (long long)json_int(row, "area", 0),
                        (int)id.n, id.p);
}

static struct str joined_kobans(const json_t *document, const json_t *row,
                                struct arena *arena) {
    const json_t *names = json_array_of(row, "kobans");
    struct buf out;
    buf_init_arena(&out, arena, 64 * 1024);
    size_t i;
    json_t *name;
    json_array_foreach((json_t *)(uintptr_t)names, i, name) {
        if (i > 0) buf_add(&out, STR(", "));
        buf_add(&out, json_text(name));
    }
    return out.n > 0 ? buf_str(&out) : json_str(document, "name");
}

// The texts in the order of the pack's languages.
static void texts_fill(const struct reading *reading, const json_t *row,
                       struct alert *alert) {
    const struct country *pack = reading->gateway->house.country;
    const json_t *texts = json_object_of(row, "texts");
    struct arena *arena = reading->request->arena;
    for (size_t i = 0; i < pack->language_count && alert->text_count < ALERT_TEXTS_MAX;
         i++) {
        struct str body = json_str(texts, arena_cstr(arena, pack->languages[i]));
        if (body.n == 0) continue;
        alert->texts[alert->text_count++] = (struct alert_text){
            pack->languages[i],
            country_topic_name(pack, (int)json_int(row, "topic", 0), pack->languages[i]),
            body};
    }
}

static struct str time_text(int64_t ms, struct arena *arena) {
    struct str whole = time_rfc3339(ms, arena);
    return arena_printf(arena, "%.*s-00:00", 19, whole.p);
}

static void alert_fill(const struct reading *reading, const json_t *document,
                       const json_t *row, struct alert *alert) {
    const struct country *pack = reading->gateway->house.country;
    struct arena *arena = reading->request->arena;
    struct str host = host_of(reading->gateway);
    int64_t topic = json_int(row, "topic", 0);
    *alert =
        (struct alert){.identifier = reference_of(row, arena),
                       .sender = arena_printf(arena, "koban@%.*s", (int)host.n, host.p),
                       .sent_ms = json_int(row, "sent_ms", 0),
                       .expires_ms = json_int(row, "expires_ms", 0),
                       .kind = (enum alert_kind)json_int(row, "kind", 1),
                       .severity = (enum alert_severity)json_int(row, "severity", 1),
                       .sender_name = json_str(document, "name"),
                       .area_name = joined_kobans(document, row, arena)};
    for (size_t i = 0; i < pack->topic_count; i++) {
        if (pack->topics[i].id == topic) alert->topic_code = pack->topics[i].code;
    }
    struct str origin = json_str(row, "origin");
    if (origin.n > 0 && !str_eq(origin, STR("0"))) {
        struct str when = time_text(json_int(row, "origin_sent_ms", 0), arena);
        alert->references[0] = arena_printf(arena, "%.*s,%lld-%.*s,%.*s",
                                            (int)alert->sender.n, alert->sender.p,
                                            (long long)json_int(row, "area", 0),
                                            (int)origin.n, origin.p, (int)when.n, when.p);
        alert->reference_count = 1;
    }
    texts_fill(reading, row, alert);
}

static void tag(struct buf *out, const char *name, struct str text) {
    buf_addf(out, "<%s>", name);
    cap_escape(out, text);
    buf_addf(out, "</%s>\n", name);
}

static void entry_write(const struct reading *reading, const json_t *document,
                        const json_t *row, struct buf *out) {
    struct alert alert;
    struct arena *arena = reading->request->arena;
    alert_fill(reading, document, row, &alert);
    struct str url = str_of(reading->gateway->config->public_url);
    struct str slug = json_str(document, "slug");
    struct str link = arena_printf(arena, "%.*s/alerts/%.*s/%.*s.xml", (int)url.n, url.p,
                                   (int)slug.n, slug.p, (int)alert.identifier.n,
                                   alert.identifier.p);
    struct str body = alert.text_count > 0 ? alert.texts[0].body : alert.sender_name;
    buf_add(out, STR("<entry>\n"));
    tag(out, "id", link);
    tag(out, "title", utf8_cut(body, TITLE_BYTES));
    tag(out, "updated", time_rfc3339(alert.sent_ms, arena));
    tag(out, "summary", body);
    buf_add(out, STR("<link rel=\"alternate\" type=\"application/cap+xml\" href=\""));
    cap_escape(out, link);
    buf_add(out, STR("\"/>\n</entry>\n"));
}

static void feed_write(const struct reading *reading, const json_t *document,
                       struct buf *out) {
    const json_t *rows = json_array_of(document, "alerts");
    struct arena *arena = reading->request->arena;
    struct str url = str_of(reading->gateway->config->public_url);
    struct str slug = json_str(document, "slug");
    struct str self = arena_printf(arena, "%.*s/alerts/%.*s.atom", (int)url.n, url.p,
                                   (int)slug.n, slug.p);
    const json_t *newest = json_array_get(rows, 0);
    int64_t updated = newest != NULL ? json_int(newest, "sent_ms", 0) : 0;
    buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"));
    tag(out, "id", self);
    tag(out, "title", json_str(document, "name"));
    tag(out, "updated", time_rfc3339(updated, arena));
    buf_add(out, STR("<author>"));
    tag(out, "name", json_str(document, "name"));
    buf_add(out,
            STR("</author>\n<link rel=\"self\" type=\"application/atom+xml\" href=\""));
    cap_escape(out, self);
    buf_add(out, STR("\"/>\n"));
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)(uintptr_t)rows, i, row) {
        entry_write(reading, document, row, out);
    }
    buf_add(out, STR("</feed>\n"));
}

// False when there is no such alert.
static bool one_write(const struct reading *reading, const json_t *document,
                      struct buf *out) {
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)(uintptr_t)json_array_of(document, "alerts"), i, row) {
        if (!str_eq(reference_of(row, reading->request->arena), reading->wanted))
            continue;
        struct alert alert;
        alert_fill(reading, document, row, &alert);
        cap_write(&alert, out);
        return true;
    }
    return false;
}

static void answer(struct reading *reading, const json_t *document) {
    struct http_request *request = reading->request;
    struct buf out;
    buf_init(&out, FEED_BYTES);
    bool is_feed = reading->wanted.n == 0;
    bool is_there = document != NULL;
    if (is_there && is_feed) feed_write(reading, document, &out);
    else if (is_there) is_there = one_write(reading, document, &out);
    if (is_there) {
        http_header(request, "Cache-Control", STR("public, max-age=30"));
        http_reply(request, 200, is_feed ? "application/atom+xml" : "application/cap+xml",
                   buf_str(&out));
    } else {
        http_problem(request, 404, "not_found");
    }
    buf_free(&out);
}

static void on_feed(void *context, const struct db_result *result) {
    struct reading *reading = context;
    struct http_request *request = reading->request;
    if (result->error != DB_OK) {
        http_header(request, "Retry-After", STR("5"));
        http_problem(request, 503, "away");
    } else {
        struct json_result error;
        json_auto_t *document =
            json_read(db_get_str(result, 0, 0, 0), request->arena, &error);
        answer(reading, document);
    }
    http_release(request);
}

// "sakura.atom", "sakura/1-99.xml"
static bool path_read(struct str rest, struct str *slug, struct str *wanted) {
    if (str_ends(rest, STR(".atom"))) {
        *slug = str_slice(rest, 0, rest.n - 5);
        return slug->n > 0 && !str_contains(*slug, STR("/"));
    }
    if (!str_ends(rest, STR(".xml"))) return false;
    rest = str_slice(rest, 0, rest.n - 4);
    (void)str_next(&rest, '/', slug);
    *wanted = rest;
    return slug->n > 0 && wanted->n > 0;
}

void feed_handle(struct gateway *gateway, struct http_request *request, struct str rest) {
    struct str slug = {0}, wanted = {0};
    bool is_get = str_eq(request->method, STR("GET")) ||
                  str_eq(request->method, STR("HEAD"));
    if (!is_get || !path_read(rest, &slug, &wanted)) {
        http_problem(request, is_get ? 404 : 405, is_get ? "not_found" : "method");
        return;
    }
    if (!db_is_ready(gateway->db_console)) {
        http_header(request, "Retry-After", STR("5"));
        http_problem(request, 503, "away");
        return;
    }
    struct reading *reading = ARENA_NEW(request->arena, struct reading);
    *reading = (struct reading){gateway, request, wanted};
    http_hold(request);
    struct db_batch *batch = db_batch_new(gateway->db_console);
    db_call(batch, QUERY_ALERT_FEED);
    db_text(batch, slug);
    db_send(batch, on_feed, reading);
}
