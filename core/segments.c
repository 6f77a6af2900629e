// SPDX-License-Identifier: Apache-2.0
//
// Walks graphemes and fills parts greedily. In GSM-7 the only grapheme of more than one
// character is CR LF; in UCS-2 it may be a whole family of joined emoji.
#include "core/segments.h"

#include <stdbool.h>

#include "core/utf8.h"

enum { NOT_IN_ALPHABET = 0 };

// 3GPP TS 23.038 6.2.1: what the default alphabet has beyond ASCII, ascending.
static const uint16_t beyond_ascii[] = {
    0xA1,  0xA3,  0xA4,  0xA5,  0xA7,  0xBF,       // ¡ £ ¤ ¥ § ¿
    0xC4,  0xC5,  0xC6,  0xC7,  0xC9,              // Ä Å Æ Ç É
    0xD1,  0xD6,  0xD8,  0xDC,  0xDF,              // Ñ Ö Ø Ü ß
    0xE0,  0xE4,  0xE5,  0xE6,  0xE8,  0xE9,       // à ä å æ è é
    0xEC,  0xF1,  0xF2,  0xF6,  0xF8,  0xF9, 0xFC, // ì ñ ò ö ø ù ü
    0x393, 0x394, 0x398, 0x39B, 0x39E,             // Γ Δ Θ Λ Ξ
    0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9,             // Π Σ Φ Ψ Ω
};

// 6.2.1.1: behind an escape.
static const char extension[] = "\f^{}\\[~]|";
enum { EURO = 0x20AC };

unsigned segments_gsm7_units(uint32_t point) {
    if (point < 0x80) {
        if (point != 0 && strchr(extension, (int)point) != NULL) return 2;
        bool is_in = (point >= 0x20 && point < 0x7F && point != '`') || point == '\n' ||
                     point == '\r';
        return is_in ? 1 : NOT_IN_ALPHABET;
    }
    if (point == EURO) return 2;
    for (size_t i = 0; i < ARRAY_LEN(beyond_ascii); i++) {
        if (beyond_ascii[i] == point) return 1;
    }
    return NOT_IN_ALPHABET;
}

static size_t units_of(uint32_t point, enum segment_encoding encoding) {
    if (encoding == SEGMENT_GSM7) return segments_gsm7_units(point);
    return point > 0xFFFF ? 2 : 1;
}

// Units of text[from..to); *is_good is cleared by a character outside the alphabet.
static size_t units_between(struct str text, size_t from, size_t to,
                            enum segment_encoding encoding, bool *is_good) {
    size_t units = 0;
    while (from < to) {
        size_t n = units_of(utf8_next(text, &from), encoding);
        if (n == 0) *is_good = false;
        units += n;
    }
    return units;
}

// Where the code points from `from` that fit into `limit` end; at least one goes.
static size_t tear(struct str text, size_t from, enum segment_encoding encoding,
                   size_t limit) {
    size_t i = from, used = 0;
    while (i < text.n) {
        size_t next = i;
        used += units_of(utf8_next(text, &next), encoding);
        if (used > limit && i > from) break;
        i = next;
    }
    return i;
}

// Where a part that begins at `from` ends. GSM-7 stops before what it cannot say.
static size_t part_end(struct str text, size_t from, enum segment_encoding encoding,
                       size_t limit) {
    size_t used = 0, i = from;
    while (i < text.n) {
        bool is_good = true;
        size_t next = utf8_grapheme(text, i);
        size_t units = units_between(text, i, next, encoding, &is_good);
        if (!is_good) return i;
        if (used + units > limit)
            return i > from ? i : tear(str_slice(text, 0, next), from, encoding, limit);
        used += units;
        i = next;
    }
    return i;
}

static size_t single_limit(enum segment_encoding encoding) {
    return encoding == SEGMENT_GSM7 ? SEGMENT_GSM7_SINGLE : SEGMENT_UCS2_SINGLE;
}

static size_t part_limit(enum segment_encoding encoding) {
    return encoding == SEGMENT_GSM7 ? SEGMENT_GSM7_PART : SEGMENT_UCS2_PART;
}

// Encoding, the character that forces it, and units.
static struct segments measure(struct str text) {
    struct segments result = {.encoding = SEGMENT_GSM7};
    size_t septets = 0;
    for (size_t i = 0; i < text.n;) {
        size_t at = i;
        uint32_t point = utf8_next(text, &i);
        unsigned units = segments_gsm7_units(point);
        if (units == NOT_IN_ALPHABET) {
            result.encoding = SEGMENT_UCS2;
            result.first_ucs2 = point;
            result.first_ucs2_at = at;
            break;
        }
        septets += units;
    }
    result.units = result.encoding == SEGMENT_GSM7 ? septets : utf8_units16(text);
    return result;
}

struct segments segments_count(struct str text) {
    struct segments result = measure(text);
    size_t limit = single_limit(result.encoding), last = result.units;
    if (result.units <= limit) {
        result.parts = text.n > 0;
    } else {
        limit = part_limit(result.encoding);
        bool is_good = true;
        for (size_t i = 0; i < text.n; result.parts++) {
            size_t end = part_end(text, i, result.encoding, limit);
            last = units_between(text, i, end, result.encoding, &is_good);
            i = end;
        }
    }
    result.room = limit - last;
    return result;
}

size_t segments_split(struct str text, struct str *parts, size_t max) {
    struct segments whole = measure(text);
    bool is_single = whole.units <= single_limit(whole.encoding);
    size_t limit = is_single ? whole.units : part_limit(whole.encoding);
    size_t count = 0;
    for (size_t i = 0; i < text.n; count++) {
        size_t end = part_end(text, i, whole.encoding, limit);
        if (count < max) parts[count] = str_slice(text, i, end);
        i = end;
    }
    return count;
}

// Where the beginning that fits into `parts` parts of an encoding ends.
static size_t fit(struct str text, enum segment_encoding encoding, size_t parts) {
    size_t limit = parts == 1 ? single_limit(encoding) : part_limit(encoding);
    size_t i = 0;
    for (size_t part = 0; part < parts && i < text.n; part++) {
        size_t end = part_end(text, i, encoding, limit);
        if (end == i) break;
        i = end;
    }
    return i;
}

struct str segments_cut(struct str text, size_t parts) {
    if (segments_count(text).parts <= parts) return text;
    size_t narrow = fit(text, SEGMENT_GSM7, parts), wide = fit(text, SEGMENT_UCS2, parts);
    return str_slice(text, 0, narrow > wide ? narrow : wide);
}
