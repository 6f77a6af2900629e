// SPDX-License-Identifier: Apache-2.0
//
// Finding many words in one text at once: all word lists of the languages compiled into
// one table, one pass over the folded text. Which lists were hit, and by which word.
#ifndef HANDLERS_TRIAGE_WORDS_H
#define HANDLERS_TRIAGE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "handlers/language.h"

enum { WORDS_LISTS_MAX = 1024 };

struct words; // immutable after words_build

// What a scan found.
struct words_hits {
    uint64_t bits[WORDS_LISTS_MAX / 64];
    struct str first[WORDS_LISTS_MAX]; // valid where the bit is set
};

struct words *words_new(struct arena *arena);

// Adds a list and returns its number; -1 when there are too many lists.
int words_add(struct words *words, struct word_list list, struct arena *arena);
void words_build(struct words *words, struct arena *arena);

// `text` is folded and has a space at both ends.
void words_scan(const struct words *words, struct str text, struct words_hits *hits);

static inline bool words_has(const struct words_hits *hits, int list) {
    return list >= 0 && (hits->bits[list / 64] >> (list % 64) & 1) != 0;
}

#endif
