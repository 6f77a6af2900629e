// SPDX-License-Identifier: Apache-2.0
//
// Views of bytes.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/str.h"

static const struct str constant = STR_INIT("constant");
static const struct str nothing = {0};

static void a_literal_is_a_constant(void **state) {
    (void)state;
    assert_int_equal(constant.n, 8);
    assert_true(str_eq(constant, STR("constant")));
    assert_int_equal(STR("a\0b").n, 3);
    assert_int_equal(str_of(NULL).n, 0);
}

static void equality_looks_at_length_and_bytes(void **state) {
    (void)state;
    assert_true(str_eq(nothing, STR("")));
    assert_false(str_eq(STR("a"), STR("ab")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_true(str_eq_nocase(STR("Content-Length"), STR("cONTENT-lENGTH")));
    assert_false(str_eq_nocase(STR("[\\]"), STR("{|}")));
    assert_false(str_eq_nocase(STR("É"), STR("é")));
}

static void beginnings_and_ends(void **state) {
    (void)state;
    assert_true(str_starts(constant, STR("con")) && str_starts(constant, nothing));
    assert_true(str_ends(constant, STR("ant")) && str_ends(constant, nothing));
    assert_true(str_starts(nothing, nothing) && str_ends(nothing, nothing));
    assert_false(str_starts(STR("co"), STR("con")));
    assert_false(str_ends(STR("nt"), STR("ant")));
}

static void order_is_bytewise_and_shorter_first(void **state) {
    (void)state;
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("\xFF"), STR("a")) > 0);
    assert_true(str_cmp(nothing, STR("")) == 0);
    assert_true(str_cmp(nothing, STR("a")) < 0);
}

static void finding_gives_the_first_at_or_after(void **state) {
    (void)state;
    assert_int_equal(str_find(STR("abcabc"), STR("bc"), 0), 1);
    assert_int_equal(str_find(STR("abcabc"), STR("bc"), 2), 4);
    assert_int_equal(str_find(STR("abcabc"), STR("bc"), 5), 6);
    assert_int_equal(str_find(STR("abc"), STR("abcd"), 0), 3);
    assert_int_equal(str_find(STR("abc"), nothing, 2), 2);
    assert_int_equal(str_find(STR("abc"), STR("a"), 9), 3);
    assert_true(str_contains(STR("abc"), STR("c")) && str_contains(nothing, nothing));
    assert_false(str_contains(nothing, STR("c")));
}

static void slices_are_clamped(void **state) {
    (void)state;
    assert_true(str_eq(str_slice(constant, 3, 5), STR("st")));
    assert_true(str_eq(str_slice(constant, 6, 100), STR("nt")));
    assert_int_equal(str_slice(constant, 9, 100).n, 0);
    assert_int_equal(str_slice(constant, 5, 3).n, 0);
    assert_int_equal(str_slice(nothing, 0, 1).n, 0);
}

static void trimming_takes_blanks_and_line_ends(void **state) {
    (void)state;
    assert_true(str_eq(str_trim(STR(" \t\r\n a b \n")), STR("a b")));
    assert_int_equal(str_trim(STR(" \t ")).n, 0);
    assert_int_equal(str_trim(nothing).n, 0);
}

static void splitting_gives_every_part_also_empty_ones(void **state) {
    (void)state;
    static const struct {
        const char *list;
        size_t parts;
    } cases[] = {{"a,b", 2}, {"a,", 2}, {",", 2}, {"", 1}, {"a,,b", 3}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t count = 0;
        for (struct str rest = str_of(cases[i].list), part; str_next(&rest, ',', &part);)
            count++;
        assert_int_equal(count, cases[i].parts);
    }
    struct str rest = nothing, part;
    assert_false(str_next(&rest, ',', &part));
}

static void numbers_are_strict(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "0x1",
                                      "--1",
                                      "1a",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "18446744073709551616",
                                      "99999999999999999999999"};
    int64_t number = 7;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (str_to_i64(str_of(bad[i]), &number)) fail_msg("%s", bad[i]);
    }
    assert_int_equal(number, 7);
    assert_true(str_to_i64(STR("9223372036854775807"), &number) && number == INT64_MAX);
    assert_true(str_to_i64(STR("-9223372036854775808"), &number) && number == INT64_MIN);
    assert_true(str_to_i64(STR("-0012"), &number) && number == -12);
    uint64_t big;
    assert_true(str_to_u64(STR("18446744073709551615"), &big) && big == UINT64_MAX);
    assert_false(str_to_u64(STR("-1"), &big));
}

static void doubles_are_as_json_writes_them(void **state) {
    (void)state;
    static const char *const bad[] = {"",    "-",     ".5",  "5.",    "1e",
                                      "1e+", " 1",    "1 ",  "0x10",  "inf",
                                      "nan", "1e999", "1,5", "1.5.5", "+1"};
    double number = 7;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (str_to_double(str_of(bad[i]), &number)) fail_msg("%s", bad[i]);
    }
    assert_true(number == 7);
    assert_true(str_to_double(STR("-139.5"), &number) && number == -139.5);
    assert_true(str_to_double(STR("1.5e3"), &number) && number == 1500);
    assert_true(str_to_double(STR("2E-1"), &number) && number == 0.2);
}

static void the_hash_is_fnv_1a(void **state) {
    (void)state;
    assert_true(str_hash(nothing) == 0xcbf29ce484222325U);
    assert_true(str_hash(STR("foobar")) == 0x85944171f73967e8U);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_literal_is_a_constant),
        cmocka_unit_test(equality_looks_at_length_and_bytes),
        cmocka_unit_test(beginnings_and_ends),
        cmocka_unit_test(order_is_bytewise_and_shorter_first),
        cmocka_unit_test(finding_gives_the_first_at_or_after),
        cmocka_unit_test(slices_are_clamped),
        cmocka_unit_test(trimming_takes_blanks_and_line_ends),
        cmocka_unit_test(splitting_gives_every_part_also_empty_ones),
        cmocka_unit_test(numbers_are_strict),
        cmocka_unit_test(doubles_are_as_json_writes_them),
        cmocka_unit_test(the_hash_is_fnv_1a),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
