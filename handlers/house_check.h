// SPDX-License-Identifier: Apache-2.0
//
// What a country pack and the language files must agree on. Each file alone is checked
// when it is read; this finds what is missing in one and there in another, and words that
// would mean two things. Pure, at start and in `koban check-config`.
#ifndef HANDLERS_HOUSE_CHECK_H
#define HANDLERS_HOUSE_CHECK_H

#include "core/arena.h"
#include "core/buf.h"
#include "handlers/country.h"
#include "handlers/language.h"

// Each hole adds a line `file:line: key: what is wrong` to errors; how many there are.
size_t house_check(const struct country *country, const struct language_set *set,
                   struct arena *arena, struct buf *errors);

#endif
