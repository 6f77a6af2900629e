// SPDX-License-Identifier: Apache-2.0
//
// Covers adapters/twilio.c and adapters/twilio_form.c: forms and answers of strangers, by
// the rules every adapter keeps; the first line, when it begins with a slash, is the
// target, where a GET has its parameters and a callback our reference.
#include "adapters/twilio.h"
#include "tests/fuzz/adapter_rules.h"

static const struct channel channel = {
    .settings = {{.key = STR_INIT("auth_token"), .value = STR_INIT("invented")},
                 {.key = STR_INIT("public_url"),
                  .value = STR_INIT("https://koban.example.jp http://[::1]:8080/x")}},
    .setting_count = 2};

static void check_target(struct str target, struct str body, struct arena *arena) {
    const struct http_field field = {STR_INIT("X-Twilio-Signature"),
                                     STR_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")};
    struct webhook_request request = {.method = STR("GET"),
                                      .target = target,
                                      .fields = &field,
                                      .field_count = 1,
                                      .body = body};
    struct webhook_events out = {0};
    FUZZ_CHECK(twilio_adapter.verify(&channel, &request, 0) != ADAPTER_OK);
    if (twilio_adapter.parse(&channel, &request, arena, &out) != ADAPTER_OK) return;
    FUZZ_CHECK(out.count > 0 && out.count <= ADAPTER_EVENTS_MAX);
    for (size_t i = 0; i < out.count; i++) rules_event(&out.events[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(0);
    struct str body = {(const char *)data, size}, rest = body, target;
    rules_parse(&twilio_adapter, &channel, body, arena);
    rules_response(&twilio_adapter, &channel, body, arena);
    if (str_starts(body, STR("/")) && str_next(&rest, '\n', &target))
        check_target(target, rest, arena);
    arena_free(arena);
    return 0;
}
