// SPDX-License-Identifier: Apache-2.0
//
// Covers adapters/line.c: bodies and answers of strangers, by the rules every adapter
// keeps.
#include "adapters/line.h"
#include "tests/fuzz/adapter_rules.h"

static const struct channel channel = {
    .settings = {{.key = STR_INIT("channel_secret"), .value = STR_INIT("invented")},
                 {.key = STR_INIT("channel_access_token"),
                  .value = STR_INIT("invented")}},
    .setting_count = 2};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(0);
    struct str body = {(const char *)data, size};
    rules_parse(&line_adapter, &channel, body, arena);
    rules_response(&line_adapter, &channel, body, arena);
    arena_free(arena);
    return 0;
}
