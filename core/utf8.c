// SPDX-License-Identifier: Apache-2.0
//
// utf8proc has the tables of Unicode; what residents mostly write (ASCII, kana, kanji,
// full width) never reaches it.
#include "core/utf8.h"

#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD };

// Offset of the first byte at or after i that is not ASCII; eight at a time.
static size_t skip_ascii(struct str text, size_t i) {
    for (; text.n - i >= 8; i += 8) {
        uint64_t bytes;
        memcpy(&bytes, text.p + i, sizeof bytes);
        if ((bytes & 0x8080808080808080U) != 0) break;
    }
    while (i < text.n && (unsigned char)text.p[i] < 0x80) i++;
    return i;
}

bool utf8_is_ascii(struct str text) {
    return skip_ascii(text, 0) == text.n;
}

// RFC 3629 3: a code point that may be written, in no more bytes than it needs.
static bool is_shortest(uint32_t value, size_t n) {
    bool is_overlong = (n == 3 && value < 0x800) || (n == 4 && value < 0x10000);
    bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
    return !is_overlong && !is_surrogate && value <= 0x10FFFF;
}

// RFC 3629 4: length of the valid sequence at i and its code point; 0 when there is none.
static size_t sequence(struct str text, size_t i, uint32_t *point) {
    const unsigned char *p = (const unsigned char *)text.p + i;
    uint32_t first = p[0];
    if (first < 0x80) {
        *point = first;
        return 1;
    }
    size_t n = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.n - i < n) return 0;
    uint32_t value = first & (0x7FU >> n);
    for (size_t k = 1; k < n; k++) {
        if ((p[k] & 0xC0) != 0x80) return 0;
        value = value << 6 | (p[k] & 0x3FU);
    }
    if (!is_shortest(value, n)) return 0;
    *point = value;
    return n;
}

bool utf8_valid(struct str text) {
    for (size_t i = skip_ascii(text, 0); i < text.n; i = skip_ascii(text, i)) {
        uint32_t point;
        size_t n = sequence(text, i, &point);
        if (n == 0) return false;
        i += n;
    }
    return true;
}

struct str utf8_repair(struct str text, struct arena *arena, bool *changed) {
    bool has_nul = text.n > 0 && memchr(text.p, '\0', text.n) != NULL;
    *changed = has_nul || !utf8_valid(text);
    if (!*changed) return text;
    char *out = arena_alloc(arena, text.n * 3);
    size_t o = 0;
    for (size_t i = 0; i < text.n;) {
        uint32_t point;
        size_t n = sequence(text, i, &point);
        if (n == 0) {
            memcpy(out + o, "\xEF\xBF\xBD", 3);
            o += 3;
        } else if (text.p[i] != '\0') {
            memcpy(out + o, text.p + i, n);
            o += n;
        }
        i += n > 0 ? n : 1;
    }
    return (struct str){out, o};
}

static char lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool between(uint32_t point, uint32_t first, uint32_t last) {
    return point >= first && point <= last;
}

// Characters that fold to themselves whatever stands around them, as long as all the
// others are folded here too (no combining mark is).
static bool is_inert(uint32_t point) {
    return between(point, 0x4E00, 0x9FFF) || // kanji
           between(point, 0x3041, 0x3096) || // hiragana
           between(point, 0x30A1, 0x30FE) || // katakana
           between(point, 0x3001, 0x3020) || // CJK punctuation
           between(point, 0xAC00, 0xD7A3) || // Hangul syllables
           between(point, 0x0430, 0x044F) || // Cyrillic, small
           between(point, 0x1F300, 0x1F64F); // emoji
}

static bool is_ignorable(uint32_t point) {
    return between(point, 0x200B, 0x200F) || between(point, 0xFE00, 0xFE0F);
}

// Folds without utf8proc; false at the first character that needs it.
static bool fold_simply(struct str text, char *out, size_t *length) {
    size_t o = 0;
    for (size_t i = 0; i < text.n;) {
        uint32_t point;
        size_t n = sequence(text, i, &point);
        if (n == 1) {
            out[o++] = lower_ascii(text.p[i]);
        } else if (n != 0 && is_inert(point)) {
            memcpy(out + o, text.p + i, n);
            o += n;
        } else if (n != 0 && between(point, 0xFF01, 0xFF5E)) {
            out[o++] = lower_ascii((char)(point - 0xFEE0));
        } else if (n != 0 && point == 0x3000) {
            out[o++] = ' ';
        } else if (n == 0 || !is_ignorable(point)) {
            return false;
        }
        i += n;
    }
    *length = o;
    return true;
}

static const utf8proc_option_t fold_options = UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                              UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                              UTF8PROC_IGNORE;

static utf8proc_ssize_t decompose(struct str text, utf8proc_int32_t *points,
                                  size_t room) {
    return utf8proc_decompose((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n,
                              points, (utf8proc_ssize_t)room, fold_options);
}

// As utf8proc_map(), but into the arena and mostly in one pass. False on invalid text.
static bool fold_fully(struct str text, struct arena *arena, struct str *folded) {
    size_t room = text.n + 16;
    utf8proc_int32_t *points = ARENA_ARRAY(arena, utf8proc_int32_t, room + 1);
    utf8proc_ssize_t count = decompose(text, points, room);
    if (count > (utf8proc_ssize_t)room) { // a ligature of many letters (U+FDFA: 18)
        room = (size_t)count;
        points = ARENA_ARRAY(arena, utf8proc_int32_t, room + 1);
        count = decompose(text, points, room);
    }
    if (count < 0) return false;
    utf8proc_ssize_t n = utf8proc_reencode(points, count, fold_options);
    if (n < 0) return false;
    *folded = (struct str){(const char *)points, (size_t)n};
    return true;
}

struct str utf8_fold(struct str text, struct arena *arena) {
    char *out = arena_alloc(arena, text.n);
    struct str folded = {out, 0};
    if (fold_simply(text, out, &folded.n)) return folded;
    if (fold_fully(text, arena, &folded)) return folded;
    bool changed;
    text = utf8_repair(text, arena, &changed);
    return fold_fully(text, arena, &folded) ? folded : text;
}

uint32_t utf8_next(struct str text, size_t *i) {
    uint32_t point = REPLACEMENT;
    size_t n = sequence(text, *i, &point);
    *i += n > 0 ? n : 1;
    return point;
}

size_t utf8_grapheme(struct str text, size_t from) {
    utf8proc_int32_t state = 0;
    size_t i = from;
    uint32_t before = utf8_next(text, &i);
    while (i < text.n) {
        size_t next = i;
        uint32_t point = utf8_next(text, &next);
        bool is_simple = before < 0x80 && point < 0x80 && before != '\r';
        if (is_simple || utf8proc_grapheme_break_stateful(
                             (utf8proc_int32_t)before, (utf8proc_int32_t)point, &state))
            break;
        before = point;
        i = next;
    }
    return i;
}

size_t utf8_units16(struct str text) {
    size_t units = 0;
    for (size_t i = 0; i < text.n;) {
        size_t ascii = skip_ascii(text, i);
        units += ascii - i;
        i = ascii;
        if (i < text.n) units += utf8_next(text, &i) > 0xFFFF ? 2 : 1;
    }
    return units;
}

struct str utf8_cut(struct str text, size_t max) {
    if (text.n <= max) return text;
    size_t border = 0;
    for (size_t i = 0; i <= max; i = utf8_grapheme(text, i)) border = i;
    return str_slice(text, 0, border);
}

struct str utf8_cut16(struct str text, size_t max) {
    if (text.n <= max) return text; // a unit has at least one byte
    size_t border = 0, units = 0;
    while (border < text.n) {
        size_t next = utf8_grapheme(text, border);
        units += utf8_units16(str_slice(text, border, next));
        if (units > max) break;
        border = next;
    }
    return str_slice(text, 0, border);
}

// Blocks of Unicode by script, ascending. Letters and marks in no row are OTHER.
static const struct {
    uint32_t first, last;
    enum utf8_script script;
} blocks[] = {
    {0x0041, 0x024F, UTF8_LATIN},    {0x0400, 0x052F, UTF8_CYRILLIC},
    {0x0600, 0x06FF, UTF8_ARABIC},   {0x0750, 0x077F, UTF8_ARABIC},
    {0x08A0, 0x08FF, UTF8_ARABIC},   {0x0900, 0x097F, UTF8_DEVANAGARI},
    {0x0E00, 0x0E7F, UTF8_THAI},     {0x1000, 0x109F, UTF8_MYANMAR},
    {0x1100, 0x11FF, UTF8_HANGUL},   {0x1C80, 0x1C8F, UTF8_CYRILLIC},
    {0x1E00, 0x1EFF, UTF8_LATIN},    {0x2C60, 0x2C7F, UTF8_LATIN},
    {0x2DE0, 0x2DFF, UTF8_CYRILLIC}, {0x3005, 0x3007, UTF8_HAN},
    {0x3041, 0x30FF, UTF8_KANA},     {0x3130, 0x318F, UTF8_HANGUL},
    {0x31F0, 0x31FF, UTF8_KANA},     {0x3400, 0x4DBF, UTF8_HAN},
    {0x4E00, 0x9FFF, UTF8_HAN},      {0xA8E0, 0xA8FF, UTF8_DEVANAGARI},
    {0xA960, 0xA97F, UTF8_HANGUL},   {0xA9E0, 0xA9FF, UTF8_MYANMAR},
    {0xAA60, 0xAA7F, UTF8_MYANMAR},  {0xAC00, 0xD7FF, UTF8_HANGUL},
    {0xF900, 0xFAFF, UTF8_HAN},      {0xFB50, 0xFDFF, UTF8_ARABIC},
    {0xFE70, 0xFEFC, UTF8_ARABIC},   {0xFF21, 0xFF5A, UTF8_LATIN},
    {0xFF66, 0xFF9F, UTF8_KANA},     {0x1B000, 0x1B16F, UTF8_KANA},
    {0x20000, 0x323AF, UTF8_HAN},
};

static enum utf8_script script_of(uint32_t point) {
    size_t low = 0, high = ARRAY_LEN(blocks);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (point > blocks[middle].last) low = middle + 1;
        else high = middle;
    }
    bool is_in = low < ARRAY_LEN(blocks) && point >= blocks[low].first;
    return is_in ? blocks[low].script : UTF8_OTHER;
}

// Letters, and the marks that are letters of Thai, Devanagari, Myanmar, Arabic.
static bool is_letter(uint32_t point) {
    if (point < 0x80) return between(point | 0x20, 'a', 'z');
    if (between(point, 0x4E00, 0x9FFF) || between(point, 0x3041, 0x3096)) return true;
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_NL: return true;
    case UTF8PROC_CATEGORY_MN: return script_of(point) != UTF8_OTHER;
    default: return false;
    }
}

void utf8_scripts(struct str text, uint32_t counts[UTF8_SCRIPT_COUNT]) {
    memset(counts, 0, sizeof *counts * UTF8_SCRIPT_COUNT);
    for (size_t i = 0; i < text.n;) {
        uint32_t point = utf8_next(text, &i);
        if (is_letter(point)) counts[script_of(point)]++;
    }
}
