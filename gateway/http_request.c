// SPDX-License-Identifier: Apache-2.0
//
// What handlers ask of a request: its headers, a header for the reply, a problem
// document.
#include "gateway/http.h"
#include "gateway/http_status.h"

void http_header(struct http_request *request, const char *name, struct str value) {
    struct str line = arena_printf(request->arena, "%s: %.*s\r\n", name, (int)value.n,
                                   value.n > 0 ? value.p : "");
    request->extra = arena_join(request->arena, request->extra, line);
}

struct str http_field(const struct http_request *request, const char *name) {
    struct str value = {0};
    bool is_found = false;
    for (size_t i = 0; i < request->field_count; i++) {
        if (!str_eq_nocase(request->fields[i].name, str_of(name))) continue;
        if (is_found) return (struct str){0};
        is_found = true;
        value = request->fields[i].value;
    }
    return value;
}

void http_problem(struct http_request *request, int status, const char *code) {
    struct str body = arena_printf(
        request->arena,
        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\"}",
        http_status_text(status), status, code);
    http_reply(request, status, "application/problem+json", body);
}
