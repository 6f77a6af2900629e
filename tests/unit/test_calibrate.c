// SPDX-License-Identifier: Apache-2.0
//
// A curve is found whatever the scores' size, and tells how often it is right.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>

#include "handlers/triage/calibrate.h"

enum { ROWS = 2000 };

// Scores from -size to size; at the middle half of them are emergencies, and ever more of
// them above it.
static void curve_of(double size, struct model_lane *lane) {
    struct calibrate_row rows[ROWS];
    for (int i = 0; i < ROWS; i++) {
        double at = 2.0 * i / ROWS - 1.0;
        bool is_emergency = (i * 7919 % 1000) / 1000.0 < 1.0 / (1.0 + exp(-8.0 * at));
        rows[i] = (struct calibrate_row){at * size, is_emergency};
    }
    calibrate(rows, ROWS, lane);
}

static void the_curve_rises_whatever_the_size(void **state) {
    (void)state;
    static const double sizes[] = {0.1, 1.0, 5.0, 20.0, 400.0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct model_lane lane = {0};
        curve_of(sizes[i], &lane);
        assert_true(fabs((double)lane.a * sizes[i] - 8.0) < 1.0);
        assert_true(fabs((double)model_probability(&lane, 0.0F) - 0.5) < 0.05);
    }
}

// Where nothing tells them apart every text is as likely as all are.
static void without_a_sign_it_is_flat(void **state) {
    (void)state;
    struct calibrate_row rows[ROWS];
    struct model_lane lane = {0};
    for (int i = 0; i < ROWS; i++)
        rows[i] = (struct calibrate_row){i % 4 < 2 ? 9.0 : -9.0, i % 2 == 0};
    calibrate(rows, ROWS, &lane);
    assert_true(fabs((double)model_probability(&lane, 9.0F) - 0.5) < 0.01);
    assert_true(fabs((double)model_probability(&lane, -9.0F) - 0.5) < 0.01);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_curve_rises_whatever_the_size),
        cmocka_unit_test(without_a_sign_it_is_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
