// SPDX-License-Identifier: Apache-2.0
//
// Paths. What is not named here does not exist.
#include "gateway/route.h"

#include "core/buf.h"
#include "gateway/chat.h"
#include "gateway/console.h"
#include "gateway/feed.h"
#include "gateway/join.h"
#include "gateway/metrics.h"
#include "gateway/relay.h"
#include "gateway/start.h"
#include "gateway/webhook.h"

enum { DEFAULT_BODY = 64 * 1024, METRICS_BYTES = 64 * 1024 };

// The part behind a prefix; false when the path does not begin so.
static bool behind(struct str path, const char *prefix, struct str *rest) {
    struct str front = str_of(prefix);
    if (!str_starts(path, front)) return false;
    *rest = str_slice(path, front.n, path.n);
    return true;
}

static void reply_file(const struct site *site, struct http_request *request,
                       struct str name) {
    bool is_get = str_eq(request->method, STR("GET")) ||
                  str_eq(request->method, STR("HEAD"));
    if (!is_get) {
        http_problem(request, 405, "method");
        return;
    }
    if (site->files == NULL) {
        http_reply(request, 503, "text/plain; charset=utf-8",
                   STR("The console was not built: npm could not be reached.\n"));
        return;
    }
    if (!files_reply(site->files, request, name)) http_problem(request, 404, "not_found");
}

void route_public(struct http_request *request, void *context) {
    struct site *site = context;
    struct str rest;
    if (behind(request->path, "/in/", &rest))
        webhook_handle(site->gateway, request, rest);
    else if (behind(request->path, "/api/", &rest))
        console_handle(site->gateway, request, rest);
    else if (behind(request->path, "/alerts/", &rest))
        feed_handle(site->gateway, request, rest);
    else if (behind(request->path, "/join/", &rest))
        join_handle(site->gateway, request, rest);
    else if (behind(request->path, "/chat/", &rest)) {
        if (!chat_handle(site->gateway, request, rest))
            reply_file(site, request, STR("chat.html"));
    } else if (behind(request->path, "/p/", &rest))
        reply_file(site, request, STR("phone.html"));
    else if (str_eq(request->path, STR("/")))
        reply_file(site, request, STR("index.html"));
    else reply_file(site, request, str_slice(request->path, 1, request->path.n));
}

// Which model judges.
static void model_write_info(const struct house *house, struct buf *out) {
    struct str version = triage_version(house->triage);
    const char *origin = house->has_site_model ? "site" : "shipped";
    buf_addf(out,
             "# HELP koban_model_info The triage model that serves\n"
             "# TYPE koban_model_info gauge\n"
             "koban_model_info{version=\"%.*s\",origin=\"%s\"} %d\n",
             (int)version.n, version.p, version.n > 0 ? origin : "none",
             version.n > 0 ? 1 : 0);
}

void route_admin(struct http_request *request, void *context) {
    struct site *site = context;
    if (str_eq(request->path, STR("/livez"))) {
        http_reply(request, 200, "text/plain", STR("ok\n"));
    } else if (str_eq(request->path, STR("/readyz"))) {
        bool ready = gateway_is_ready(site->gateway);
        http_reply(request, ready ? 200 : 503, "text/plain",
                   ready ? STR("ready\n") : STR("not ready\n"));
    } else if (str_eq(request->path, STR("/metrics"))) {
        struct buf out;
        buf_init(&out, METRICS_BYTES);
        metrics_write(&out);
        model_write_info(&site->gateway->house, &out);
        http_reply(request, 200, "text/plain; version=0.0.4", buf_str(&out));
        buf_free(&out);
    } else {
        http_problem(request, 404, "not_found");
    }
}

size_t route_body_limit(struct str path, void *context) {
    const struct site *site = context;
    struct str channel;
    if (behind(path, "/in/", &channel)) return webhook_body_limit(site->gateway, channel);
    return DEFAULT_BODY;
}
