// SPDX-License-Identifier: Apache-2.0
//
// Making model.bin from the corpus: the same corpus and language files give the same
// bytes on the same system, whatever the number of threads. Judging does not need any of
// it.
#ifndef HANDLERS_TRIAGE_TRAIN_H
#define HANDLERS_TRIAGE_TRAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "handlers/country.h"
#include "handlers/language.h"
#include "handlers/triage/corpus.h"

struct train_input {
    const struct corpus *corpus;
    const struct language_set *set;
    const struct country *country;
    // Calls work(argument) in several threads at once and returns when all have ended;
    // what is made does not depend on how many. NULL: trained in one.
    void (*side_by_side)(void (*work)(void *argument), void *argument);
};

struct train_output {
    struct buf *model;  // the file
    struct buf *report; // what cross-validation found, plain text
    // Each row of the set's languages as the whole of triage judges it with a model that
    // has not seen its fold; by tabs: language, pass, situation, intent, category, then
    // judged intent, category, language, probability, and the text. NULL: not wanted.
    struct buf *folds;
};

// What a model is made from, as one figure: it stands in the model's header, so that a
// model older than its corpus or its word lists is told.
uint64_t train_source(const struct corpus *corpus, const struct language_set *set);

// Trains on all rows. False, with a line in the report, when there is nothing to train
// on.
bool train_run(const struct train_input *input, const struct train_output *output,
               struct arena *arena);

#endif
