// SPDX-License-Identifier: Apache-2.0
//
// JSON in and out: what is refused before it costs, what is repaired, what is written.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>

#include "core/json.h"

static struct arena *arena;
static struct json_result result;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void assert_str(struct str is, const char *should) {
    if (str_eq(is, str_of(should))) return;
    fail_msg("is \"%.*s\", should be \"%s\"", (int)is.n, is.p, should);
}

static void members_have_their_type_or_the_fallback(void **state) {
    (void)state;
    json_auto_t *json =
        json_read(STR("{\"s\":\"た\",\"i\":-5,\"d\":1.5,\"b\":true,\"o\":{\"x\":1},"
                      "\"a\":[1,2],\"n\":null,\"e\":\"\"}"),
                  arena, &result);
    assert_non_null(json);
    assert_false(result.was_repaired);
    assert_str(json_str(json, "s"), "た");
    assert_true(json_has_str(json, "e") && !json_has_str(json, "i"));
    assert_int_equal(json_str(json, "i").n + json_str(json, "absent").n, 0);
    assert_true(json_int(json, "i", 7) == -5 && json_int(json, "d", 7) == 7);
    assert_true(json_double(json, "d", 7) == 1.5 && json_double(json, "i", 7) == -5);
    assert_true(json_bool(json, "b", false) && json_bool(json, "n", true));
    assert_true(json_int(json_object_of(json, "o"), "x", 0) == 1);
    assert_null(json_object_of(json, "a"));
    assert_int_equal(json_array_size(json_array_of(json, "a")), 2);
    assert_null(json_array_of(json, "o"));
    assert_int_equal(json_str(json_object_of(json, "absent"), "x").n, 0);
}

static void what_is_not_strict_json_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"", "ends too early"},
        {"{", "ends too early"},
        {"{\"a\":1,\"a\":2}", "duplicate key"},
        {"{\"a\":1,\"\\u0061\":2}", "duplicate key"},
        {"{\"a\":\"\xFF\"}", "invalid UTF-8"},
        {"{\"a\":\"\xED\xA0\x80\"}", "invalid UTF-8"},
        {"{\"a\":12345678901234567890}", "number out of range"},
        {"{\"a\":1e999}", "number out of range"},
        {"{\"a\":1}x", "bytes behind the end"},
        {"{\"a\":1}{}", "bytes behind the end"},
        {"{'a':1}", "not JSON"},
        {"{\"a\":01}", "not JSON"},
        {"{\"a\":NaN}", "not JSON"},
        {"[1,]", "not JSON"},
        {"{\"a\":\"\n\"}", "not JSON"},
        {"{\"a\":\"\\x\"}", "not JSON"},
        {"\"secret\"", "not JSON"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *json = json_read(str_of(cases[i].text), arena, &result);
        if (json != NULL || strcmp(result.problem, cases[i].problem) != 0)
            fail_msg("%s: %s", cases[i].text, result.problem);
    }
}

static void an_error_names_its_line_and_never_the_input(void **state) {
    (void)state;
    assert_null(json_read(STR("{\n\"a\": secret\n}"), arena, &result));
    assert_int_equal(result.line, 2);
    assert_false(str_contains(str_of(result.problem), STR("secret")));
}

static void depth_is_bounded_before_anything_is_built(void **state) {
    (void)state;
    for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        char text[2 * JSON_DEPTH_MAX + 2];
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        json_auto_t *json = json_read((struct str){text, 2 * depth}, arena, &result);
        assert_int_equal(json != NULL, depth == JSON_DEPTH_MAX);
    }
    assert_string_equal(result.problem, "too deep");
    static char bomb[100000];
    memset(bomb, '[', sizeof bomb);
    assert_null(json_read((struct str){bomb, sizeof bomb}, arena, &result));
    assert_string_equal(result.problem, "too deep");
}

static void brackets_in_texts_are_not_depth(void **state) {
    (void)state;
    char text[200] = "[\"\\\"\\\\";
    size_t n = strlen(text);
    memset(text + n, '[', 100);
    memcpy(text + n + 100, "\"]", 3);
    json_auto_t *json = json_read(str_of(text), arena, &result);
    assert_non_null(json);
}

static void a_cut_emoji_does_not_lose_the_message(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"\\ud83d", "\uFFFD"},
        {"\\ude00", "\uFFFD"},
        {"a\\ud83db", "a\uFFFD"
                      "b"},
        {"\\ud83d\\ud83d\\ude00", "\uFFFD😀"},
        {"\\ude00\\ud83d", "\uFFFD\uFFFD"},
        {"\\uD83D\\n", "\uFFFD\n"},
        {"a\\u0000b", "ab"},
        {"\\ud83d\\u0000\\ude00", "\uFFFD\uFFFD"},
        {"\\\\ud83d \\ud83d", "\\ud83d \uFFFD"},
        {"\\ud83d\\ude00\\ud800", "😀\uFFFD"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str text = arena_printf(arena, "{\"t\":\"%s\",\"rest\":1}", cases[i][0]);
        json_auto_t *json = json_read(text, arena, &result);
        if (json == NULL) fail_msg("%s: %s", cases[i][0], result.problem);
        assert_true(result.was_repaired);
        assert_string_equal(result.problem, "");
        assert_str(json_str(json, "t"), cases[i][1]);
        assert_true(json_int(json, "rest", 0) == 1);
    }
}

static void whole_pairs_and_escaped_backslashes_are_left_alone(void **state) {
    (void)state;
    json_auto_t *json = json_read(STR("[\"\\ud83d\\ude00 \\\\u0000\"]"), arena, &result);
    assert_false(result.was_repaired);
    assert_str(json_text(json_array_get(json, 0)), "😀 \\u0000");
}

static void repair_does_not_hide_other_errors(void **state) {
    (void)state;
    assert_null(json_read(STR("{\"\\u0000a\":1,\"a\":2}"), arena, &result));
    assert_string_equal(result.problem, "duplicate key");
    assert_false(result.was_repaired);
    assert_null(json_read(STR("{\"a\":\"\\ud83d\""), arena, &result));
    assert_null(json_read(STR("[\"\\ud83"), arena, &result));
    assert_null(json_read(STR("[\"\\"), arena, &result));
}

static void a_byte_order_mark_is_skipped(void **state) {
    (void)state;
    json_auto_t *json = json_read(STR("\xEF\xBB\xBF{\"a\":1}"), arena, &result);
    assert_non_null(json);
    assert_null(json_read(STR("\xEF\xBB\xBF\xEF\xBB\xBF{}"), arena, &result));
}

static void what_is_written_is_read_again(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf, 4096);
    struct json_writer w = {.out = &buf};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "s", STR("\"\\\n\t\x01\x7f た😀"));
    json_w_id(&w, "id", INT64_MAX);
    json_w_int(&w, "i", INT64_MIN);
    json_w_double(&w, "latitude", 35.6812362);
    json_w_double(&w, "nan", NAN);
    json_w_bool(&w, "b", true);
    json_w_null(&w, "n");
    json_w_open(&w, "empty", '[');
    json_w_close(&w, ']');
    json_w_open(&w, "list", '[');
    json_w_int(&w, NULL, 1);
    json_w_open(&w, NULL, '{');
    json_w_close(&w, '}');
    json_w_raw(&w, NULL, STR("{\"raw\":[]}"));
    json_w_close(&w, ']');
    json_w_close(&w, '}');
    assert_str(buf_str(&buf),
               "{\"s\":\"\\\"\\\\\\n\\u0009\\u0001\\u007f た😀\","
               "\"id\":\"9223372036854775807\",\"i\":-9223372036854775808,"
               "\"latitude\":35.6812362,\"nan\":null,\"b\":true,\"n\":null,\"empty\":[],"
               "\"list\":[1,{},{\"raw\":[]}]}");
    json_auto_t *json = json_read(buf_str(&buf), arena, &result);
    assert_str(json_str(json, "s"), "\"\\\n\t\x01\x7f た😀");
    buf_free(&buf);
}

static void a_document_too_large_for_its_buffer_says_so(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf, 16);
    struct json_writer w = {.out = &buf};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "text", STR("too long for it"));
    json_w_close(&w, '}');
    assert_true(buf.failed);
    buf_free(&buf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_have_their_type_or_the_fallback),
        cmocka_unit_test(what_is_not_strict_json_is_refused),
        cmocka_unit_test(an_error_names_its_line_and_never_the_input),
        cmocka_unit_test(depth_is_bounded_before_anything_is_built),
        cmocka_unit_test(brackets_in_texts_are_not_depth),
        cmocka_unit_test(a_cut_emoji_does_not_lose_the_message),
        cmocka_unit_test(whole_pairs_and_escaped_backslashes_are_left_alone),
        cmocka_unit_test(repair_does_not_hide_other_errors),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(a_document_too_large_for_its_buffer_says_so),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
