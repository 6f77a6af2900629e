// SPDX-License-Identifier: Apache-2.0
//
// Covers adapters/cap.c: bodies of strangers, by the rules every adapter keeps.
#include "adapters/cap.h"
#include "tests/fuzz/adapter_rules.h"

static const struct channel channel = {
    .settings = {{.key = STR_INIT("token"), .value = STR_INIT("invented")}},
    .setting_count = 1};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(0);
    struct str body = {(const char *)data, size};
    rules_parse(&cap_adapter, &channel, body, arena);
    arena_free(arena);
    return 0;
}
