// SPDX-License-Identifier: Apache-2.0
//
// The ways in which people write a listed name: as listed; without the blanks between its
// words; with figures for the number before "丁目", as 大久保3-5-2 (figures follow), and
// the town alone. What a country writes behind a number is the pack's.
#ifndef HANDLERS_PLACE_SPELLING_H
#define HANDLERS_PLACE_SPELLING_H

#include "handlers/language.h"
#include "handlers/places.h"

enum { PLACE_SPELLINGS_MAX = 6 };

// Adds the spellings of `entry.spelling` to out, the listed one first; how many. Each is
// ordinary where it is a word of the language files, or too short to stand alone; or
// where the entry says so.
size_t place_spellings(struct place_entry entry, const struct country *country,
                       const struct language_set *languages, struct arena *arena,
                       struct place_entry *out);

#endif
