// SPDX-License-Identifier: Apache-2.0
//
// UTF-8: validity, repair, folding for matching, cutting for people. Texts are stored as
// they were sent; the folded form is only ever compared.
//
// Everything but utf8_valid and utf8_repair expects valid text, which is made so once,
// where it comes in. Invalid bytes do no harm: each is read as one U+FFFD.
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"

bool utf8_is_ascii(struct str text);

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool utf8_valid(struct str text);

// Every invalid byte becomes U+FFFD, every NUL is dropped (PostgreSQL holds none). The
// text itself when nothing had to change; *changed says so.
struct str utf8_repair(struct str text, struct arena *arena, bool *changed);

// NFKC_Casefold (UAX 31): full width, half-width kana, case; default-ignorable characters
// are dropped, joiners too, so joined emoji fall apart. For matching only.
struct str utf8_fold(struct str text, struct arena *arena);

// The code point at offset i < text.n; i moves behind it.
uint32_t utf8_next(struct str text, size_t *i);

// Where the grapheme (UAX 29) that begins at offset from < text.n ends.
size_t utf8_grapheme(struct str text, size_t from);

// UTF-16 code units (how LINE counts).
size_t utf8_units16(struct str text);

// The longest beginning of at most max bytes, or max UTF-16 units, that does not cut a
// grapheme. Empty when the first grapheme is longer.
struct str utf8_cut(struct str text, size_t max);
struct str utf8_cut16(struct str text, size_t max);

enum utf8_script {
    UTF8_LATIN = 0,
    UTF8_KANA,
    UTF8_HAN,
    UTF8_HANGUL,
    UTF8_THAI,
    UTF8_ARABIC,
    UTF8_DEVANAGARI,
    UTF8_MYANMAR,
    UTF8_CYRILLIC,
    UTF8_OTHER, // letters and marks of any other script
    UTF8_SCRIPT_COUNT
};

// How many characters of each script; digits, punctuation, blanks and symbols (emoji) are
// none's.
void utf8_scripts(struct str text, uint32_t counts[UTF8_SCRIPT_COUNT]);

#endif
