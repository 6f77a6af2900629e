// SPDX-License-Identifier: Apache-2.0
//
// Rows are sparse: index and value, ascending, -1 at the end.
#include "handlers/triage/heads.h"

#include <linear.h>
#include <math.h>
#include <stdlib.h>

static void silent(const char *text) {
    (void)text;
}

void heads_silence(void) {
    set_print_string_function(silent);
}

struct heads_matrix heads_matrix_new(size_t count, unsigned bits, struct arena *arena) {
    return (struct heads_matrix){
        .rows = ARENA_ARRAY(arena, struct feature_node *, count + 1),
        .count = count,
        .bits = bits,
        .dims = (1 << bits) + FEATURES_CLASS_DIMS,
    };
}

static int index_cmp(const void *a, const void *b) {
    const uint32_t *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

// Adds classes and shape behind the n-grams; returns the new length.
static size_t classes_add(struct feature_node *row, size_t n, const struct look *look,
                          unsigned bits) {
    uint32_t classes[FEATURES_PAIRS_MAX] = {0};
    for (size_t i = 0; i < look->class_count; i++)
        classes[i] = (uint32_t)look->classes[i] | (i < look->single_count ? 0 : 1U << 16);
    qsort(classes, look->class_count, sizeof *classes, index_cmp);
    for (size_t i = 0; i < look->class_count; i++) {
        bool is_pair = classes[i] >> 16 != 0;
        int index = (1 << bits) + (int)(classes[i] & 0xFFFF) + 1;
        double value = is_pair ? (double)features_pair_weight
                               : (double)features_class_weight;
        row[n++] = (struct feature_node){index, value};
    }
    for (size_t i = 0; i < look->shape_count; i++)
        row[n++] = (struct feature_node){(1 << bits) + look->shapes[i] + 1,
                                         (double)features_shape_weight};
    return n;
}

void heads_matrix_set(struct heads_matrix *matrix, size_t i, const struct look *look,
                      struct arena *arena) {
    uint32_t *buckets = ARENA_ARRAY(arena, uint32_t, look->gram_count + 1);
    for (size_t g = 0; g < look->gram_count; g++)
        buckets[g] = look->grams[g] >> (32 - matrix->bits);
    qsort(buckets, look->gram_count, sizeof *buckets, index_cmp);
    size_t room = look->gram_count + look->class_count + look->shape_count + 2, n = 0;
    struct feature_node *row = ARENA_ARRAY(arena, struct feature_node, room);
    double scale = look->gram_count > 0 ? 1.0 / sqrt((double)look->gram_count) : 0.0;
    for (size_t g = 0; g < look->gram_count; g++) {
        bool is_same = n > 0 && row[n - 1].index == (int)buckets[g] + 1;
        if (!is_same) row[n++] = (struct feature_node){(int)buckets[g] + 1, 0.0};
        row[n - 1].value += scale;
    }
    n = classes_add(row, n, look, matrix->bits);
    row[n++] = (struct feature_node){matrix->dims + 1, 1.0};
    row[n] = (struct feature_node){-1, 0.0};
    matrix->rows[i] = row;
}

double *heads_train(const struct heads_task *task, struct arena *arena) {
    const struct heads_matrix *matrix = task->matrix;
    size_t room = matrix->count * HEADS_COPIES_MAX;
    struct feature_node **x = ARENA_ARRAY(arena, struct feature_node *, room);
    double *y = ARENA_ARRAY(arena, double, room);
    int n = 0, positive = 0, label = 1;
    for (size_t i = 0; i < matrix->count; i++) {
        int copies = task->copies != NULL ? task->copies[i] : 1;
        for (int c = 0; c < copies && task->targets[i] != 0.0; c++) {
            x[n] = matrix->rows[i];
            y[n++] = task->targets[i];
            positive += task->targets[i] > 0;
        }
    }
    if (positive == 0 || positive == n) return NULL;
    double weight = task->weight;
    struct problem problem = {.l = n, .n = matrix->dims + 1, .y = y, .x = x, .bias = 1.0};
    struct parameter parameter = {.solver_type = L2R_LR,
                                  .eps = task->tolerance,
                                  .C = task->cost,
                                  .nr_weight = 1,
                                  .weight_label = &label,
                                  .weight = &weight};
    struct model *trained = train(&problem, &parameter);
    // liblinear's sign is that of the label it met first.
    double sign = trained->label[0] == 1 ? 1.0 : -1.0;
    double *weights = ARENA_ARRAY(arena, double, (size_t)matrix->dims + 1);
    for (int i = 0; i <= matrix->dims; i++) weights[i] = sign * trained->w[i];
    free_and_destroy_model(&trained);
    return weights;
}
