// SPDX-License-Identifier: Apache-2.0
//
// Folds of cross-validation. What one author wrote in one pass about one situation stays
// together: lines written side by side resemble each other as no stranger's would, and a
// split at random would measure memory.
#ifndef HANDLERS_TRIAGE_FOLDS_H
#define HANDLERS_TRIAGE_FOLDS_H

#include "core/arena.h"
#include "handlers/triage/corpus.h"

enum { FOLDS = 5 };

// The fold of each row, 0 to FOLDS - 1. The passes of one situation go to different folds
// as far as there are folds. Does not depend on the order of the rows.
uint8_t *folds_of(const struct corpus *corpus, struct arena *arena);

#endif
