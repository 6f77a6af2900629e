// SPDX-License-Identifier: Apache-2.0
//
// UTF-8: validity, repair, folding for matching, cutting for people. Texts are stored as
// they were sent; the folded form is only ever compared.
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool utf8_valid(struct str text);

// Every invalid byte becomes U+FFFD, every NUL is dropped (PostgreSQL holds none). The
// text itself when nothing had to change; *changed says so.
struct str utf8_repair(struct str text, struct arena *arena, bool *changed);

// NFKC case fold: full width, half-width kana, case; default-ignorable characters are
// dropped. For matching only. Invalid text comes back folded in ASCII only.
struct str utf8_fold(struct str text, struct arena *arena);

// The code point at offset i of valid text; i moves behind it.
uint32_t utf8_next(struct str text, size_t *i);

// UTF-16 code units of valid text (how LINE counts).
size_t utf8_units16(struct str text);

// The longest beginning of valid text with at most max bytes that does not cut a
// grapheme (UAX 29).
struct str utf8_cut(struct str text, size_t max);

#endif
