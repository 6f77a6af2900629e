// SPDX-License-Identifier: Apache-2.0
//
// Making model.bin from the corpus: the same corpus and language files give the same
// bytes. The only place that knows liblinear; judging does not.
#ifndef HANDLERS_TRIAGE_TRAIN_H
#define HANDLERS_TRIAGE_TRAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/message.h"
#include "core/str.h"
#include "handlers/language.h"

struct train_row {
    enum intent intent;
    enum category category;
    int16_t urgency;
    struct str language; // tag; one that is not in the set trains the language only
    struct str text;
};

struct train_corpus {
    struct train_row *rows;
    size_t count, room;
};

// Adds the rows of one file: intent, category, urgency, language, text by tabs; lines
// that begin with # and empty ones are skipped. Rows are views into `tsv`. Each mistake
// adds a line `file:line: column: what is wrong`. False when there was one.
bool train_read(struct train_corpus *corpus, struct str tsv, struct str name,
                struct arena *arena, struct buf *errors);

// Trains on all rows, writes the model file to `model` and what cross-validation found
// to `report` (plain text). False, with a line in errors, when there is nothing to train
// on.
bool train_run(const struct train_corpus *corpus, const struct language_set *set,
               struct arena *arena, struct buf *model, struct buf *report);

#endif
