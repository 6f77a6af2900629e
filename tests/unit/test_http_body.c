// SPDX-License-Identifier: Apache-2.0
//
// Where a body ends: by length, by strict chunks, at any division of the input.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/http_body.h"

static void start_chunked(struct http_body *body) {
    struct http_head head;
    http_head_init(&head);
    head.is_chunked = true;
    http_body_init(body, &head);
}

static void a_body_by_length_ends_at_its_length(void **state) {
    (void)state;
    struct http_head head;
    http_head_init(&head);
    head.has_content_length = true;
    head.content_length = 5;
    struct http_body body;
    http_body_init(&body, &head);
    size_t taken;
    assert_int_equal(http_body_read(&body, STR("abc"), &taken), HTTP_BODY_MORE);
    assert_int_equal(taken, 3);
    assert_int_equal(http_body_read(&body, STR("deGET /"), &taken), HTTP_BODY_END);
    assert_int_equal(taken, 2);
    assert_int_equal(body.payload, 5);
    assert_int_equal(http_body_read(&body, STR("GET /"), &taken), HTTP_BODY_END);
    assert_int_equal(taken, 0);
}

static void no_length_is_no_body(void **state) {
    (void)state;
    struct http_head head;
    http_head_init(&head);
    struct http_body body;
    http_body_init(&body, &head);
    size_t taken;
    assert_int_equal(http_body_read(&body, STR("GET /"), &taken), HTTP_BODY_END);
    assert_int_equal(taken, 0);
}

static void chunks_end_at_the_same_byte_however_they_come(void **state) {
    (void)state;
    static const char text[] = "4\r\nWiki\r\n0000000A\r\n\r\n23456789\r\n0\r\n\r\nGET /";
    size_t whole = sizeof text - 1 - 5;
    for (size_t step = 1; step < sizeof text; step++) {
        struct http_body body;
        start_chunked(&body);
        size_t at = 0, taken = 0;
        enum http_body_result result = HTTP_BODY_MORE;
        while (result == HTTP_BODY_MORE) {
            struct str piece = str_slice(STR(text), at, at + step);
            assert_true(piece.n > 0);
            result = http_body_read(&body, piece, &taken);
            at += taken;
        }
        assert_int_equal(result, HTTP_BODY_END);
        assert_int_equal(at, whole);
        assert_int_equal(body.payload, 14);
    }
}

static void chunks_that_readers_differ_about_are_refused(void **state) {
    (void)state;
    static const char *const cases[] = {
        "0x3\r\nabc\r\n",            // prefix
        "+3\r\nabc\r\n",             // sign
        "-1\r\n",                    //
        " 3\r\nabc\r\n",             // blank
        "3 \r\nabc\r\n",             //
        "3;a=b\r\nabc\r\n",          // extension
        "3\nabc\n0\n\n",             // bare LF
        "3\rabc",                    // bare CR
        "\r\n",                      // no size
        "g\r\n",                     //
        "000000003\r\nabc\r\n",      // nine digits
        "fffffffff\r\n",             //
        "3\r\nabcd\r\n0\r\n\r\n",    // longer than it says
        "3\r\nabc\n0\r\n\r\n",       // LF behind the data
        "3\r\nabc0\r\n\r\n",         // nothing behind the data
        "0\r\nX-Trailer: a\r\n\r\n", // trailers
        "0\r\n\n",                   //
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_body body;
        start_chunked(&body);
        size_t taken;
        if (http_body_read(&body, str_of(cases[i]), &taken) != HTTP_BODY_REFUSED)
            fail_msg("not refused: %s", cases[i]);
        assert_int_equal(http_body_read(&body, STR("0\r\n\r\n"), &taken),
                         HTTP_BODY_REFUSED);
        assert_int_equal(taken, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_by_length_ends_at_its_length),
        cmocka_unit_test(no_length_is_no_body),
        cmocka_unit_test(chunks_end_at_the_same_byte_however_they_come),
        cmocka_unit_test(chunks_that_readers_differ_about_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
