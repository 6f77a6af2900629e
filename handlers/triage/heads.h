// SPDX-License-Identifier: Apache-2.0
//
// Linear heads: L2-regularised logistic regression, one against the rest, solved by
// liblinear's trust region method, which uses no random numbers. Only this and
// net_train.c, which reads the same rows, know liblinear.
#ifndef HANDLERS_TRIAGE_HEADS_H
#define HANDLERS_TRIAGE_HEADS_H

#include "core/arena.h"
#include "handlers/triage/look.h"

struct feature_node;

enum { HEADS_COPIES_MAX = 3 };

// The corpus as liblinear takes it, on one width.
struct heads_matrix {
    struct feature_node **rows;
    size_t count;
    unsigned bits; // of the n-grams' hashes
    int dims;      // without the bias
};

void heads_silence(void); // liblinear prints nothing from now on

struct heads_matrix heads_matrix_new(size_t count, unsigned bits, struct arena *arena);
// Row i: n-grams counted and scaled to the length of their number, classes behind.
void heads_matrix_set(struct heads_matrix *matrix, size_t i, const struct look *look,
                      struct arena *arena);

// How one head is trained.
struct heads_task {
    const struct heads_matrix *matrix;
    const double *targets; // by row: 1, -1, or 0 for a row that is left out
    double cost;
    double weight;         // what one row that is it counts for
    double tolerance;      // at which solving ends
    const uint8_t *copies; // how often each row counts; NULL: once
};

// The weights, bias last, in the arena; NULL when there is only one kind of row.
double *heads_train(const struct heads_task *task, struct arena *arena);

#endif
