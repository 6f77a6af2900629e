// SPDX-License-Identifier: Apache-2.0
//
// The strict head reader: what it accepts, and every raw request that two HTTP readers
// might understand differently.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/http_head.h"

#define HOST "Host: koban.example\r\n"
#define POST "POST /in/line HTTP/1.1\r\n" HOST
#define GET "GET / HTTP/1.1\r\n" HOST

static enum http_head_result read_text(struct http_head *head, const char *text) {
    http_head_init(head);
    return http_head_read(head, str_of(text));
}

static void assert_str(struct str is, const char *should) {
    if (str_eq(is, str_of(should))) return;
    fail_msg("is \"%.*s\", should be \"%s\"", (int)is.n, is.p, should);
}

static void a_webhook_is_read(void **state) {
    (void)state;
    struct http_head head;
    const char *text = "POST /in/line?a=1 HTTP/1.1\r\nHost: koban.example:8080\r\n"
                       "X-Line-Signature:  abc= \t\r\nContent-Length: 12\r\n\r\n{}";
    assert_int_equal(read_text(&head, text), HTTP_HEAD_OK);
    assert_str(head.method, "POST");
    assert_str(head.target, "/in/line?a=1");
    assert_str(head.host, "koban.example:8080");
    assert_str(http_head_field(&head, "x-line-signature"), "abc=");
    assert_int_equal(head.minor_version, 1);
    assert_true(head.has_content_length && head.content_length == 12);
    assert_false(head.is_chunked);
    assert_true(head.is_keep_alive);
    assert_int_equal(head.field_count, 3);
    assert_str(str_slice(str_of(text), head.length, strlen(text)), "{}");
}

static void a_head_that_comes_byte_by_byte_reads_the_same(void **state) {
    (void)state;
    const char *text = POST "Transfer-Encoding: chunked\r\nExpect: 100-Continue\r\n\r\n";
    struct http_head head;
    http_head_init(&head);
    for (size_t n = 0; n < strlen(text); n++) {
        char moved[256];
        memcpy(moved, text, n);
        enum http_head_result result = http_head_read(&head, (struct str){moved, n});
        assert_int_equal(result, HTTP_HEAD_MORE);
    }
    assert_int_equal(http_head_read(&head, str_of(text)), HTTP_HEAD_OK);
    assert_true(head.is_chunked && head.expects_continue);
    assert_int_equal(head.length, strlen(text));
}

static void what_follows_the_head_is_not_looked_at(void **state) {
    (void)state;
    struct http_head head;
    assert_int_equal(read_text(&head, GET "\r\n\n\n\x01 bare everything"), HTTP_HEAD_OK);
    assert_int_equal(head.length, strlen(GET "\r\n"));
}

static void connection_and_version_decide_keep_alive(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is_keep_alive;
    } cases[] = {
        {GET "\r\n", true},
        {GET "Connection: close\r\n\r\n", false},
        {GET "Connection: Keep-Alive, CLOSE\r\n\r\n", false},
        {GET "Connection: close\r\nConnection: keep-alive\r\n\r\n", false},
        {"GET / HTTP/1.0\r\n" HOST "\r\n", false},
        {"GET / HTTP/1.0\r\n" HOST "Connection: keep-alive\r\n\r\n", true},
        {"GET / HTTP/1.0\r\n" HOST "Connection: close , keep-alive\r\n\r\n", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_head head;
        assert_int_equal(read_text(&head, cases[i].text), HTTP_HEAD_OK);
        if (head.is_keep_alive != cases[i].is_keep_alive) fail_msg("%s", cases[i].text);
    }
}

static void unusual_but_unambiguous_heads_are_accepted(void **state) {
    (void)state;
    static const char *const cases[] = {
        GET "X-Empty:\r\n\r\n",
        GET "X-Bytes: \xE3\x81\x9F\xFF\r\n\r\n",
        GET "x!#$%&'*+-.^_`|~9: token characters\r\n\r\n",
        GET "Content-Length: 0\r\n\r\n",
        POST "Content-Length: 007\r\n\r\n",
        POST "Content-Length: 9223372036854775807\r\n\r\n",
        "GET /%00?q=%0d%0a HTTP/1.1\r\n" HOST "\r\n",
        "GET // HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "get / HTTP/1.1\r\n" HOST "\r\n",
        GET "X-Same: 1\r\nX-Same: 2\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_head head;
        if (read_text(&head, cases[i]) == HTTP_HEAD_OK) continue;
        fail_msg("%s: %s", http_head_refusal_text(head.refusal), cases[i]);
    }
}

static void a_field_that_stands_twice_has_no_value(void **state) {
    (void)state;
    struct http_head head;
    assert_int_equal(read_text(&head, GET "X-Sig: a\r\nX-sig: a\r\n\r\n"), HTTP_HEAD_OK);
    assert_int_equal(http_head_field(&head, "X-Sig").n, 0);
    assert_int_equal(http_head_field(&head, "X-Absent").n, 0);
}

// Each is refused for the reason named; none may ever be accepted or waited for.
static const struct {
    enum http_head_refusal refusal;
    const char *text;
} refused[] = {
    // Request line
    {HTTP_HEAD_EMPTY_LINE, "\r\n" GET "\r\n"},
    {HTTP_HEAD_BARE_LF, "\n" GET "\r\n"},
    {HTTP_HEAD_BARE_LF, "GET / HTTP/1.1\n" HOST "\r\n"},
    {HTTP_HEAD_BARE_CR, "GET / HTTP/1.1\r" HOST "\r\n"},
    {HTTP_HEAD_BARE_CR, "GET / HTTP/1.1\r\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_REQUEST_LINE, "GET /\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_REQUEST_LINE, "GET\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_REQUEST_LINE, "GET  / HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_REQUEST_LINE, "GET / HTTP/1.1 \r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_REQUEST_LINE, "GET /a b HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_REQUEST_LINE, "GET / HTTP/1.1 HTTP/1.0\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_METHOD, " GET /HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_METHOD, "G(T / HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_METHOD, "\xC7"
                           "ET / HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_METHOD, "AAAAAAAAAAAAAAAAA / HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_REQUEST_LINE, "GET\t/\tHTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_TARGET, "GET http://a.example/ HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_TARGET, "CONNECT a.example:443 HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_TARGET, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_TARGET, "GET /\xE3\x81\x9F HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_TARGET, "GET /a#b HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_TARGET, "GET /a\tb HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_CONTROL_BYTE, "GET /\x7f HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_CONTROL_BYTE, "GET /\x0b HTTP/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_VERSION, "GET / http/1.1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_VERSION, "GET / HTTP/1.10\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_VERSION, "GET / HTTP/1,1\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_VERSION, "GET / HTTP/1\r\n" HOST "\r\n"},
    {HTTP_HEAD_VERSION_UNSUPPORTED, "GET / HTTP/0.9\r\n" HOST "\r\n"},
    {HTTP_HEAD_VERSION_UNSUPPORTED, "GET / HTTP/1.2\r\n" HOST "\r\n"},
    {HTTP_HEAD_BAD_TARGET, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
    {HTTP_HEAD_CONTROL_BYTE, "\x16\x03\x01\x02"},
    // Lines and names
    {HTTP_HEAD_BARE_LF, GET "X-A: b\nX-C: d\r\n\r\n"},
    {HTTP_HEAD_BARE_LF, GET "\n"},
    {HTTP_HEAD_BARE_CR, GET "X-A: b\rX-C: d\r\n\r\n"},
    {HTTP_HEAD_BARE_CR, GET "X-A: b\r\r\n\r\n"},
    {HTTP_HEAD_CONTROL_BYTE, GET "X-A: b\x01\r\n\r\n"},
    {HTTP_HEAD_CONTROL_BYTE, GET "X-A: b\x7f\r\n\r\n"},
    {HTTP_HEAD_CONTROL_BYTE, GET "X-A\x1f: b\r\n\r\n"},
    {HTTP_HEAD_FOLDED, GET "X-A: b\r\n folded\r\n\r\n"},
    {HTTP_HEAD_FOLDED, GET "X-A: b\r\n\tfolded\r\n\r\n"},
    {HTTP_HEAD_FOLDED, "GET / HTTP/1.1\r\n Host: a\r\n" HOST "\r\n"},
    {HTTP_HEAD_FOLDED, GET " \r\n\r\n"},
    {HTTP_HEAD_BLANK_BEFORE_COLON, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},
    {HTTP_HEAD_BLANK_BEFORE_COLON, POST "Content-Length : 5\r\n\r\n"},
    {HTTP_HEAD_BLANK_BEFORE_COLON, POST "Transfer-Encoding\t: chunked\r\n\r\n"},
    {HTTP_HEAD_BAD_NAME, GET "no colon\r\n\r\n"},
    {HTTP_HEAD_BAD_NAME, GET ": no name\r\n\r\n"},
    {HTTP_HEAD_BAD_NAME, GET "Two words: a\r\n\r\n"},
    {HTTP_HEAD_BAD_NAME, GET "X(A): b\r\n\r\n"},
    {HTTP_HEAD_BAD_NAME, GET "X\xE3\x81\x9F: b\r\n\r\n"},
    {HTTP_HEAD_BAD_NAME, GET "\"X\": b\r\n\r\n"},
    // Host
    {HTTP_HEAD_NO_HOST, "GET / HTTP/1.1\r\n\r\n"},
    {HTTP_HEAD_NO_HOST, "GET / HTTP/1.0\r\nX-Host: a\r\n\r\n"},
    {HTTP_HEAD_TWO_HOSTS, GET HOST "\r\n"},
    {HTTP_HEAD_TWO_HOSTS, GET "hOST: other\r\n\r\n"},
    {HTTP_HEAD_BAD_HOST, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
    {HTTP_HEAD_BAD_HOST, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
    {HTTP_HEAD_BAD_HOST, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"},
    {HTTP_HEAD_BAD_HOST, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    {HTTP_HEAD_BAD_HOST, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
    // Length
    {HTTP_HEAD_TWO_LENGTHS, POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"},
    {HTTP_HEAD_TWO_LENGTHS, POST "Content-Length: 5\r\ncontent-length: 5\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: 5, 5\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: 5,6\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: +5\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: -1\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: 0x5\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: 5.0\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: 5 6\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: \"5\"\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length:\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: 9223372036854775808\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: 18446744073709551621\r\n\r\n"},
    {HTTP_HEAD_BAD_LENGTH, POST "Content-Length: \xEF\xBC\x95\r\n\r\n"},
    {HTTP_HEAD_LENGTH_REQUIRED, POST "\r\n"},
    {HTTP_HEAD_LENGTH_REQUIRED, "PUT / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"},
    {HTTP_HEAD_LENGTH_REQUIRED, "PATCH / HTTP/1.0\r\n" HOST "\r\n"},
    {HTTP_HEAD_UNEXPECTED_BODY, GET "Content-Length: 5\r\n\r\n"},
    {HTTP_HEAD_UNEXPECTED_BODY, GET "Transfer-Encoding: chunked\r\n\r\n"},
    {HTTP_HEAD_UNEXPECTED_BODY, "HEAD / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n"},
    {HTTP_HEAD_UNEXPECTED_BODY, "post / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n"},
    // Encoding
    {HTTP_HEAD_LENGTH_AND_ENCODING,
     POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {HTTP_HEAD_LENGTH_AND_ENCODING,
     POST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"},
    {HTTP_HEAD_TWO_ENCODINGS,
     POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {HTTP_HEAD_TWO_ENCODINGS,
     POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"},
    {HTTP_HEAD_BAD_ENCODING, POST "Transfer-Encoding: gzip, chunked\r\n\r\n"},
    {HTTP_HEAD_BAD_ENCODING, POST "Transfer-Encoding: chunked, chunked\r\n\r\n"},
    {HTTP_HEAD_BAD_ENCODING, POST "Transfer-Encoding: identity\r\n\r\n"},
    {HTTP_HEAD_BAD_ENCODING, POST "Transfer-Encoding: xchunked\r\n\r\n"},
    {HTTP_HEAD_BAD_ENCODING, POST "Transfer-Encoding: chunked;q=1\r\n\r\n"},
    {HTTP_HEAD_BAD_ENCODING, POST "Transfer-Encoding: \"chunked\"\r\n\r\n"},
    {HTTP_HEAD_BAD_ENCODING, POST "Transfer-Encoding: Chunked\r\n\r\n"},
    {HTTP_HEAD_BAD_ENCODING, POST "Transfer-Encoding:\r\n\r\n"},
    {HTTP_HEAD_BAD_ENCODING, POST "Transfer-Encoding: cow\r\nContent-Length: 5\r\n\r\n"},
    {HTTP_HEAD_CONTROL_BYTE, POST "Transfer-Encoding: \x0b"
                                  "chunked\r\n\r\n"},
    {HTTP_HEAD_FOLDED, POST "Transfer-Encoding:\r\n chunked\r\n\r\n"},
    {HTTP_HEAD_ENCODING_IN_1_0,
     "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"},
    {HTTP_HEAD_BAD_EXPECTATION, POST "Content-Length: 1\r\nExpect: 200-ok\r\n\r\n"},
};

static void ambiguous_requests_are_refused(void **state) {
    (void)state;
    assert_true(ARRAY_LEN(refused) >= 60);
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct http_head head;
        enum http_head_result result = read_text(&head, refused[i].text);
        if (result == HTTP_HEAD_REFUSED && head.refusal == refused[i].refusal) continue;
        fail_msg("%d %s, should be %s: %s", (int)result,
                 http_head_refusal_text(head.refusal),
                 http_head_refusal_text(refused[i].refusal), refused[i].text);
    }
}

static void what_was_refused_stays_refused(void **state) {
    (void)state;
    struct http_head head;
    assert_int_equal(read_text(&head, "GET / HTTP/1.1\n"), HTTP_HEAD_REFUSED);
    assert_int_equal(http_head_read(&head, STR(GET "\r\n")), HTTP_HEAD_REFUSED);
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state) {
    (void)state;
    static const char good[] = POST "Content-Length: 5\r\n\r\n";
    for (size_t i = 0; i < sizeof good - 1; i++) {
        char text[sizeof good];
        memcpy(text, good, sizeof good);
        text[i] = '\0';
        struct http_head head;
        http_head_init(&head);
        enum http_head_result result =
            http_head_read(&head, (struct str){text, sizeof good - 1});
        assert_int_equal(result, HTTP_HEAD_REFUSED);
    }
}

// A head of exactly n bytes, filled up by one field.
static struct str head_of_size(char *text, size_t n) {
    static const char begin[] = GET "X-Fill: ";
    memcpy(text, begin, sizeof begin - 1);
    memset(text + sizeof begin - 1, 'a', n - (sizeof begin - 1) - 4);
    memcpy(text + n - 4, "\r\n\r\n", 4);
    return (struct str){text, n};
}

static void a_head_of_8192_bytes_passes_and_8193_do_not(void **state) {
    (void)state;
    static char text[HTTP_HEAD_MAX + 1];
    struct http_head head;
    http_head_init(&head);
    assert_int_equal(http_head_read(&head, head_of_size(text, HTTP_HEAD_MAX)),
                     HTTP_HEAD_OK);
    http_head_init(&head);
    assert_int_equal(http_head_read(&head, head_of_size(text, HTTP_HEAD_MAX + 1)),
                     HTTP_HEAD_REFUSED);
    assert_int_equal(head.refusal, HTTP_HEAD_TOO_LARGE);
    assert_int_equal(http_head_status(head.refusal), 431);
}

static void sixty_four_fields_pass_and_sixty_five_do_not(void **state) {
    (void)state;
    for (size_t count = HTTP_HEAD_FIELDS_MAX; count <= HTTP_HEAD_FIELDS_MAX + 1;
         count++) {
        char text[HTTP_HEAD_MAX] = GET;
        size_t n = strlen(text);
        for (size_t i = 1; i < count; i++, n += 6) memcpy(text + n, "A: b\r\n", 6);
        memcpy(text + n, "\r\n", 3);
        struct http_head head;
        bool is_good = read_text(&head, text) == HTTP_HEAD_OK;
        assert_int_equal(is_good, count == HTTP_HEAD_FIELDS_MAX);
        if (!is_good) assert_int_equal(head.refusal, HTTP_HEAD_TOO_MANY_FIELDS);
    }
}

static void a_target_of_2048_bytes_passes_and_2049_do_not(void **state) {
    (void)state;
    for (size_t n = HTTP_HEAD_TARGET_MAX; n <= HTTP_HEAD_TARGET_MAX + 1; n++) {
        char text[HTTP_HEAD_MAX] = "GET ";
        memset(text + 4, '/', n);
        static const char rest[] = " HTTP/1.1\r\n" HOST "\r\n";
        memcpy(text + 4 + n, rest, sizeof rest);
        struct http_head head;
        bool is_good = read_text(&head, text) == HTTP_HEAD_OK;
        assert_int_equal(is_good, n == HTTP_HEAD_TARGET_MAX);
        if (!is_good) assert_int_equal(http_head_status(head.refusal), 414);
    }
}

static void an_endless_request_line_is_a_target_too_long(void **state) {
    (void)state;
    static char text[HTTP_HEAD_MAX];
    memset(text, 'a', sizeof text);
    struct http_head head;
    http_head_init(&head);
    assert_int_equal(http_head_read(&head, (struct str){text, sizeof text - 1}),
                     HTTP_HEAD_MORE);
    assert_int_equal(http_head_read(&head, (struct str){text, sizeof text}),
                     HTTP_HEAD_REFUSED);
    assert_int_equal(http_head_status(head.refusal), 414);
}

static void every_refusal_has_a_code_and_a_4xx_or_505(void **state) {
    (void)state;
    for (int i = 1; i < HTTP_HEAD_REFUSAL_COUNT; i++) {
        enum http_head_refusal refusal = (enum http_head_refusal)i;
        assert_true(strlen(http_head_refusal_text(refusal)) > 1);
        int status = http_head_status(refusal);
        assert_true((status >= 400 && status < 500) || status == 505);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_webhook_is_read),
        cmocka_unit_test(a_head_that_comes_byte_by_byte_reads_the_same),
        cmocka_unit_test(what_follows_the_head_is_not_looked_at),
        cmocka_unit_test(connection_and_version_decide_keep_alive),
        cmocka_unit_test(unusual_but_unambiguous_heads_are_accepted),
        cmocka_unit_test(a_field_that_stands_twice_has_no_value),
        cmocka_unit_test(ambiguous_requests_are_refused),
        cmocka_unit_test(what_was_refused_stays_refused),
        cmocka_unit_test(a_nul_byte_is_refused_wherever_it_stands),
        cmocka_unit_test(a_head_of_8192_bytes_passes_and_8193_do_not),
        cmocka_unit_test(sixty_four_fields_pass_and_sixty_five_do_not),
        cmocka_unit_test(a_target_of_2048_bytes_passes_and_2049_do_not),
        cmocka_unit_test(an_endless_request_line_is_a_target_too_long),
        cmocka_unit_test(every_refusal_has_a_code_and_a_4xx_or_505),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
