// SPDX-License-Identifier: Apache-2.0
//
// Text forms of bytes: base64 (RFC 4648 4), hex, Crockford base32, percent (RFC 3986)
// and the query/form walk. Decoders are strict: what they would not write they refuse.
#ifndef CORE_CODEC_H
#define CORE_CODEC_H

#include "core/arena.h"
#include "core/str.h"

// With '+' and '/', padded to four characters.
struct str codec_base64(struct str bytes, struct arena *arena);
bool codec_base64_decode(struct str text, struct arena *arena, struct str *out) MUSTCHECK;
// With '-' and '_', without padding (RFC 4648 5); for URLs and headers.
struct str codec_base64url(struct str bytes, struct arena *arena);
bool codec_base64url_decode(struct str text, struct arena *arena,
                            struct str *out) MUSTCHECK;
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

// The next pair of a query or form body ("a=1&b=2"), name and value decoded with '+' as
// blank; a pair without '=' has an empty value, empty pairs are skipped.
//     for (struct str rest = query; ...;)
//         switch (codec_form_next(&rest, arena, &pair)) {
enum codec_form_result { CODEC_FORM_END = 0, CODEC_FORM_PAIR, CODEC_FORM_BROKEN };
struct codec_pair {
    struct str name, value;
};
enum codec_form_result codec_form_next(struct str *rest, struct arena *arena,
                                       struct codec_pair *pair) MUSTCHECK;

// Decoded value of the first pair with this name (compared as it stands, undecoded);
// false when absent or broken.
bool codec_query(struct str query, struct str key, struct arena *arena,
                 struct str *out) MUSTCHECK;

#endif
