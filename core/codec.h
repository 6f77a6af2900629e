// SPDX-License-Identifier: Apache-2.0
//
// Text forms of bytes: base64 (RFC 4648 4), hex, Crockford base32, percent (RFC 3986)
// and the query/form walk. Decoders are strict: what they would not write they refuse.
#ifndef CORE_CODEC_H
#define CORE_CODEC_H

#include "core/arena.h"
#include "core/str.h"

struct str codec_base64(struct str bytes, struct arena *arena);
bool codec_base64_decode(struct str text, struct arena *arena, struct str *out) MUSTCHECK;
struct str codec_hex(struct str bytes, struct arena *arena); // lower case
bool codec_hex_decode(struct str text, struct arena *arena, struct str *out) MUSTCHECK;

// 5 bits a character, 0-9 A-Z without I L O U; for codes people type. The last character
// is filled with zero bits.
struct str codec_base32(struct str bytes, struct arena *arena);
// Case and '-' are ignored; I and L read as 1, O as 0. Left-over bits must be zero.
bool codec_base32_decode(struct str text, struct arena *arena, struct str *out) MUSTCHECK;

// %XX (and '+' as blank when is_form). False on a broken escape.
bool codec_url_decode(struct str text, bool is_form, struct arena *arena,
                      struct str *out) MUSTCHECK;
// Everything but unreserved characters as %XX.
struct str codec_url_encode(struct str text, struct arena *arena);

// Value of a key in a query ("a=1&b=2"), decoded; false when absent or broken.
bool codec_query(struct str query, struct str key, struct arena *arena,
                 struct str *out) MUSTCHECK;

#endif
