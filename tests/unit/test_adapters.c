// SPDX-License-Identifier: Apache-2.0
//
// What adapters send and how they read answers: every class of answer has its verdict,
// nothing in doubt is repeated, both values of a secret verify. What comes in is in the
// golden cases (tests/cases). LINE's signature is held against vectors made with the
// vendor's SDK where KOBAN_SHARED or ../shared has them.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>

#include "adapters/line.h"
#include "adapters/registry.h"
#include "adapters/webchat.h"
#include "adapters/webhook.h"
#include "core/json.h"

enum { VECTORS_MAX = 1 << 20 };

static struct channel channel_with(const char *key, struct str value) {
    struct channel channel = {.setting_count = 1};
    channel.settings[0] = (struct channel_setting){.key = str_of(key), .value = value};
    return channel;
}

static void set(struct channel *channel, const char *key, struct str value) {
    channel->settings[channel->setting_count++] =
        (struct channel_setting){.key = str_of(key), .value = value};
}

static struct channel generic(void) {
    struct channel channel = channel_with("secret", STR("invented"));
    set(&channel, "base_url", STR("http://127.0.0.1:1/send"));
    return channel;
}

static struct channel line(void) {
    struct channel channel = channel_with("channel_secret", STR("invented"));
    set(&channel, "channel_access_token", STR("token"));
    return channel;
}

static const struct outbound outbound = {.reference = STR_INIT("3-12-99"),
                                         .retry_key = STR_INIT("key"),
                                         .address = STR_INIT("+81"),
                                         .text = STR_INIT("a \"b\"\n"),
                                         .language = STR_INIT("ja"),
                                         .now_ms = 1700000000999,
                                         .is_silent = true,
                                         .life_ms = 5000,
                                         .attempt = 1};

static struct str field(const struct provider_request *request, const char *name) {
    struct webhook_request as = {.fields = request->fields,
                                 .field_count = request->field_count};
    return webhook_field(&as, name);
}

static void assert_str(struct str is, const char *expected) {
    if (!str_eq(is, str_of(expected)))
        fail_msg("%.*s, not %s", (int)is.n, is.p, expected);
}

static int new_arena(void **state) {
    *state = arena_new(0);
    return 0;
}

static int free_arena(void **state) {
    arena_free(*state);
    return 0;
}

static void table_is_whole(void **state) {
    (void)state;
    assert_null(adapter_registry_check());
    assert_ptr_equal(adapter_find(STR("line")), &line_adapter);
    assert_null(adapter_find(STR("lin")));
    assert_null(adapter_find(STR("")));
}

static void header_that_stands_twice_counts_as_absent(void **state) {
    (void)state;
    const struct http_field fields[] = {
        {STR("X-A"), STR("1")}, {STR("x-b"), STR("2")}, {STR("x-a"), STR("3")}};
    struct webhook_request request = {.fields = fields, .field_count = 3};
    assert_int_equal(webhook_field(&request, "x-a").n, 0);
    assert_str(webhook_field(&request, "X-B"), "2");
}

// What goes out must be accepted by the same rules that hold for what comes in.
static void generic_request_verifies_itself(void **state) {
    struct channel channel = generic();
    struct provider_request out = {0};
    webhook_adapter.build(&channel, &outbound, *state, &out);
    assert_int_equal(out.result, BUILD_REQUEST);
    assert_true(out.is_idempotent);
    assert_str(out.url, "http://127.0.0.1:1/send");
    assert_str(out.body, "{\"id\":\"3-12-99\",\"to\":\"+81\",\"text\":\"a \\\"b\\\"\\n\","
                         "\"lang\":\"ja\",\"silent\":true,\"valid_ms\":5000}");
    assert_str(field(&out, "idempotency-key"), "key");
    assert_str(field(&out, "webhook-timestamp"), "1700000000");
    struct webhook_request back = {.method = out.method,
                                   .fields = out.fields,
                                   .field_count = out.field_count,
                                   .body = out.body};
    assert_int_equal(webhook_adapter.verify(&channel, &back, outbound.now_ms),
                     ADAPTER_OK);
    back.body = STR("{}");
    assert_int_equal(webhook_adapter.verify(&channel, &back, outbound.now_ms),
                     ADAPTER_FORGED);
}

// The example of the Standard Webhooks specification and its libraries.
static void key_of_standard_webhooks_is_base64(void **state) {
    (void)state;
    struct channel channel =
        channel_with("secret", STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    const struct http_field fields[] = {
        {STR("webhook-id"), STR("msg_p5jXN8AQM9LWM0D4loKWxJek")},
        {STR("webhook-timestamp"), STR("1614265330")},
        {STR("webhook-signature"),
         STR("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")}};
    struct webhook_request request = {.method = STR("POST"),
                                      .fields = fields,
                                      .field_count = 3,
                                      .body = STR("{\"test\": 2432232314}")};
    assert_int_equal(webhook_adapter.verify(&channel, &request, 1614265330000),
                     ADAPTER_OK);
}

static void generic_without_an_address_only_receives(void **state) {
    struct channel channel = channel_with("secret", STR("invented"));
    struct provider_request out = {0};
    webhook_adapter.build(&channel, &outbound, *state, &out);
    assert_int_equal(out.result, BUILD_IMPOSSIBLE);
    channel = generic();
    set(&channel, "idempotent", STR("no"));
    out = (struct provider_request){0};
    webhook_adapter.build(&channel, &outbound, *state, &out);
    assert_false(out.is_idempotent);
}

static void line_replies_without_a_key_and_pushes_with_one(void **state) {
    struct channel channel = line();
    struct provider_request out = {0};
    line_adapter.build(&channel, &outbound, *state, &out);
    assert_str(out.url, "https://api.line.me/v2/bot/message/push");
    assert_str(field(&out, "x-line-retry-key"), "key");
    assert_str(field(&out, "authorization"), "Bearer token");
    assert_true(out.is_idempotent);
    assert_true(str_contains(out.body, STR("\"notificationDisabled\":true")));
    struct outbound reply = outbound;
    reply.reply_token = STR("once");
    out = (struct provider_request){0};
    line_adapter.build(&channel, &reply, *state, &out);
    assert_str(out.url, "https://api.line.me/v2/bot/message/reply");
    assert_int_equal(field(&out, "x-line-retry-key").n, 0);
    assert_false(out.is_idempotent);
    assert_true(str_contains(out.body, STR("\"replyToken\":\"once\"")));
}

struct answer {
    int status;
    bool was_written, is_idempotent;
    const char *body;
    enum send_verdict verdict;
};

static void check_answers(const struct adapter *adapter, const struct answer *answers,
                          size_t count, struct arena *arena) {
    struct channel channel = {0};
    for (size_t i = 0; i < count; i++) {
        struct provider_request request = {.is_idempotent = answers[i].is_idempotent};
        struct provider_response response = {.status = answers[i].status,
                                             .was_written = answers[i].was_written,
                                             .body = str_of(answers[i].body)};
        struct send_result result = {.verdict = SEND_UNKNOWN};
        adapter->parse_response(&channel, &request, &response, arena, &result);
        if (result.verdict != answers[i].verdict)
            fail_msg("%s %d: %d, not %d", adapter->name, answers[i].status,
                     (int)result.verdict, (int)answers[i].verdict);
    }
}

static void every_answer_has_its_verdict(void **state) {
    static const struct answer generic_answers[] = {
        {200, true, true, "{\"id\":\"1\"}", SEND_ACCEPTED},
        {202, true, true, "<html>", SEND_ACCEPTED},
        {302, true, true, "", SEND_CHANNEL_BROKEN},
        {400, true, true, "", SEND_FAILED},
        {401, true, true, "", SEND_CHANNEL_BROKEN},
        {402, true, true, "", SEND_CHANNEL_BROKEN},
        {403, true, true, "", SEND_CHANNEL_BROKEN},
        {410, true, true, "", SEND_FAILED},
        {429, true, false, "", SEND_RETRY},
        {500, true, true, "", SEND_RETRY},
        {500, true, false, "", SEND_UNKNOWN},
        {503, true, false, "", SEND_RETRY},
        {0, false, false, "", SEND_RETRY},
        {0, true, true, "", SEND_RETRY},
        {0, true, false, "", SEND_UNKNOWN},
    };
    static const struct answer line_answers[] = {
        {200, true, true, "{\"sentMessages\":[{\"id\":\"1\"}]}", SEND_ACCEPTED},
        {409, true, true, "{\"message\":\"accepted before\"}", SEND_ACCEPTED},
        {400, true, true, "{\"message\":\"bad\"}", SEND_FAILED},
        {401, true, true, "", SEND_CHANNEL_BROKEN},
        {403, true, true, "", SEND_CHANNEL_BROKEN},
        {429, true, true, "{\"message\":\"rate limit\"}", SEND_RETRY},
        {429, true, true, "{\"message\":\"You have reached your monthly limit.\"}",
         SEND_CHANNEL_BROKEN},
        {500, true, true, "", SEND_RETRY},
        {500, true, false, "", SEND_UNKNOWN},
        {0, true, false, "", SEND_UNKNOWN},
        {0, true, true, "", SEND_RETRY},
        {0, false, false, "", SEND_RETRY},
    };
    check_answers(&webhook_adapter, generic_answers, ARRAY_LEN(generic_answers), *state);
    check_answers(&line_adapter, line_answers, ARRAY_LEN(line_answers), *state);
}

static void answers_carry_id_wait_and_refusal(void **state) {
    struct channel channel = {0};
    struct provider_request request = {.is_idempotent = true};
    const struct http_field wait[] = {{STR("Retry-After"), STR("7")}};
    struct provider_response response = {
        .status = 503, .was_written = true, .fields = wait, .field_count = 1};
    struct send_result result = {0};
    webhook_adapter.parse_response(&channel, &request, &response, *state, &result);
    assert_int_equal(result.retry_after_ms, 7000);
    response = (struct provider_response){.status = 410, .was_written = true};
    result = (struct send_result){0};
    webhook_adapter.parse_response(&channel, &request, &response, *state, &result);
    assert_true(result.is_opt_out);
    response = (struct provider_response){
        .status = 409, .body = STR("{\"sentMessages\":[{\"id\":\"46\"}]}")};
    result = (struct send_result){0};
    line_adapter.parse_response(&channel, &request, &response, *state, &result);
    assert_str(result.provider_id, "46");
}

static void bad_reply_token_is_told_only_of_a_reply(void **state) {
    struct channel channel = {0};
    struct provider_response response = {
        .status = 400, .body = STR("{\"message\":\"Invalid reply token\"}")};
    for (int push = 0; push < 2; push++) {
        struct provider_request request = {.is_idempotent = push == 1};
        struct send_result result = {0};
        line_adapter.parse_response(&channel, &request, &response, *state, &result);
        assert_int_equal(result.is_reply_token_bad, push == 0);
    }
}

static void chat_code_makes_its_address_under_either_secret(void **state) {
    struct channel channel = channel_with("secret", STR("invented"));
    const uint8_t random[WEBCHAT_RANDOM] = {1, 2, 3, 4, 5, 6};
    struct str code = webchat_code(&channel, random, *state), first, second;
    assert_int_equal(code.n, 19);
    assert_true(webchat_address(&channel, code, *state, &first));
    channel.settings[0].previous = channel.settings[0].value;
    channel.settings[0].value = STR("newer");
    assert_true(webchat_address(&channel, code, *state, &second));
    assert_true(str_eq(first, second));
    channel.settings[0].previous = (struct str){0};
    assert_false(webchat_address(&channel, code, *state, &second));
    assert_false(webchat_address(&channel, STR("K7QF"), *state, &second));
    assert_false(webchat_address(&channel, STR(""), *state, &second));
}

static struct str vectors_read(struct arena *arena) {
    const char *shared = getenv("KOBAN_SHARED");
    struct str path = arena_printf(arena, "%s/specs/vectors/%s",
                                   shared != NULL ? shared : "../shared",
                                   "webhook-signature-vectors.json");
    FILE *file = fopen(path.p, "rb");
    if (file == NULL) return (struct str){0};
    char *bytes = arena_alloc(arena, VECTORS_MAX);
    size_t n = fread(bytes, 1, VECTORS_MAX, file);
    (void)fclose(file);
    return (struct str){bytes, n};
}

static void line_signatures_are_those_of_the_vendor(void **state) {
    struct json_result problem;
    struct str text = vectors_read(*state);
    if (text.n == 0) skip();
    json_auto_t *document = json_read(text, *state, &problem);
    const json_t *cases = json_array_of(json_object_of(document, "line"), "cases");
    assert_true(json_array_size(cases) > 0);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *one = json_array_get(cases, i);
        struct channel channel =
            channel_with("channel_secret", json_str(one, "channel_secret"));
        const struct http_field header = {STR("X-Line-Signature"),
                                          json_str(one, "signature")};
        struct webhook_request request = {.method = STR("POST"),
                                          .fields = &header,
                                          .field_count = 1,
                                          .body = json_str(one, "body")};
        bool is_valid = json_bool(one, "sdk_valid", true);
        assert_int_equal(line_adapter.verify(&channel, &request, 0) == ADAPTER_OK,
                         is_valid);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(table_is_whole, new_arena, free_arena),
        cmocka_unit_test_setup_teardown(header_that_stands_twice_counts_as_absent,
                                        new_arena, free_arena),
        cmocka_unit_test_setup_teardown(generic_request_verifies_itself, new_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(key_of_standard_webhooks_is_base64, new_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(generic_without_an_address_only_receives,
                                        new_arena, free_arena),
        cmocka_unit_test_setup_teardown(line_replies_without_a_key_and_pushes_with_one,
                                        new_arena, free_arena),
        cmocka_unit_test_setup_teardown(every_answer_has_its_verdict, new_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(answers_carry_id_wait_and_refusal, new_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(bad_reply_token_is_told_only_of_a_reply,
                                        new_arena, free_arena),
        cmocka_unit_test_setup_teardown(chat_code_makes_its_address_under_either_secret,
                                        new_arena, free_arena),
        cmocka_unit_test_setup_teardown(line_signatures_are_those_of_the_vendor,
                                        new_arena, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
