// SPDX-License-Identifier: Apache-2.0
//
// How much text there is to judge by, and where a long one may be cut.
#ifndef HANDLERS_TRIAGE_LENGTH_H
#define HANDLERS_TRIAGE_LENGTH_H

#include <stdbool.h>

#include "core/str.h"

// A word or two, a few, many: by characters, of which dense scripts need fewer.
enum length { LENGTH_WORD, LENGTH_FEW, LENGTH_MANY };

// Of a folded text without the spaces at its ends, as the next one.
enum length length_of(struct str bare);

// One word, with a question mark or without; of a dense script up to six characters.
bool length_is_word(struct str bare);

// Where the part of a text that begins at `from` ends: with a sentence, from 40 bytes on
// and at 300 at the latest, never within a character.
size_t length_part_end(struct str text, size_t from);

#endif
