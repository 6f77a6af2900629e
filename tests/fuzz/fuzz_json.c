// SPDX-License-Identifier: Apache-2.0
//
// Covers core/json.c (and core/buf.c): what is read keeps the limits and needs no second
// repair; every text that is written is read again as it was.
#include "core/json.h"
#include "core/utf8.h"
#include "tests/fuzz/fuzz.h"

static int depth_of(const json_t *json) {
    int deepest = 0;
    const char *key;
    json_t *value;
    size_t index;
    if (json_is_object(json)) {
        json_object_foreach((json_t *)(uintptr_t)json, key, value) {
            int depth = depth_of(value);
            deepest = depth > deepest ? depth : deepest;
        }
    }
    json_array_foreach(json, index, value) {
        int depth = depth_of(value);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + (json_is_object(json) || json_is_array(json));
}

static void check_reading(struct str bytes, struct arena *arena) {
    struct json_result result, again;
    json_auto_t *json = json_read(bytes, arena, &result);
    FUZZ_CHECK((json != NULL) == (result.problem[0] == '\0'));
    if (json == NULL) return;
    FUZZ_CHECK(depth_of(json) <= JSON_DEPTH_MAX);
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    FUZZ_CHECK(text != NULL);
    json_auto_t *copy = json_read(str_of(text), arena, &again);
    FUZZ_CHECK(copy != NULL && !again.was_repaired && json_equal(json, copy));
    free(text);
}

static void check_writing(struct str bytes, struct arena *arena) {
    bool changed;
    struct str text = utf8_repair(bytes, arena, &changed);
    struct buf buf;
    buf_init_arena(&buf, arena, 1 << 24);
    struct json_writer w = {.out = &buf};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "text", text);
    json_w_int(&w, "n", (int64_t)text.n);
    json_w_close(&w, '}');
    struct json_result result;
    json_auto_t *json = json_read(buf_str(&buf), arena, &result);
    FUZZ_CHECK(!buf.failed && json != NULL && !result.was_repaired);
    FUZZ_CHECK(str_eq(json_str(json, "text"), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(0);
    struct str bytes = {(const char *)data, size};
    check_reading(bytes, arena);
    check_writing(bytes, arena);
    arena_free(arena);
    return 0;
}
