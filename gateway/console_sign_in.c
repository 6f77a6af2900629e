// SPDX-License-Identifier: Apache-2.0
//
// Sign-in: the same answer and the same time for an unknown login, a wrong password and a
// wrong code. Failures make the next guess wait, per account; the wait never locks the
// true officer out for good.
#include <stdlib.h>

#include "core/json.h"
#include "core/log.h"
#include "core/seal.h"
#include "gateway/clock.h"
#include "gateway/console_call.h"
#include "gateway/metrics.h"
#include "gateway/relay.h"
#include "gateway/session.h"

// How long a session lives is in the database (console_duty); the cookie outlives it.
enum { SESSION_MS = 21 * 3600 * 1000, COOKIE_S = 7 * 24 * 3600 };
enum { FREE_GUESSES = 5, WAIT_MOST_MS = 180 * 1000 };

struct sign_in {
    struct console_call *call;
    struct str password, totp;
    struct str login;
    int64_t officer_id;
    struct str totp_secret;
    int64_t totp_counter;
    bool is_unlock;
    bool may;
};

static void refuse(struct sign_in *sign_in) {
    metrics_count(METRIC_SIGN_IN_FAILED, 1);
    http_problem(sign_in->call->request, 401, "not_signed_in");
    console_end(sign_in->call);
}

static void on_failed(void *context, const struct db_result *result) {
    (void)result;
    refuse(context);
}

static void fail(struct sign_in *sign_in) {
    struct gateway *gateway = sign_in->call->gateway;
    if (sign_in->officer_id == 0 || !db_is_ready(gateway->db_console)) {
        refuse(sign_in);
        return;
    }
    struct db_batch *batch = db_batch_new(gateway->db_console);
    db_call(batch, QUERY_SIGN_IN_FAILED);
    db_int8(batch, sign_in->officer_id);
    db_send(batch, on_failed, sign_in);
}

void console_cookie(struct console_call *call, const char *name, struct str token,
                    int max_age_s) {
    bool is_secure = str_starts(str_of(call->gateway->config->public_url), STR("https:"));
    struct str cookie =
        arena_printf(call->request->arena,
                     "%s%s=%.*s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s",
                     is_secure ? "__Host-" : "", name, (int)token.n, token.p, max_age_s,
                     is_secure ? "; Secure" : "");
    http_header(call->request, "Set-Cookie", cookie);
}

struct opened {
    struct sign_in *sign_in;
    struct str token;
};

static void on_session(void *context, const struct db_result *result) {
    struct opened *opened = context;
    struct sign_in *sign_in = opened->sign_in;
    struct console_call *call = sign_in->call;
    if (console_failed(call, result)) {
        console_end(call);
        return;
    }
    if (!db_get_bool(result, 0, 0, 0)) { // the code was used before
        fail(sign_in);
        return;
    }
    console_cookie(call, "koban", opened->token, COOKIE_S);
    console_json(call->request, STR("{\"ok\":true}"));
    console_end(call);
}

static void session_open(struct sign_in *sign_in) {
    struct console_call *call = sign_in->call;
    struct opened *opened = ARENA_NEW(call->request->arena, struct opened);
    uint8_t hash[32];
    opened->sign_in = sign_in;
    opened->token = session_token(call->request->arena, hash);
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_SESSION_PUT);
    db_bytes(batch, (struct str){(char *)hash, sizeof hash});
    db_int8(batch, sign_in->officer_id);
    db_int8(batch, sign_in->totp_counter);
    db_int8(batch, SESSION_MS);
    db_send(batch, on_session, opened);
}

static void on_unlocked(void *context, const struct db_result *result) {
    struct sign_in *sign_in = context;
    if (!console_failed(sign_in->call, result))
        console_json(sign_in->call->request, STR("{\"ok\":true}"));
    console_end(sign_in->call);
}

static void on_password(void *context, bool is_good) {
    struct sign_in *sign_in = context;
    struct console_call *call = sign_in->call;
    // Unlocking asks for the password alone: the session has had its second factor.
    if (is_good && sign_in->may && sign_in->is_unlock) {
        struct db_batch *batch = console_batch(call);
        if (batch == NULL) return;
        db_call(batch, QUERY_SESSION_LOCK);
        db_bytes(batch, console_session(call));
        db_bool(batch, false);
        db_send(batch, on_unlocked, sign_in);
        return;
    }
    int64_t used = sign_in->totp_counter, counter = 0;
    bool is_code =
        sign_in->totp_secret.n == 0 ||
        (session_totp(sign_in->totp_secret, sign_in->totp, clock_real_ms(), &counter) &&
         counter > used);
    sign_in->totp_counter = counter;
    if (is_good && sign_in->may && is_code) session_open(sign_in);
    else fail(sign_in);
}

// Guesses beyond the free ones wait, twice as long each time.
static bool is_too_soon(int64_t failed_count, int64_t failed_ago_ms) {
    if (failed_count < FREE_GUESSES) return false;
    int64_t wait = 1000;
    for (int64_t i = FREE_GUESSES; i < failed_count && wait < WAIT_MOST_MS; i++)
        wait *= 2;
    return failed_ago_ms < (wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS);
}

static void on_facts(void *context, const struct db_result *result) {
    struct sign_in *sign_in = context;
    struct console_call *call = sign_in->call;
    struct arena *arena = call->request->arena;
    struct str hash = {0};
    if (result->error != DB_OK) {
        (void)console_failed(call, result);
        console_end(call);
        return;
    }
    if (db_rows(result, 0) > 0) {
        sign_in->officer_id = db_get_int(result, 0, 0, 0);
        hash = arena_dup(arena, db_get_str(result, 0, 0, 1));
        struct str sealed = db_get_str(result, 0, 0, 2);
        sign_in->totp_counter = db_get_int(result, 0, 0, 3);
        sign_in->may =
            !db_get_bool(result, 0, 0, 4) &&
            !is_too_soon(db_get_int(result, 0, 0, 5), db_get_int(result, 0, 0, 6));
        uint8_t key[32];
        struct str context_of = arena_join(arena, STR("totp:"), sign_in->login);
        bool is_open =
            directory_master_key(call->gateway->config->master_key_file, key) &&
            (sealed.n == 0 ||
             seal_open(key, context_of, sealed, arena, &sign_in->totp_secret));
        explicit_bzero(key, sizeof key);
        sign_in->may = sign_in->may && is_open;
    }
    if (!hasher_check(call->gateway->hasher, sign_in->password, hash, on_password,
                      sign_in)) {
        http_header(call->request, "Retry-After", STR("5"));
        http_problem(call->request, 503, "busy");
        console_end(call);
    }
}

static void facts_ask(struct sign_in *sign_in) {
    struct db_batch *batch = console_batch(sign_in->call);
    if (batch == NULL) return;
    db_call(batch, QUERY_OFFICER_SIGN_IN_FACTS);
    db_text(batch, sign_in->login);
    db_send(batch, on_facts, sign_in);
}

void console_sign_in(struct gateway *gateway, struct http_request *request) {
    json_auto_t *body = console_body(request);
    if (body == NULL) return;
    struct console_call *call = console_call_new(gateway, request);
    struct sign_in *sign_in = ARENA_NEW(request->arena, struct sign_in);
    sign_in->call = call;
    sign_in->login = arena_dup(request->arena, json_str(body, "login"));
    sign_in->password = arena_dup(request->arena, json_str(body, "password"));
    sign_in->totp = arena_dup(request->arena, json_str(body, "totp"));
    facts_ask(sign_in);
}

static void on_lock_facts(void *context, const struct db_result *result) {
    struct sign_in *sign_in = context;
    if (console_failed(sign_in->call, result)) {
        console_end(sign_in->call);
        return;
    }
    if (db_rows(result, 0) == 0) {
        http_problem(sign_in->call->request, 401, "no_session");
        console_end(sign_in->call);
        return;
    }
    sign_in->login =
        arena_dup(sign_in->call->request->arena, db_get_str(result, 0, 0, 1));
    facts_ask(sign_in);
}

void console_unlock(struct console_call *call) {
    json_auto_t *body = console_body(call->request);
    struct db_batch *batch = body != NULL ? console_batch(call) : NULL;
    if (body == NULL) console_end(call);
    if (batch == NULL) return;
    struct sign_in *sign_in = ARENA_NEW(call->request->arena, struct sign_in);
    sign_in->call = call;
    sign_in->is_unlock = true;
    sign_in->password = arena_dup(call->request->arena, json_str(body, "password"));
    db_call(batch, QUERY_SESSION_FACTS);
    db_bytes(batch, console_session(call));
    db_send(batch, on_lock_facts, sign_in);
}

void console_lock(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_SESSION_LOCK);
    db_bytes(batch, console_session(call));
    db_bool(batch, true);
    console_send(call, batch);
}

void console_session_close(struct console_call *call) {
    relay_session_end(call->gateway->relay, call->session);
    console_cookie(call, "koban", STR("gone"), 0);
}

void console_sign_out(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    console_session_close(call);
    db_call(batch, QUERY_SESSION_END);
    db_bytes(batch, console_session(call));
    console_send(call, batch);
}
