// SPDX-License-Identifier: Apache-2.0
//
// Buffers with a maximum, on malloc and in an arena.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/buf.h"

static void additions_follow_one_another(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf, 100);
    buf_add(&buf, STR("one "));
    buf_add_char(&buf, '2');
    buf_addf(&buf, " %s %d", "three", 4);
    buf_add(&buf, (struct str){0});
    memcpy(buf_room(&buf, 2), "!!", 2);
    assert_true(str_eq(buf_str(&buf), STR("one 2 three 4!!")));
    assert_false(buf.failed);
    buf_free(&buf);
    assert_int_equal(buf_str(&buf).n, 0);
}

static void exactly_the_maximum_fits(void **state) {
    (void)state;
    for (int way = 0; way < 3; way++) {
        struct buf buf;
        buf_init(&buf, 5);
        if (way == 0) buf_add(&buf, STR("12345"));
        if (way == 1) buf_addf(&buf, "%d", 12345);
        for (int i = 1; way == 2 && i <= 5; i++) buf_add_char(&buf, (char)('0' + i));
        assert_false(buf.failed);
        assert_true(str_eq(buf_str(&buf), STR("12345")));
        buf_add_char(&buf, '6');
        assert_true(buf.failed);
        buf_free(&buf);
    }
}

static void failure_sticks_and_leaves_a_true_beginning(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf, 5);
    buf_add(&buf, STR("123"));
    buf_addf(&buf, "%d", 456);
    assert_true(buf.failed);
    buf_add(&buf, STR("4"));
    buf_addf(&buf, "%d", 5);
    assert_null(buf_room(&buf, 1));
    assert_true(str_eq(buf_str(&buf), STR("123")));
    buf_reset(&buf);
    assert_false(buf.failed);
    buf_add(&buf, STR("12345"));
    assert_false(buf.failed);
    buf_free(&buf);
}

static void it_grows_without_losing_anything(void **state) {
    (void)state;
    struct arena *arena = arena_new(0);
    for (int way = 0; way < 2; way++) {
        struct buf buf;
        if (way == 0) buf_init(&buf, 1 << 20);
        else buf_init_arena(&buf, arena, 1 << 20);
        for (int i = 0; i < 10000; i++) buf_addf(&buf, "%04d", i);
        assert_int_equal(buf_str(&buf).n, 40000);
        for (int i = 0; i < 10000; i += 999) {
            int64_t number;
            assert_true(str_to_i64(
                str_slice(buf_str(&buf), (size_t)i * 4, (size_t)i * 4 + 4), &number));
            assert_int_equal(number, i);
        }
        buf_free(&buf);
    }
    arena_free(arena);
}

static void integers_are_decimal(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf, 100);
    static const int64_t numbers[] = {0, -1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        buf_add_int(&buf, numbers[i]);
        buf_add_char(&buf, ' ');
    }
    assert_true(
        str_eq(buf_str(&buf), STR("0 -1 9223372036854775807 -9223372036854775808 ")));
    buf_free(&buf);
}

static void an_empty_buffer_is_an_empty_str(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf, 0);
    assert_int_equal(buf_str(&buf).n, 0);
    assert_non_null(buf_room(&buf, 0));
    buf_addf(&buf, "%s", "");
    assert_false(buf.failed);
    buf_free(&buf);
}

static void fixed_memory_is_never_left(void **state) {
    (void)state;
    for (int way = 0; way < 2; way++) {
        char memory[8];
        struct buf buf;
        buf_init_fixed(&buf, memory, sizeof memory);
        if (way == 0) buf_add(&buf, STR("1234567"));
        else buf_addf(&buf, "%d", 1234567);
        assert_false(buf.failed);
        assert_true(str_eq(buf_str(&buf), STR("1234567")));
        if (way == 0) buf_add_char(&buf, '8');
        else buf_addf(&buf, "%d", 8);
        assert_true(buf.failed);
        assert_ptr_equal(buf_str(&buf).p, memory);
        buf_free(&buf);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(additions_follow_one_another),
        cmocka_unit_test(exactly_the_maximum_fits),
        cmocka_unit_test(failure_sticks_and_leaves_a_true_beginning),
        cmocka_unit_test(it_grows_without_losing_anything),
        cmocka_unit_test(integers_are_decimal),
        cmocka_unit_test(fixed_memory_is_never_left),
        cmocka_unit_test(an_empty_buffer_is_an_empty_str),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
