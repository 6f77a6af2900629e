// SPDX-License-Identifier: Apache-2.0
//
// Ids of one node.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/id.h"

enum { SECOND = 1000 };
#define NOW (ID_EPOCH_MS + 60LL * SECOND)

static void an_id_holds_time_and_node(void **state) {
    (void)state;
    struct id_source source = {.node = 1023};
    int64_t id = id_next(&source, NOW);
    assert_true(id_ms(id) == NOW);
    assert_int_equal(id_node(id), 1023);
    assert_true(id >= id_floor(NOW) && id < id_floor(NOW + 1));
}

static void ids_grow_also_when_the_clock_goes_back(void **state) {
    (void)state;
    struct id_source source = {.node = 3};
    int64_t before = 0;
    static const int64_t steps[] = {0, 0, 5, -5000, -5000, 1, 70000, -100000};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        int64_t id = id_next(&source, NOW + steps[i]);
        assert_true(id > before);
        assert_int_equal(id_node(id), 3);
        before = id;
    }
}

static void more_than_4096_in_a_millisecond_borrow_from_the_next(void **state) {
    (void)state;
    struct id_source source = {.node = 1023};
    int64_t before = 0, id = 0;
    for (int i = 0; i < 10000; i++) {
        id = id_next(&source, NOW);
        assert_true(id > before);
        assert_int_equal(id_node(id), 1023);
        before = id;
    }
    assert_true(id_ms(id) == NOW + 2);
    assert_true(id_next(&source, NOW + 1) > before);
}

static void two_nodes_never_make_the_same(void **state) {
    (void)state;
    struct id_source one = {.node = 1}, two = {.node = 2};
    for (int i = 0; i < 5000; i++) assert_true(id_next(&one, NOW) != id_next(&two, NOW));
}

static void an_id_in_text_is_positive_decimal(void **state) {
    (void)state;
    int64_t id = 7;
    static const char *const bad[] = {"", "0", "-1", "x", "9223372036854775808", "1 "};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(id_from_text(str_of(bad[i]), &id));
    assert_true(id == 7);
    assert_true(id_from_text(STR("9223372036854775807"), &id) && id == INT64_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_holds_time_and_node),
        cmocka_unit_test(ids_grow_also_when_the_clock_goes_back),
        cmocka_unit_test(more_than_4096_in_a_millisecond_borrow_from_the_next),
        cmocka_unit_test(two_nodes_never_make_the_same),
        cmocka_unit_test(an_id_in_text_is_positive_decimal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
