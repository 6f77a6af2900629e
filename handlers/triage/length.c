// SPDX-License-Identifier: Apache-2.0
#include "handlers/triage/length.h"

#include "core/utf8.h"

static size_t points_of(struct str text) {
    size_t points = 0;
    for (size_t i = 0; i < text.n; points++) (void)utf8_next(text, &i);
    return points;
}

enum length length_of(struct str bare) {
    enum { WORD = 8, WORDS = 16, DENSE_WORD = 3, DENSE_WORDS = 6 };
    size_t points = points_of(bare);
    bool has_spaces = utf8_is_ascii(bare);
    if (points <= (has_spaces ? WORD : DENSE_WORD)) return LENGTH_WORD;
    return points <= (has_spaces ? WORDS : DENSE_WORDS) ? LENGTH_FEW : LENGTH_MANY;
}

bool length_is_word(struct str bare) {
    enum { DENSE_WORD = 6 };
    struct str word = bare;
    if (str_ends(word, STR("?"))) word = str_trim(str_slice(word, 0, word.n - 1));
    if (utf8_is_ascii(word)) return str_find(word, STR(" "), 0) == word.n;
    return points_of(word) <= DENSE_WORD;
}

size_t length_part_end(struct str text, size_t from) {
    enum { PART_LEAST = 40, PART_MOST = 300 };
    size_t at = from, end = text.n;
    while (at < end && at - from < PART_MOST) {
        char c = text.p[at];
        struct str rest = str_slice(text, at, text.n);
        bool is_stop = c == '\n' || c == '.' || c == '!' || c == '?' ||
                       str_starts(rest, STR("。")) || str_starts(rest, STR("！")) ||
                       str_starts(rest, STR("？"));
        at++;
        while (at < end && ((unsigned char)text.p[at] & 0xC0) == 0x80) at++;
        if (is_stop && at - from >= PART_LEAST) break;
    }
    return at;
}
