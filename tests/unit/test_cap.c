// SPDX-License-Identifier: Apache-2.0
//
// CAP both ways: what is written is read back, what is hostile is not read at all.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "adapters/cap.h"

#define ALERT_OPEN(version)                                                              \
    "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:" version "\">"                     \
    "<identifier>i-1</identifier><sender>met@example</sender>"                           \
    "<sent>2026-11-24T02:40:00+09:00</sent>"
#define INFO(language, severity, words)                                                  \
    "<info><language>" language "</language><category>Met</category>"                    \
    "<event>Storm</event><severity>" severity "</severity>"                              \
    "<expires>2026-11-25T00:00:00+00:00</expires>"                                       \
    "<headline>" words "</headline></info>"

static const struct alert *parsed(const char *xml, struct arena *arena) {
    struct channel channel = {0};
    struct webhook_request request = {.method = STR("POST"), .body = str_of(xml)};
    struct webhook_events events = {0};
    if (cap_adapter.parse(&channel, &request, arena, &events) != ADAPTER_OK) return NULL;
    assert_int_equal(events.count, 1);
    assert_int_equal(events.events[0].kind, EVENT_ALERT);
    return events.events[0].alert;
}

static void assert_text(struct str text, const char *expected) {
    if (!str_eq(text, str_of(expected)))
        fail_msg("'%.*s' is not '%s'", (int)text.n, text.p, expected);
}

static void an_alert_of_another_service_is_read(void **state) {
    (void)state;
    struct arena *arena = arena_new(4096);
    const struct alert *alert = parsed(
        ALERT_OPEN("1.2") "<status>Actual</status><msgType>Update</msgType>"
                          "<references>met@example,i-0,2026-11-24T01:00:00+09:00"
                          "</references>" INFO("id-ID", "Moderate", "Hujan &amp; angin")
                              INFO("ja-JP", "Severe", "暴風") "</alert>",
        arena);
    assert_non_null(alert);
    assert_text(alert->identifier, "i-1");
    assert_int_equal(alert->kind, ALERT_CORRECTION);
    assert_int_equal(alert->severity, ALERT_DANGER);
    assert_int_equal(alert->reference_count, 1);
    assert_text(alert->references[0], "met@example,i-0");
    assert_int_equal(alert->text_count, 2);
    assert_text(alert->texts[0].language, "id");
    assert_text(alert->texts[0].body, "Hujan & angin");
    assert_text(alert->texts[1].language, "ja");
    assert_text(alert->topic_code, "disaster");
    assert_true(alert->expires_ms > alert->sent_ms);
    arena_free(arena);
}

static void an_exercise_says_so_and_version_1_1_is_read(void **state) {
    (void)state;
    struct arena *arena = arena_new(4096);
    const struct alert *alert =
        parsed(ALERT_OPEN("1.1") "<status>Exercise</status><msgType>Alert</msgType>" INFO(
                   "en", "Minor", "Flood") "</alert>",
               arena);
    assert_non_null(alert);
    assert_text(alert->texts[0].body, "[Exercise]\nFlood");
    assert_int_equal(alert->severity, ALERT_INFORMATION);
    arena_free(arena);
}

static void hostile_documents_are_not_read(void **state) {
    (void)state;
    struct arena *arena = arena_new(4096);
    static const char *const documents[] = {
        "",
        "no xml",
        "<alert/>",
        "<alert xmlns=\"urn:another\"><identifier>i</identifier></alert>",
        "<!DOCTYPE alert [<!ENTITY a \"aaaa\">]>" ALERT_OPEN(
            "1.2") "<note>&a;</note></alert>",
        "<!DOCTYPE alert SYSTEM \"http://127.0.0.1:1/x\">" ALERT_OPEN("1.2") "</alert>",
        "<alert "
        "xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><sender>s</sender></alert>",
        ALERT_OPEN("1.2"), // not closed
    };
    for (size_t i = 0; i < ARRAY_LEN(documents); i++)
        assert_null(parsed(documents[i], arena));
    arena_free(arena);
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    struct arena *arena = arena_new(4096);
    struct alert alert = {.identifier = STR("1-99"),
                          .sender = STR("koban@koban.example"),
                          .sent_ms = 1764000000000,
                          .expires_ms = 1764086400000,
                          .kind = ALERT_ALL_CLEAR,
                          .severity = ALERT_WARNING,
                          .topic_code = STR("missing"),
                          .sender_name = STR("桜町交番"),
                          .area_name = STR("桜町交番"),
                          .text_count = 1};
    alert.texts[0] = (struct alert_text){STR("ja"), STR("行方不明"),
                                         STR("見つかりました <b>&\"\x01 ありがとう")};
    struct buf out;
    buf_init(&out, 64 * 1024);
    cap_write(&alert, &out);
    buf_add_char(&out, '\0');
    const struct alert *read = parsed(out.p, arena);
    assert_non_null(read);
    assert_text(read->identifier, "1-99");
    assert_int_equal(read->kind, ALERT_ALL_CLEAR);
    assert_int_equal(read->sent_ms, alert.sent_ms);
    // The headline is the beginning of the words: it does not stand twice.
    assert_text(read->texts[0].body, "見つかりました <b>&\" ありがとう");
    buf_free(&out);
    arena_free(arena);
}

static void both_tokens_of_a_rotation_open(void **state) {
    (void)state;
    struct channel channel = {.setting_count = 1};
    channel.settings[0] = (struct channel_setting){.key = STR("token"),
                                                   .value = STR("new"),
                                                   .previous = STR("old"),
                                                   .is_secret = true};
    static const char *const fields[] = {"Bearer new", "Bearer old", "Bearer none",
                                         "Bearer ", "new"};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        struct http_field field = {STR("authorization"), str_of(fields[i])};
        struct webhook_request request = {.fields = &field, .field_count = 1};
        enum adapter_error error = cap_adapter.verify(&channel, &request, 0);
        assert_int_equal(error, i < 2 ? ADAPTER_OK : ADAPTER_FORGED);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alert_of_another_service_is_read),
        cmocka_unit_test(an_exercise_says_so_and_version_1_1_is_read),
        cmocka_unit_test(hostile_documents_are_not_read),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(both_tokens_of_a_rotation_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
