// SPDX-License-Identifier: Apache-2.0
//
// Facts that a text tells, each with its place in the text as it was sent. Which words
// they are known by stands in the language files; telephone numbers are known by their
// figures.
#ifndef HANDLERS_TRIAGE_FACTS_H
#define HANDLERS_TRIAGE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "handlers/triage/look.h"

enum { FACTS_MAX = 8 };

// A run of characters (code points) of a text.
struct fact_span {
    uint32_t start, length;
};

struct fact {
    const char *code; // "fact:place"
    struct fact_span span;
};

// A text whose folded words can be found again in what was sent.
struct fact_text {
    struct str text;   // as sent
    struct str folded; // one space at both ends
    uint32_t *from;    // character of each byte of folded; one more at the end
    uint32_t *offsets; // byte of each character of text; one more at the end
    uint32_t count;    // of characters
};

struct fact_text fact_text_new(struct str text, struct arena *arena);

// Where a folded word first stands; false when it does not.
bool fact_find(const struct fact_text *text, struct str word, struct fact_span *out);

struct str fact_value(const struct fact_text *text, struct fact_span span);

// The facts, at most FACTS_MAX; words of one language, of all when it is NULL.
size_t facts_read(const struct triage *triage, const struct language *language,
                  const struct fact_text *text, struct fact *out);

#endif
