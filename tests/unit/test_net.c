// SPDX-License-Identifier: Apache-2.0
//
// The small network: it learns, it is the same each time, and rows that are left out have
// no say in it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <linear.h>
#include <math.h>

#include "handlers/triage/net_train.h"

enum { ROWS = 30000, FEATURES = 6 };

// Row i holds feature i of six and one that tells nothing; two features an outcome.
struct rows {
    struct feature_node nodes[ROWS][4];
    struct feature_node *at[ROWS];
    int8_t targets[ROWS];
    struct heads_matrix matrix;
};

static struct rows *rows_new(struct arena *arena) {
    struct rows *rows = ARENA_NEW(arena, struct rows);
    for (int i = 0; i < ROWS; i++) {
        rows->nodes[i][0] = (struct feature_node){1 + i % FEATURES, 0.7};
        rows->nodes[i][1] = (struct feature_node){100, 0.7};
        rows->nodes[i][2] = (struct feature_node){NET_DIMS + 1, 1.0}; // the heads' bias
        rows->nodes[i][3] = (struct feature_node){-1, 0.0};
        rows->at[i] = rows->nodes[i];
        rows->targets[i] = (int8_t)(i % FEATURES / 2);
    }
    rows->matrix =
        (struct heads_matrix){.rows = rows->at, .count = ROWS, .bits = NET_BITS};
    return rows;
}

static void feature_odds(const struct net *net, int feature, float odds[NET_OUT]) {
    float sum[NET_WIDTH];
    for (size_t i = 0; i < NET_WIDTH; i++)
        sum[i] = (float)net->rows[feature][i] * net->scale * 0.7F;
    net_odds(net, sum, odds);
}

static void each_feature_tells_its_outcome(void **state) {
    struct arena *arena = *state;
    struct rows *rows = rows_new(arena);
    struct net *net = ARENA_NEW(arena, struct net);
    net_train(&(struct net_task){&rows->matrix, rows->targets}, net);
    for (int f = 0; f < FEATURES; f++) {
        float odds[NET_OUT], all = 0.0F;
        feature_odds(net, f, odds);
        for (int o = 0; o < NET_OUT; o++) {
            assert_true((odds[o] > 0.0F) == (o == f / 2));
            all += 1.0F / (1.0F + expf(-odds[o]));
        }
        assert_true(fabsf(all - 1.0F) < 0.001F); // log odds of one whole
    }
}

static void the_same_rows_make_the_same_network(void **state) {
    struct arena *arena = *state;
    struct net *first = ARENA_NEW(arena, struct net),
               *second = ARENA_NEW(arena, struct net);
    struct rows *rows = rows_new(arena);
    for (int i = 0; i < ROWS; i += 3) rows->targets[i] = -1;
    net_train(&(struct net_task){&rows->matrix, rows->targets}, first);
    // What a left-out row holds changes nothing.
    for (int i = 0; i < ROWS; i += 3) rows->nodes[i][0].index = 50;
    net_train(&(struct net_task){&rows->matrix, rows->targets}, second);
    assert_memory_equal(first, second, sizeof *first);
}

static void a_text_of_nothing_has_odds(void **state) {
    struct net *net = ARENA_NEW(*state, struct net);
    float sum[NET_WIDTH] = {0}, odds[NET_OUT];
    net->layers.out_bias[0] = 100.0F; // beyond what expf can hold
    net_odds(net, sum, odds);
    for (int o = 0; o < NET_OUT; o++) assert_true(isfinite(odds[o]));
    assert_true(odds[0] > 0.0F && odds[1] < 0.0F);
}

static int setup(void **state) {
    *state = arena_new(0);
    return 0;
}

static int teardown(void **state) {
    arena_free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_feature_tells_its_outcome, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_rows_make_the_same_network, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_text_of_nothing_has_odds, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
