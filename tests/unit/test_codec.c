// SPDX-License-Identifier: Apache-2.0
//
// Text forms of bytes: what is written is read again, what would not be written is not.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/codec.h"

static struct arena *arena;

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

static void base64_is_that_of_rfc_4648(void **state) {
    (void)state;
    static const char *const cases[][3] = {{"", "", ""},
                                           {"f", "Zg==", "Zg"},
                                           {"fo", "Zm8=", "Zm8"},
                                           {"foo", "Zm9v", "Zm9v"},
                                           {"foob", "Zm9vYg==", "Zm9vYg"},
                                           {"\xFB\xFF\xBF", "+/+/", "-_-_"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_str(codec_base64(str_of(cases[i][0]), arena), cases[i][1]);
        assert_str(codec_base64url(str_of(cases[i][0]), arena), cases[i][2]);
    }
}

static void every_length_goes_round_in_every_form(void **state) {
    (void)state;
    for (size_t n = 0; n < 70; n++) {
        char bytes[70];
        for (size_t i = 0; i < n; i++) bytes[i] = (char)(i * 37 + n * 11);
        struct str s = {bytes, n}, back;
        assert_true(codec_base64_decode(codec_base64(s, arena), arena, &back));
        assert_true(str_eq(back, s));
        assert_true(codec_base64url_decode(codec_base64url(s, arena), arena, &back));
        assert_true(str_eq(back, s));
        assert_true(codec_hex_decode(codec_hex(s, arena), arena, &back));
        assert_true(str_eq(back, s));
        assert_true(codec_base32_decode(codec_base32(s, arena), arena, &back));
        assert_true(str_eq(back, s));
        assert_true(codec_url_decode(codec_url_encode(s, arena), false, arena, &back));
        assert_true(str_eq(back, s));
    }
}

static void base64_that_would_not_be_written_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "Zg",     "Zg=",   "Zh==", "Zm9=", "Zm9v=", "====",      "Z===", "Zg==Zg==",
        "Zm9v\n", " Zg==", "Zm8-", "Zm8_", "Z=g=",  "Zm9vYg=\0", "=",    "Z"};
    struct str out;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (codec_base64_decode(str_of(bad[i]), arena, &out)) fail_msg("%s", bad[i]);
    }
    static const char *const bad_url[] = {"Zg==", "Z",     "Zh", "Zm8+",
                                          "Zm8/", "Zm9v=", "Zm9"};
    for (size_t i = 0; i < ARRAY_LEN(bad_url); i++) {
        if (codec_base64url_decode(str_of(bad_url[i]), arena, &out))
            fail_msg("%s", bad_url[i]);
    }
    assert_false(codec_base64_decode((struct str){"Zm9\0", 4}, arena, &out));
}

static void hex_takes_both_cases_and_whole_bytes(void **state) {
    (void)state;
    struct str out;
    assert_str(codec_hex(STR("\x00\x7F\xFF"), arena), "007fff");
    assert_true(codec_hex_decode(STR("0aF0"), arena, &out) && out.n == 2);
    static const char *const bad[] = {"0", "0g", " 0", "0x", "@@", "GG", "``"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(codec_hex_decode(str_of(bad[i]), arena, &out));
}

static void codes_forgive_what_people_mistype(void **state) {
    (void)state;
    struct str code = codec_base32(STR("\x00\x44\x32\x14\xC7"), arena), out;
    assert_int_equal(code.n, 8);
    assert_str(code, "01234567");
    assert_true(codec_base32_decode(STR("oi23-4567"), arena, &out));
    assert_true(str_eq(out, STR("\x00\x44\x32\x14\xC7")));
    assert_true(codec_base32_decode(STR("OL23-4567"), arena, &out));
    static const char *const bad[] = {"0123456U", "012345_7", "0", "012345670", "01Z"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (codec_base32_decode(str_of(bad[i]), arena, &out)) fail_msg("%s", bad[i]);
    }
}

static void percent_escapes_are_strict(void **state) {
    (void)state;
    struct str out;
    assert_true(codec_url_decode(STR("a%20b+c%E3%81%82"), true, arena, &out));
    assert_str(out, "a b cあ");
    assert_true(codec_url_decode(STR("a+b"), false, arena, &out));
    assert_str(out, "a+b");
    static const char *const bad[] = {"%", "%2", "%2g", "%g2", "a%", "%%20", "% 1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(codec_url_decode(str_of(bad[i]), true, arena, &out));
    assert_str(codec_url_encode(STR("a-b._~ /あ"), arena), "a-b._~%20%2F%E3%81%82");
}

static void a_form_gives_its_pairs_in_order(void **state) {
    (void)state;
    struct str rest = STR("From=%2B81901234&&Body=a+b%26c&flag&x==y&=z&");
    static const char *const should[][2] = {
        {"From", "+81901234"}, {"Body", "a b&c"}, {"flag", ""}, {"x", "=y"}, {"", "z"}};
    struct codec_pair pair;
    for (size_t i = 0; i < ARRAY_LEN(should); i++) {
        assert_int_equal(codec_form_next(&rest, arena, &pair), CODEC_FORM_PAIR);
        assert_str(pair.name, should[i][0]);
        assert_str(pair.value, should[i][1]);
    }
    assert_int_equal(codec_form_next(&rest, arena, &pair), CODEC_FORM_END);
    assert_int_equal(codec_form_next(&rest, arena, &pair), CODEC_FORM_END);
    rest = STR("a=%zz&b=1");
    assert_int_equal(codec_form_next(&rest, arena, &pair), CODEC_FORM_BROKEN);
    rest = (struct str){0};
    assert_int_equal(codec_form_next(&rest, arena, &pair), CODEC_FORM_END);
}

static void a_query_gives_the_value_of_a_key(void **state) {
    (void)state;
    struct str out;
    assert_true(codec_query(STR("ab=0&a=1%202&a=3"), STR("a"), arena, &out));
    assert_str(out, "1 2");
    assert_true(codec_query(STR("a"), STR("a"), arena, &out));
    assert_int_equal(out.n, 0);
    assert_false(codec_query(STR("ab=1"), STR("a"), arena, &out));
    assert_false(codec_query(STR(""), STR("a"), arena, &out));
    assert_false(codec_query(STR("a=%"), STR("a"), arena, &out));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_rfc_4648),
        cmocka_unit_test(every_length_goes_round_in_every_form),
        cmocka_unit_test(base64_that_would_not_be_written_is_refused),
        cmocka_unit_test(hex_takes_both_cases_and_whole_bytes),
        cmocka_unit_test(codes_forgive_what_people_mistype),
        cmocka_unit_test(percent_escapes_are_strict),
        cmocka_unit_test(a_form_gives_its_pairs_in_order),
        cmocka_unit_test(a_query_gives_the_value_of_a_key),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
