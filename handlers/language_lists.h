// SPDX-License-Identifier: Apache-2.0
//
// The part of a language file that is heard, not said: keywords, yes and no, pleas, word
// classes, raising rules. Private to handlers/language_*.c.
#ifndef HANDLERS_LANGUAGE_LISTS_H
#define HANDLERS_LANGUAGE_LISTS_H

#include <stdbool.h>

#include "handlers/data_file.h"
#include "handlers/language.h"

// The words of a list, folded for matching in a text that has a space at both ends.
// Files write whole words; "stab*" is the beginning of one. Without has_spaces a word
// matches anywhere, "^" in front means: at the beginning of a word.
struct word_list language_words(struct data_node node, const char *key, bool has_spaces);

// Reads all lists of the file into the language.
void language_lists_read(struct data_node root, struct language *language);

#endif
