// SPDX-License-Identifier: Apache-2.0
//
// What goes to Twilio and how its answers are read: every class of error has its verdict,
// nothing in doubt is repeated, a text is whole or not sent, a life is never stretched.
// Signatures are held against vectors made with the vendor's SDK where KOBAN_SHARED or
// ../shared has them. What comes in is in the golden cases (tests/cases/twilio).
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>

#include "adapters/twilio.h"
#include "core/codec.h"
#include "core/json.h"
#include "core/segments.h"
#include "core/utf8.h"

enum { VECTORS_MAX = 1 << 20 };

static const struct channel demo = {
    .name = STR_INIT("sms"),
    .settings = {{.key = STR_INIT("account_sid"), .value = STR_INIT("AC01")},
                 {.key = STR_INIT("auth_token"), .value = STR_INIT("invented")},
                 {.key = STR_INIT("from"), .value = STR_INIT("+815012345678")},
                 {.key = STR_INIT("public_url"),
                  .value =
                      STR_INIT("https://koban.example.jp/ https://spare.example.jp")}},
    .setting_count = 4};

static const struct outbound outbound = {.reference = STR_INIT("3-12-99"),
                                         .address = STR_INIT("+819012345678"),
                                         .text = STR_INIT("a&b=c 助けに"),
                                         .life_ms = 120999,
                                         .attempt = 1};

static int new_arena(void **state) {
    *state = arena_new(0);
    return 0;
}

static int free_arena(void **state) {
    arena_free(*state);
    return 0;
}

static void set(struct channel *channel, const char *key, const char *value) {
    channel->settings[channel->setting_count++] =
        (struct channel_setting){.key = str_of(key), .value = str_of(value)};
}

static void assert_str(struct str is, const char *expected) {
    if (!str_eq(is, str_of(expected)))
        fail_msg("%.*s, not %s", (int)is.n, is.p, expected);
}

static struct provider_request built(const struct channel *channel,
                                     const struct outbound *message,
                                     struct arena *arena) {
    struct provider_request out = {0};
    twilio_adapter.build(channel, message, arena, &out);
    return out;
}

// A parameter of the form that was built; "" when it is not there.
static struct str sent(const struct provider_request *request, const char *name,
                       struct arena *arena) {
    struct str value = {0};
    (void)!codec_query(request->body, str_of(name), arena, &value);
    return value;
}

static void request_is_a_form_for_the_account(void **state) {
    struct provider_request out = built(&demo, &outbound, *state);
    assert_int_equal(out.result, BUILD_REQUEST);
    assert_str(out.method, "POST");
    assert_str(out.url, "https://api.twilio.com/2010-04-01/Accounts/AC01/Messages.json");
    assert_str(
        out.body,
        "To=%2B819012345678&From=%2B815012345678"
        "&Body=a%26b%3Dc%20%E5%8A%A9%E3%81%91%E3%81%AB&ValidityPeriod=120"
        "&StatusCallback=https%3A%2F%2Fkoban.example.jp%2Fin%2Fsms%3Fref%3D3-12-99");
    assert_str(out.fields[0].value, "application/x-www-form-urlencoded");
    assert_str(out.fields[1].value, "Basic QUMwMTppbnZlbnRlZA==");
}

// There is no key that would make a repeat harmless.
static void request_is_never_called_idempotent(void **state) {
    assert_false(built(&demo, &outbound, *state).is_idempotent);
}

static void service_goes_before_a_number_and_a_key_before_the_token(void **state) {
    struct channel channel = demo;
    set(&channel, "messaging_service_sid", "MG01");
    set(&channel, "api_key_sid", "SK01");
    set(&channel, "api_key_secret", "other");
    set(&channel, "base_url", "http://127.0.0.1:1");
    struct provider_request out = built(&channel, &outbound, *state);
    assert_str(out.url, "http://127.0.0.1:1/2010-04-01/Accounts/AC01/Messages.json");
    assert_str(sent(&out, "MessagingServiceSid", *state), "MG01");
    assert_str(sent(&out, "From", *state), "");
    assert_str(out.fields[1].value, "Basic U0swMTpvdGhlcg==");
}

static void without_account_or_sender_nothing_is_built(void **state) {
    struct channel channel = demo;
    for (size_t i = 0; i < 3; i++) {
        struct str kept = channel.settings[i].value;
        channel.settings[i].value = (struct str){0};
        struct provider_request out = built(&channel, &outbound, *state);
        assert_int_equal(out.result, BUILD_IMPOSSIBLE);
        assert_str(out.reason, i == 2 ? "no_sender" : "no_account");
        channel.settings[i].value = kept;
    }
    channel.settings[3].value = (struct str){0};
    struct provider_request out = built(&channel, &outbound, *state);
    assert_int_equal(out.result, BUILD_REQUEST);
    assert_str(sent(&out, "StatusCallback", *state), "");
}

static void life_is_whole_seconds_and_never_stretched(void **state) {
    static const struct {
        int32_t life_ms;
        const char *seconds;
    } lives[] = {
        {0, ""},       {1, "1"},        {999, "1"},          {1999, "1"},
        {30000, "30"}, {119999, "119"}, {36000000, "36000"}, {2000000000, "36000"}};
    for (size_t i = 0; i < ARRAY_LEN(lives); i++) {
        struct outbound message = outbound;
        message.life_ms = lives[i].life_ms;
        struct provider_request out = built(&demo, &message, *state);
        assert_str(sent(&out, "ValidityPeriod", *state), lives[i].seconds);
    }
}

static struct str repeated(const char *piece, size_t count, struct arena *arena) {
    struct str one = str_of(piece);
    char *all = arena_alloc(arena, one.n * count);
    for (size_t i = 0; i < count; i++) memcpy(all + i * one.n, one.p, one.n);
    return (struct str){all, one.n * count};
}

// Twilio divides a long text into parts; beyond its 1,600 it is refused whole and shown
// as failed, never cut.
static void long_text_is_one_request_or_none(void **state) {
    static const struct {
        const char *piece;
        size_t most;
    } texts[] = {{"a", 1600}, {"助", 1600}, {"😀", 800}, {"€", 1600}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct outbound message = outbound;
        message.text = repeated(texts[i].piece, texts[i].most, *state);
        struct provider_request out = built(&demo, &message, *state);
        assert_int_equal(out.result, BUILD_REQUEST);
        assert_true(str_eq(sent(&out, "Body", *state), message.text));
        message.text = repeated(texts[i].piece, texts[i].most + 1, *state);
        out = built(&demo, &message, *state);
        assert_int_equal(out.result, BUILD_IMPOSSIBLE);
        assert_str(out.reason, "too_long");
    }
}

// text_limit parts of either alphabet fit into one request.
static void promised_parts_fit_into_one_request(void **state) {
    (void)state;
    assert_int_equal(twilio_adapter.text_unit, TEXT_UNIT_SEGMENTS);
    assert_true(twilio_adapter.text_limit * SEGMENT_GSM7_PART <= 1600);
    assert_true(twilio_adapter.text_limit * SEGMENT_UCS2_PART <= 1600);
}

struct answer {
    int status;
    bool was_written;
    const char *body;
    enum send_verdict verdict;
};

static struct send_result read_answer(const struct answer *answer, struct arena *arena) {
    struct provider_request request = {0};
    struct provider_response response = {.status = answer->status,
                                         .was_written = answer->was_written,
                                         .body = str_of(answer->body)};
    struct send_result result = {.verdict = SEND_UNKNOWN};
    twilio_adapter.parse_response(&demo, &request, &response, arena, &result);
    return result;
}

static void every_answer_has_its_verdict(void **state) {
    static const struct answer answers[] = {
        {201, true, "{\"sid\":\"SM1\",\"status\":\"queued\"}", SEND_ACCEPTED},
        {201, true, "{\"status\":\"queued\"}", SEND_UNKNOWN},
        {200, true, "<html>", SEND_UNKNOWN},
        {302, true, "", SEND_CHANNEL_BROKEN},
        {400, true, "", SEND_FAILED},
        {400, true, "{\"code\":21211,\"status\":400}", SEND_FAILED}, // no such number
        {400, true, "{\"code\":21408}", SEND_FAILED}, // region, of this destination
        {403, true, "{\"code\":21408}", SEND_FAILED},
        {400, true, "{\"code\":21606}", SEND_FAILED}, // sender, for this destination
        {400, true, "{\"code\":21610}", SEND_FAILED},
        {400, true, "{\"code\":21612}", SEND_FAILED},
        {400, true, "{\"code\":21614}", SEND_FAILED},
        {400, true, "{\"code\":21617}", SEND_FAILED}, // too long
        {400, true, "{\"code\":21659}", SEND_FAILED},
        {400, true, "{\"code\":21609}", SEND_CHANNEL_BROKEN}, // our callback
        {400, true, "{\"code\":21660}", SEND_CHANNEL_BROKEN}, // sender of another account
        {400, true, "{\"code\":21703}", SEND_CHANNEL_BROKEN}, // service without a sender
        {401, true, "{\"code\":20003}", SEND_CHANNEL_BROKEN},
        {401, true, "", SEND_CHANNEL_BROKEN},
        {403, true, "{\"code\":20005}", SEND_CHANNEL_BROKEN},
        {400, true, "{\"code\":20005}", SEND_CHANNEL_BROKEN}, // funds
        {400, true, "{\"code\":10001}", SEND_CHANNEL_BROKEN},
        {404, true, "{\"code\":20404}", SEND_CHANNEL_BROKEN},
        {429, true, "{\"code\":20429}", SEND_RETRY},
        {429, true, "{\"code\":21611}", SEND_RETRY}, // queue of the sender is full
        {429, true, "", SEND_RETRY},
        {500, true, "{\"code\":20500}", SEND_UNKNOWN},
        {503, true, "{\"code\":20503}", SEND_UNKNOWN},
        {0, true, "", SEND_UNKNOWN},
        {0, false, "", SEND_RETRY},
    };
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct send_result result = read_answer(&answers[i], *state);
        if (result.verdict != answers[i].verdict)
            fail_msg("%d %s: %d, not %d", answers[i].status, answers[i].body,
                     (int)result.verdict, (int)answers[i].verdict);
        assert_int_equal(result.is_opt_out,
                         str_contains(str_of(answers[i].body), STR("21610")));
    }
}

static void answers_carry_id_and_code(void **state) {
    static const struct answer good = {201, true, "{\"sid\":\"SM1\"}", SEND_ACCEPTED};
    static const struct answer bad = {400, true, "{\"code\":21211}", SEND_FAILED};
    static const struct answer stop = {400, true, "{\"code\":21610}", SEND_FAILED};
    static const struct answer bare = {502, true, "<html>", SEND_UNKNOWN};
    assert_str(read_answer(&good, *state).provider_id, "SM1");
    assert_str(read_answer(&bad, *state).reason, "21211");
    assert_str(read_answer(&stop, *state).reason, "opted_out");
    assert_str(read_answer(&bare, *state).reason, "http_502");
}

static void wait_is_kept_up_to_an_hour(void **state) {
    static const struct {
        const char *value;
        int64_t ms;
    } waits[] = {{"7", 7000}, {"99999", 3600000}, {"-1", 0}, {"soon", 0}, {"0", 0}};
    for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
        const struct http_field field = {STR("Retry-After"), str_of(waits[i].value)};
        struct provider_request request = {0};
        struct provider_response response = {
            .status = 429, .was_written = true, .fields = &field, .field_count = 1};
        struct send_result result = {0};
        twilio_adapter.parse_response(&demo, &request, &response, *state, &result);
        assert_int_equal(result.retry_after_ms, waits[i].ms);
    }
}

static void reply_is_twiml_that_says_nothing(void **state) {
    struct webhook_reply reply = {.status = 200};
    struct webhook_events events = {0};
    twilio_adapter.reply(&demo, &events, *state, &reply);
    assert_int_equal(reply.status, 200);
    assert_str(reply.content_type, "text/xml");
    assert_true(str_ends(reply.body, STR("<Response/>")));
}

static void texts_have_a_price_and_a_currency(void **state) {
    (void)state;
    const struct adapter_setting *setting;
    bool has_price = false;
    for (size_t i = 0; (setting = adapter_setting_at(&twilio_adapter, i)) != NULL; i++)
        has_price |= strcmp(setting->key, "price_per_part") == 0;
    assert_true(has_price);
    assert_null(adapter_setting_problem(STR("price_per_part"), STR("0.0079")));
    assert_non_null(adapter_setting_problem(STR("price_per_part"), STR("-1")));
    assert_non_null(adapter_setting_problem(STR("price_per_part"), STR("1,50")));
    assert_null(adapter_setting_problem(STR("currency"), STR("JPY")));
    assert_non_null(adapter_setting_problem(STR("currency"), STR("yen")));
    assert_null(adapter_setting_problem(STR("from"), STR("anything")));
}

// ---- the vendor's vectors

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

static void pair_write(struct buf *out, const char *key, struct str value,
                       struct arena *arena) {
    if (out->n > 0) buf_add_char(out, '&');
    buf_add(out, codec_url_encode(str_of(key), arena));
    buf_add_char(out, '=');
    buf_add(out, codec_url_encode(value, arena));
}

// Their parameters as the form that they would be posted as.
static struct str form_of(const json_t *params, struct arena *arena) {
    struct buf out;
    const char *key;
    json_t *value;
    buf_init_arena(&out, arena, VECTORS_MAX);
    json_object_foreach((json_t *)(uintptr_t)params, key, value) {
        if (!json_is_array(value)) pair_write(&out, key, json_text(value), arena);
        for (size_t i = 0; i < json_array_size(value); i++)
            pair_write(&out, key, json_text(json_array_get(value, i)), arena);
    }
    return buf_str(&out);
}

static bool is_verified(const json_t *one, struct str signature, struct arena *arena) {
    struct str url = json_str(one, "url"), body = json_str(one, "body");
    size_t path = str_find(url, STR("/"), str_find(url, STR("://"), 0) + 3);
    struct channel channel = {.setting_count = 2};
    channel.settings[0] = (struct channel_setting){.key = STR("auth_token"),
                                                   .value = json_str(one, "auth_token")};
    channel.settings[1] = (struct channel_setting){.key = STR("public_url"),
                                                   .value = str_slice(url, 0, path)};
    const struct http_field header = {STR("X-Twilio-Signature"), signature};
    struct webhook_request request = {.method = STR("POST"),
                                      .target = str_slice(url, path, url.n),
                                      .fields = &header,
                                      .field_count = 1};
    request.body = body.n > 0 ? body : form_of(json_object_of(one, "params"), arena);
    return twilio_adapter.verify(&channel, &request, 0) == ADAPTER_OK;
}

static void signatures_are_those_of_the_vendor(void **state) {
    struct json_result problem;
    struct str text = vectors_read(*state);
    if (text.n == 0) skip();
    json_auto_t *document = json_read(text, *state, &problem);
    const json_t *cases = json_array_of(json_object_of(document, "twilio"), "cases");
    assert_true(json_array_size(cases) >= 5);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *one = json_array_get(cases, i);
        struct str name = json_str(one, "name"), good = json_str(one, "signature");
        char *bad = arena_cstr(*state, good);
        bad[0] = bad[0] == 'A' ? 'B' : 'A';
        if (is_verified(one, good, *state) != json_bool(one, "sdk_valid", true))
            fail_msg("%.*s", (int)name.n, name.p);
        assert_false(is_verified(one, str_of(bad), *state));
    }
}

int main(void) {
#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, new_arena, free_arena)
    const struct CMUnitTest tests[] = {
        WITH_ARENA(request_is_a_form_for_the_account),
        WITH_ARENA(request_is_never_called_idempotent),
        WITH_ARENA(service_goes_before_a_number_and_a_key_before_the_token),
        WITH_ARENA(without_account_or_sender_nothing_is_built),
        WITH_ARENA(life_is_whole_seconds_and_never_stretched),
        WITH_ARENA(long_text_is_one_request_or_none),
        WITH_ARENA(promised_parts_fit_into_one_request),
        WITH_ARENA(every_answer_has_its_verdict),
        WITH_ARENA(answers_carry_id_and_code),
        WITH_ARENA(wait_is_kept_up_to_an_hour),
        WITH_ARENA(reply_is_twiml_that_says_nothing),
        WITH_ARENA(texts_have_a_price_and_a_currency),
        WITH_ARENA(signatures_are_those_of_the_vendor),
    };
#undef WITH_ARENA
    return cmocka_run_group_tests(tests, NULL, NULL);
}
