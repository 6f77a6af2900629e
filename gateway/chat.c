// SPDX-License-Identifier: Apache-2.0
//
// Whoever has the resume code is the resident; the code travels in a header, or for an
// EventSource, which cannot set one, as a query parameter that is never logged.
#include "gateway/chat.h"

#include <stdio.h>

#include "adapters/webchat.h"
#include "core/codec.h"
#include "core/hmac.h"
#include "core/json.h"
#include "gateway/relay.h"

enum { REPLY_BYTES = 1024 * 1024 };

struct page {
    struct gateway *gateway;
    struct http_request *request;
    struct directory *directory;
    const struct koban *koban;
};

static void state_write(struct json_writer *w, const struct koban *koban,
                        const struct country *country) {
    json_w_open(w, "koban", '{');
    json_w_int(w, "id", koban->id);
    json_w_str(w, "slug", koban->slug);
    json_w_str(w, "name", koban->name);
    json_w_str(w, "name_ja", koban->name_ja);
    json_w_str(w, "name_id", koban->name_id);
    json_w_str(w, "name_en", koban->name_en);
    json_w_bool(w, "is_staffed", koban->is_staffed);
    json_w_close(w, '}');
    json_w_str(w, "country", country->tag);
    json_w_str(w, "number", country_numbers(country, CATEGORY_ASSAULT));
    json_w_open(w, "numbers", '{');
    for (size_t i = 0; i < country->number_count; i++) {
        char group[32];
        (void)snprintf(group, sizeof group, "%.*s", (int)country->numbers[i].group.n,
                       country->numbers[i].group.p);
        json_w_str(w, group, country->numbers[i].number);
    }
    json_w_close(w, '}');
    json_w_str(w, "time_zone", country->time_zone);
    json_w_str(w, "consultation_number", country->consultation_number);
    json_w_int(w, "receipt_minutes", country->receipt_minutes);
    json_w_int(w, "opening_hour", country->opening_hour);
}

static void reply_json(struct http_request *request, const struct buf *out) {
    http_header(request, "Cache-Control", STR("no-store"));
    http_reply(request, 200, "application/json", buf_str(out));
}

// GET /chat/<koban>/state: what the page says before anybody has written.
static void state(struct gateway *gateway, struct http_request *request,
                  const struct koban *koban, const struct channel *channel) {
    struct buf out;
    buf_init(&out, REPLY_BYTES);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    state_write(&w, koban, gateway->house.country);
    json_w_str(&w, "channel", channel->name);
    json_w_close(&w, '}');
    reply_json(request, &out);
    buf_free(&out);
}

static void session(struct http_request *request, const struct channel *channel) {
    uint8_t random[WEBCHAT_RANDOM];
    struct str address;
    struct buf out;
    random_bytes(random, sizeof random);
    struct str code = webchat_code(channel, random, request->arena);
    if (!str_eq(request->method, STR("POST")) ||
        !webchat_address(channel, code, request->arena, &address)) {
        http_problem(request, 405, "method");
        return;
    }
    buf_init(&out, REPLY_BYTES);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "code", code);
    json_w_str(&w, "address", address);
    json_w_str(&w, "channel", channel->name);
    json_w_close(&w, '}');
    reply_json(request, &out);
    buf_free(&out);
}

static void page_end(struct page *page) {
    directory_unref(page->directory);
    http_release(page->request);
}

static void on_messages(void *context, const struct db_result *result) {
    struct page *page = context;
    struct http_request *request = page->request;
    if (result->error != DB_OK) {
        http_header(request, "Retry-After", STR("3"));
        http_problem(request, 503, "away");
        page_end(page);
        return;
    }
    struct buf out;
    buf_init(&out, REPLY_BYTES);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    state_write(&w, page->koban, page->gateway->house.country);
    json_w_raw(&w, "chat", db_get_str(result, 0, 0, 0));
    json_w_close(&w, '}');
    reply_json(request, &out);
    buf_free(&out);
    page_end(page);
}

static void messages(struct gateway *gateway, struct http_request *request,
                     const struct koban *koban, const struct channel *channel,
                     struct str address) {
    struct str after_text = {0};
    int64_t after = 0;
    if (codec_query(request->query, STR("after"), request->arena, &after_text))
        (void)!str_to_i64(after_text, &after);
    if (!db_is_ready(gateway->db_console)) {
        http_header(request, "Retry-After", STR("3"));
        http_problem(request, 503, "away");
        return;
    }
    struct page *page = ARENA_NEW(request->arena, struct page);
    *page = (struct page){gateway, request, directory_ref(gateway->directory), koban};
    http_hold(request);
    struct db_batch *batch = db_batch_new(gateway->db_console);
    db_call(batch, QUERY_CHAT_MESSAGES);
    db_int4(batch, channel->intake_id);
    db_int4(batch, channel->id);
    db_text(batch, address);
    db_int8(batch, after);
    db_send(batch, on_messages, page);
}

static bool address_of(struct http_request *request, const struct channel *channel,
                       struct str *address) {
    struct str code = http_field(request, "koban-chat-code");
    if (code.n == 0 && !codec_query(request->query, STR("code"), request->arena, &code))
        return false;
    return webchat_address(channel, code, request->arena, address);
}

bool chat_handle(struct gateway *gateway, struct http_request *request, struct str rest) {
    struct str slug, address;
    if (!str_next(&rest, '/', &slug) || rest.n == 0) return false;
    if (gateway->directory == NULL) {
        http_problem(request, 503, "starting");
        return true;
    }
    const struct koban *koban = roster_koban_by_slug(gateway->directory->roster, slug);
    const struct channel *channel =
        koban != NULL ? directory_chat(gateway->directory, koban) : NULL;
    if (channel == NULL) http_problem(request, 404, "no_such_koban");
    else if (str_eq(rest, STR("state"))) state(gateway, request, koban, channel);
    else if (str_eq(rest, STR("session"))) session(request, channel);
    else if (!address_of(request, channel, &address))
        http_problem(request, 401, "no_such_code");
    else if (str_eq(rest, STR("resume"))) {
        struct str body = arena_printf(
            request->arena, "{\"address\":\"%.*s\",\"channel\":\"%.*s\"}", (int)address.n,
            address.p, (int)channel->name.n, channel->name.p);
        http_reply(request, 200, "application/json", body);
    } else if (str_eq(rest, STR("messages")))
        messages(gateway, request, koban, channel, address);
    else if (str_eq(rest, STR("events")))
        relay_chat(gateway->relay, request, channel->id, address);
    else http_problem(request, 404, "not_found");
    return true;
}
