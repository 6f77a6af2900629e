// SPDX-License-Identifier: Apache-2.0
//
// A log event is one line of valid JSON, whatever is in its texts.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <jansson.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/log.h"

static int ends[2];
static char written[8192];

static int64_t ten_to_three(void) {
    return 1795488600123;
}

static int set_up(void **state) {
    (void)state;
    if (pipe(ends) != 0) return 1;
    log_set(LOG_INFO, ends[1]);
    log_set_clock(ten_to_three);
    log_set_hash_key((const uint8_t *)"0123456789abcdef0123456789abcdef");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    return close(ends[0]) | close(ends[1]);
}

// What was written since the last call.
static struct str line(void) {
    ssize_t n = read(ends[0], written, sizeof written);
    return (struct str){written, n > 0 ? (size_t)n : 0};
}

static void assert_line(const char *should) {
    struct str is = line();
    if (!str_eq(is, str_of(should))) fail_msg("%.*s", (int)is.n, is.p);
}

// Must be the first: the environment is read once.
static void under_systemd_a_line_begins_with_its_priority(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        (void)setenv("JOURNAL_STREAM", "8:1", 1);
        log_event(LOG_WARN, "prefixed");
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(str_starts(line(), STR("<4>{\"time\":")));
}

static void an_event_is_one_json_line(void **state) {
    (void)state;
    log_event(LOG_WARN, "channel_broken", LOG_INT("channel", -3),
              LOG_STR("why", STR("token \"revoked\" \\")), LOG_CSTR("by", "line"));
    assert_line(
        "{\"time\":\"2026-11-24T02:50:00.123Z\",\"level\":\"warn\",\"event\":"
        "\"channel_broken\",\"channel\":-3,\"why\":\"token \\\"revoked\\\" \\\\\","
        "\"by\":\"line\"}\n");
}

static void an_event_may_have_no_field(void **state) {
    (void)state;
    log_event(LOG_ERROR, "started");
    assert_line("{\"time\":\"2026-11-24T02:50:00.123Z\",\"level\":\"error\",\"event\":"
                "\"started\"}\n");
}

static void less_important_levels_are_not_written(void **state) {
    (void)state;
    log_event(LOG_DEBUG, "hidden");
    log_set(LOG_ERROR, ends[1]);
    log_event(LOG_INFO, "hidden");
    log_event(LOG_ERROR, "shown");
    log_set(LOG_DEBUG, ends[1]);
    log_event(LOG_DEBUG, "shown_too");
    log_set(LOG_INFO, ends[1]);
    struct str lines = line();
    assert_false(str_contains(lines, STR("hidden")));
    assert_true(str_contains(lines, STR("shown_too")));
}

static void no_text_breaks_the_line_or_shows_as_another(void **state) {
    (void)state;
    static const struct {
        struct str text;
        const char *escaped;
    } cases[] = {
        {STR_INIT("a\r\nb"), "\"a\\u000d\\u000ab\""},
        {STR_INIT("\x1b[31m\x7f"), "\"\\u001b[31m\\u007f\""},
        {STR_INIT("\xE2\x80\xA8\xE2\x80\xAE\xE2\x81\xA6"), "\"\\u2028\\u202e\\u2066\""},
        {STR_INIT("\xC2\x85"), "\"\\u0085\""},
        {STR_INIT("a\0b"), "\"a\\u0000b\""},
        {STR_INIT("\xFF\xC3"), "\"\\ufffd\\ufffd\""},
        {STR_INIT("\xF3\xA0\x81\x81"), "\"\\udb40\\udc41\""},
        {STR_INIT("さくら"), "\"さくら\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        log_event(LOG_INFO, "text", LOG_STR("s", cases[i].text));
        struct str is = line();
        if (!str_contains(is, str_of(cases[i].escaped)))
            fail_msg("%.*s", (int)is.n, is.p);
        assert_int_equal(str_find(is, STR("\n"), 0), is.n - 1);
    }
}

static void every_byte_leaves_valid_json(void **state) {
    (void)state;
    for (int first = 0; first < 256; first++) {
        char text[] = {(char)first, (char)(first * 7 + 128), '"'};
        log_event(LOG_INFO, "text", LOG_STR("s", ((struct str){text, sizeof text})));
        struct str is = line();
        json_t *parsed = json_loadb(is.p, is.n, JSON_ALLOW_NUL, NULL);
        if (parsed == NULL) fail_msg("byte %d", first);
        json_decref(parsed);
    }
}

static void long_texts_are_cut_between_characters(void **state) {
    (void)state;
    char text[300];
    for (size_t i = 0; i < sizeof text; i += 3) memcpy(text + i, "あ", 3);
    log_event(LOG_INFO, "text", LOG_STR("s", ((struct str){text, sizeof text})));
    struct str is = line();
    size_t from = str_find(is, STR("\"s\":\""), 0) + 5;
    assert_int_equal(str_find(is, STR("\"}"), from) - from, 198);
}

static void fields_that_do_not_fit_are_left_out_and_it_says_so(void **state) {
    (void)state;
    char text[200];
    memset(text, '\x01', sizeof text);
    struct log_field fields[7] = {0};
    for (size_t i = 0; i < 6; i++)
        fields[i] = LOG_STR("s", ((struct str){text, sizeof text}));
    log_write(LOG_INFO, "long", fields);
    struct str is = line();
    assert_true(str_ends(is, STR(",\"is_cut\":true}\n")));
    json_t *parsed = json_loadb(is.p, is.n, 0, NULL);
    assert_non_null(parsed);
    json_decref(parsed);
}

static void an_address_is_written_as_a_keyed_hash(void **state) {
    (void)state;
    log_event(LOG_INFO, "sent", LOG_HASH("address", STR("+819012345678")));
    struct str one = line();
    assert_false(str_contains(one, STR("8190")));
    char kept[512];
    memcpy(kept, one.p, one.n);
    log_event(LOG_INFO, "sent", LOG_HASH("address", STR("+819012345678")));
    struct str two = line();
    assert_true(str_eq((struct str){kept, one.n}, two));
    log_set_hash_key((const uint8_t *)"another key of thirty-two bytes!");
    log_event(LOG_INFO, "sent", LOG_HASH("address", STR("+819012345678")));
    assert_false(str_eq((struct str){kept, one.n}, line()));
}

int main(void) {
    (void)unsetenv("JOURNAL_STREAM");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(under_systemd_a_line_begins_with_its_priority),
        cmocka_unit_test(an_event_is_one_json_line),
        cmocka_unit_test(an_event_may_have_no_field),
        cmocka_unit_test(less_important_levels_are_not_written),
        cmocka_unit_test(no_text_breaks_the_line_or_shows_as_another),
        cmocka_unit_test(every_byte_leaves_valid_json),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(fields_that_do_not_fit_are_left_out_and_it_says_so),
        cmocka_unit_test(an_address_is_written_as_a_keyed_hash),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
