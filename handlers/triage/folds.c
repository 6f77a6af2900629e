// SPDX-License-Identifier: Apache-2.0
//
// Groups in the order of their names are dealt out like cards.
#include "handlers/triage/folds.h"

#include <stdlib.h>

static int group_cmp(const void *a, const void *b) {
    const struct corpus_row *left = *(const struct corpus_row *const *)a;
    const struct corpus_row *right = *(const struct corpus_row *const *)b;
    int order = str_cmp(left->situation, right->situation);
    return order != 0 ? order : str_cmp(left->pass, right->pass);
}

uint8_t *folds_of(const struct corpus *corpus, struct arena *arena) {
    const struct corpus_row **sorted =
        ARENA_ARRAY(arena, const struct corpus_row *, corpus->count + 1);
    uint8_t *folds = ARENA_ARRAY(arena, uint8_t, corpus->count + 1);
    for (size_t i = 0; i < corpus->count; i++) sorted[i] = &corpus->rows[i];
    qsort(sorted, corpus->count, sizeof *sorted, group_cmp);
    unsigned group = 0;
    for (size_t i = 0; i < corpus->count; i++) {
        if (i > 0 && group_cmp(&sorted[i - 1], &sorted[i]) != 0) group++;
        folds[sorted[i] - corpus->rows] = (uint8_t)(group % FOLDS);
    }
    return folds;
}
