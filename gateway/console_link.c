// SPDX-License-Identifier: Apache-2.0
//
// The one-time link in a text to an officer's phone. Whoever only looks (a preview robot
// does) changes nothing and learns nothing of the resident; using it makes a session that
// sees this one thread, for two hours. The token travels in the body, never in a URL that
// is logged.
#include "core/hmac.h"
#include "core/json.h"
#include "core/koban.h"
#include "gateway/console_call.h"
#include "gateway/session.h"

enum { LINK_MS = 2 * 3600 * 1000, TOKEN_MOST = 64 };

struct link {
    struct console_call *call;
    struct str token; // of the new session
};

static bool token_hash(const json_t *body, uint8_t hash[32]) {
    struct str token = json_str(body, "token");
    if (token.n == 0 || token.n > TOKEN_MOST) return false;
    hmac_hash256(token, hash);
    return true;
}

// Reads the body and begins a batch whose first parameter is the token's hash; NULL when
// it was answered.
static struct db_batch *begin(struct console_call *call, enum query query) {
    uint8_t hash[32];
    json_auto_t *body = console_body(call->request);
    if (body == NULL || !token_hash(body, hash)) {
        if (body != NULL) http_problem(call->request, 404, "not_found");
        console_end(call);
        return NULL;
    }
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return NULL;
    db_call(batch, query);
    db_bytes(batch, (struct str){(char *)hash, sizeof hash});
    return batch;
}

static void on_look(void *context, const struct db_result *result) {
    struct console_call *call = context;
    if (console_failed(call, result)) {
        console_end(call);
        return;
    }
    if (db_rows(result, 0) == 0) {
        http_problem(call->request, 404, "not_found");
        console_end(call);
        return;
    }
    struct buf out;
    buf_init(&out, 64 * 1024);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_bool(&w, "is_used", db_get_bool(result, 0, 0, 0));
    json_w_int(&w, "number", db_get_int(result, 0, 0, 1));
    json_w_str(&w, "language", db_get_str(result, 0, 0, 2));
    json_w_open(&w, "koban", '{');
    json_w_str(&w, "name", db_get_str(result, 0, 0, 3));
    json_w_str(&w, "name_ja", db_get_str(result, 0, 0, 4));
    json_w_str(&w, "name_id", db_get_str(result, 0, 0, 5));
    json_w_str(&w, "name_en", db_get_str(result, 0, 0, 6));
    json_w_close(&w, '}');
    json_w_str(&w, "taken_by", db_get_str(result, 0, 0, 7));
    json_w_close(&w, '}');
    console_json(call->request, buf_str(&out));
    buf_free(&out);
    console_end(call);
}

void console_link_look(struct gateway *gateway, struct http_request *request) {
    struct console_call *call = console_call_new(gateway, request);
    struct db_batch *batch = begin(call, QUERY_PAGE_LINK_LOOK);
    if (batch != NULL) db_send(batch, on_look, call);
}

static void on_use(void *context, const struct db_result *result) {
    struct link *link = context;
    struct console_call *call = link->call;
    if (!console_failed(call, result)) {
        console_cookie(call, "koban-link", link->token, LINK_MS / 1000);
        console_json(call->request,
                     arena_printf(call->request->arena, "{\"thread\":\"%d-%lld\"}",
                                  (int)db_get_int(result, 0, 0, 0),
                                  (long long)db_get_int(result, 0, 0, 1)));
    }
    console_end(call);
}

void console_link_use(struct gateway *gateway, struct http_request *request) {
    struct console_call *call = console_call_new(gateway, request);
    struct link *link = ARENA_NEW(request->arena, struct link);
    uint8_t hash[32];
    *link = (struct link){call, session_token(request->arena, hash)};
    struct db_batch *batch = begin(call, QUERY_PAGE_LINK_USE);
    if (batch == NULL) return;
    db_bytes(batch, (struct str){(char *)hash, sizeof hash});
    db_int8(batch, LINK_MS);
    db_send(batch, on_use, link);
}
