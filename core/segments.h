// SPDX-License-Identifier: Apache-2.0
//
// How many short messages a text costs: GSM-7 or UCS-2, units and parts (3GPP TS 23.038
// for the alphabet, TS 23.040 for the concatenation header). Pure.
//
// A text is GSM-7 when every character is in the default alphabet (1 unit) or its
// extension (2 units, escape and character, never divided); otherwise all of it is UCS-2
// (UTF-16 units; a surrogate pair is never divided). One part holds 160 or 70 units; with
// more parts each holds 153 or 67. Parts end at grapheme borders, so that no accent and
// no joined emoji is torn; only a grapheme longer than a whole part is.
#ifndef CORE_SEGMENTS_H
#define CORE_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

enum segment_encoding { SEGMENT_GSM7 = 0, SEGMENT_UCS2 };

enum {
    SEGMENT_GSM7_SINGLE = 160,
    SEGMENT_GSM7_PART = 153,
    SEGMENT_UCS2_SINGLE = 70,
    SEGMENT_UCS2_PART = 67,
};

struct segments {
    enum segment_encoding encoding;
    size_t units; // septets or UTF-16 units of the whole text
    size_t parts; // 0 for the empty text
    size_t room;  // units left in the last part
    // The first character that forces UCS-2 and its byte offset; 0 when it is GSM-7.
    uint32_t first_ucs2;
    size_t first_ucs2_at;
};

// Units and parts of valid UTF-8.
struct segments segments_count(struct str text);

// The bytes of each part, as views into the text; at most `max` are written. Returns how
// many there are in all (segments_count().parts).
size_t segments_split(struct str text, struct str *parts, size_t max);

// The longest beginning, cut at a grapheme border, that needs at most `parts` parts. May
// be GSM-7 where the whole text is UCS-2.
struct str segments_cut(struct str text, size_t parts);

// Units of one code point in GSM-7: 1 or 2; 0 when it is not in the alphabet.
unsigned segments_gsm7_units(uint32_t code_point);

#endif
