// SPDX-License-Identifier: Apache-2.0
//
// The text that word lists and the model see: utf8_fold, and then what people do to words
// in a hurry or on purpose is undone. Only ever compared, never shown.
#ifndef HANDLERS_FOLD_H
#define HANDLERS_FOLD_H

#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"

// NFKC case fold without zero-width characters; letters that look like Latin ones become
// them; katakana becomes hiragana; long-vowel marks and apostrophes go; a letter written
// three times or more stands once, and so does one written twice at the end of a word of
// five letters or more; "?" is a word of its own; other punctuation and
// blanks become one space; blanks between kana or kanji go; no space at the ends.
struct str fold_text(struct str text, struct arena *arena);

// As fold_text, for showing what was found: from[i] is the character (code point) of
// `text` that byte i of the result comes from, from[n] how many `text` has.
struct str fold_text_map(struct str text, struct arena *arena, uint32_t **from);

#endif
