// SPDX-License-Identifier: Apache-2.0
//
// Which classes of words name a danger, and whether a text holds one.
#ifndef HANDLERS_TRIAGE_DANGER_H
#define HANDLERS_TRIAGE_DANGER_H

#include <stdbool.h>

#include "handlers/triage/look.h"

// Of the classes that count in the text's language: a word of danger, or a rule that
// raises to emergency and fired.
bool danger_in_look(const struct look *look);

// The first class of danger of which the text holds a word of this language, whatever the
// text's own is; -1: none.
int danger_in_language(const struct look *look, const struct look_language *language);

// A word of the class "help" of this language, alone or among other words.
bool danger_has_plea(const struct look *look, const struct look_language *language);

#endif
