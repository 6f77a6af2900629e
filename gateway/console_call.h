// SPDX-License-Identifier: Apache-2.0
//
// One call of the console API on its way through the database: shared by the console_*
// files.
#ifndef GATEWAY_CONSOLE_CALL_H
#define GATEWAY_CONSOLE_CALL_H

#include "core/json.h"
#include "gateway/gateway.h"
#include "gateway/http.h"
#include "gateway/settle_item.h"

struct console_call {
    struct gateway *gateway;
    struct http_request *request;
    uint8_t session[32];
    bool has_session;
    int32_t area_id;
    int64_t thread_id;
    struct str visit_id; // the client's, of a visit: it has no thread yet
    bool flag, is_leaving;
    int32_t number;
};

struct console_call *console_call_new(struct gateway *gateway,
                                      struct http_request *request);
// The session's hash as a parameter.
struct str console_session(const struct console_call *call);
// Sends the batch; answers with the first result's document. Errors become problems.
void console_send(struct console_call *call, struct db_batch *batch);
// A batch on the console's connection, or NULL with a 503 answered.
struct db_batch *console_batch(struct console_call *call);
// Answers an error of the database as a problem; true when there was one.
bool console_failed(struct console_call *call, const struct db_result *result);
void console_end(struct console_call *call);
void console_json(struct http_request *request, struct str body);
// The body as a JSON object, to be freed; NULL with a 400 answered.
json_t *console_body(struct http_request *request);

// "<area>-<thread>"
bool console_reference(struct str text, int32_t *area_id, int64_t *thread_id);

// console_sign_in.c
void console_sign_in(struct gateway *gateway, struct http_request *request);
void console_sign_out(struct console_call *call);
// Streams of the session end, its cookie goes; the caller ends it in the database.
void console_session_close(struct console_call *call);
void console_lock(struct console_call *call);
void console_unlock(struct console_call *call);
// Sets the session's cookie; `name` is "koban" or "koban-link".
void console_cookie(struct console_call *call, const char *name, struct str token,
                    int max_age_s);
// console_link.c: POST /api/link/look and /api/link
void console_link_look(struct gateway *gateway, struct http_request *request);
void console_link_use(struct gateway *gateway, struct http_request *request);
// console_alert.c: "", "/<ref>", "/<ref>/<action>" below /api/alerts
void console_alert(struct console_call *call, struct str rest, bool is_get);
// console_correct.c: "correct" and "correct/review" below a thread; GET /api/corrections
void console_correct(struct console_call *call);
void console_correct_review(struct console_call *call);
void console_corrections(struct console_call *call);
// console_command.c
enum { CONSOLE_CLIENT_ID_MAX = 64 };
void console_command(struct console_call *call, struct str name);
// A command of this session, in the request's arena; and its way through settle to the
// answer.
struct settle_item *console_item(struct console_call *call);
void console_submit(struct console_call *call, struct settle_item *item);
void console_duty_start(struct console_call *call);
void console_duty_end(struct console_call *call);
// console_visit.c: POST and GET /api/visits
void console_visit(struct console_call *call);
void console_visit_channels(struct console_call *call);
// console_languages.c: GET /api/languages
void console_languages(struct console_call *call);

#endif
