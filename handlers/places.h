// SPDX-License-Identifier: Apache-2.0
//
// Towns, chome, landmarks and nicknames within a text, by the lists a site has imported
// and the names of its koban. At each character the longest name that begins there; names
// are compared folded (handlers/fold.h), so that width, case, kana and blanks do not
// matter. Where words stand apart a name is a whole word.
//
// What is no place of ours does not count: a name that is an ordinary word ("pasar")
// counts only beside a word of places of the country pack ("stasiun pasar", "桜駅") or as
// the whole text; a name beside a word of persons ("山田さん", "pak Melati") does not.
#ifndef HANDLERS_PLACES_H
#define HANDLERS_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/facts.h"
#include "handlers/country.h"

enum { PLACES_MAX = 131072, PLACES_TEXT_MAX = 4096, PLACES_NAME_MIN = 2 };

enum place_mode {
    PLACE_MODE_PLAIN = 0,
    PLACE_MODE_ORDINARY = 1, // an ordinary word too
    PLACE_MODE_NUMBER = 2    // "大久保3" of 大久保3-5-2: figures must follow
};

// One way to write one place of one koban.
struct place_entry {
    struct str spelling;
    struct str name; // of the place as listed
    struct str kind; // "town", "chome", "landmark", ...
    int32_t koban_id;
    enum place_mode mode;
};

struct places; // immutable

// Lives in the arena; entries may go. What folds to less than PLACES_NAME_MIN bytes and
// what is beyond PLACES_MAX is left out. Never NULL.
struct places *places_new(const struct place_entry *entries, size_t count,
                          struct arena *arena);
size_t places_count(const struct places *places);

// The names in the order in which they stand, at most PLACE_NAMES_MAX, without overlap; a
// name of several koban has them all (at most PLACE_KOBANS_MAX). The arena is used for
// the folded text only. `country` NULL: no words beside names.
size_t places_find(const struct places *places, const struct country *country,
                   struct str text, struct arena *arena, struct place_name *out);

// Calls `each` with every spelling once for each of its koban, folded.
void places_each(const struct places *places,
                 void (*each)(void *context, int32_t koban_id, struct str folded),
                 void *context);

#endif
