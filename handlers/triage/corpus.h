// SPDX-License-Identifier: Apache-2.0
//
// The corpus as values: what people write to a police box, labelled. A file is what one
// author wrote in one pass, corpus/<language>/<pass>.tsv; its lines have situation,
// intent, category, urgency, text. What the words mean: corpus/README.md.
#ifndef HANDLERS_TRIAGE_CORPUS_H
#define HANDLERS_TRIAGE_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/message.h"
#include "core/str.h"

struct corpus_row {
    struct str situation; // "robbery_now"; with the pass it is what folds keep together
    enum intent intent;
    enum category category;
    int16_t urgency;
    struct str language; // tag; one that is not in the set trains the language only
    struct str pass;
    struct str text;
};

struct corpus {
    struct corpus_row *rows;
    size_t count, room;
};

struct corpus_file {
    struct str name; // for errors
    struct str language, pass;
    struct str bytes;
};

// Adds the rows of one file. Columns by tabs; a line break inside a text is written \n;
// lines that begin with # and empty ones are skipped. Rows are views into the bytes or
// live in the arena. Each mistake adds a line `file:line: column: what is wrong`. False
// when there was one.
bool corpus_read(struct corpus *corpus, const struct corpus_file *file,
                 struct arena *arena, struct buf *errors) MUSTCHECK;

#endif
