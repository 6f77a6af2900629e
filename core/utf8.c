// SPDX-License-Identifier: Apache-2.0
//
// utf8proc does the tables; ASCII never reaches it.
#include "core/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

static bool is_ascii(struct str text) {
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] >= 0x80) return false;
    }
    return true;
}

// Length of the valid sequence at i, 0 when there is none.
static size_t sequence(struct str text, size_t i) {
    utf8proc_int32_t point;
    size_t left = text.n - i;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)text.p + i,
                         (utf8proc_ssize_t)(left < 4 ? left : 4), &point);
    return n > 0 ? (size_t)n : 0;
}

bool utf8_valid(struct str text) {
    for (size_t i = 0; i < text.n;) {
        if ((unsigned char)text.p[i] < 0x80) {
            i++;
            continue;
        }
        size_t n = sequence(text, i);
        if (n == 0) return false;
        i += n;
    }
    return true;
}

struct str utf8_repair(struct str text, struct arena *arena, bool *changed) {
    *changed = false;
    if (utf8_valid(text) && (text.n == 0 || memchr(text.p, '\0', text.n) == NULL))
        return text;
    *changed = true;
    char *out = arena_alloc(arena, text.n * 3);
    size_t o = 0;
    for (size_t i = 0; i < text.n;) {
        size_t n = sequence(text, i);
        if (n == 1 && text.p[i] == '\0') {
            i++;
            continue;
        }
        if (n == 0) {
            memcpy(out + o, "\xEF\xBF\xBD", 3);
            o += 3;
            i++;
            continue;
        }
        memcpy(out + o, text.p + i, n);
        o += n;
        i += n;
    }
    return (struct str){out, o};
}

static struct str fold_ascii(struct str text, struct arena *arena) {
    char *out = arena_alloc(arena, text.n);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (struct str){out, text.n};
}

struct str utf8_fold(struct str text, struct arena *arena) {
    if (text.n == 0 || is_ascii(text)) return fold_ascii(text, arena);
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text.p,
                                      (utf8proc_ssize_t)text.n, &mapped, options);
    if (n < 0) return fold_ascii(text, arena);
    struct str out = arena_dup(arena, (struct str){(const char *)mapped, (size_t)n});
    free(mapped);
    return out;
}

uint32_t utf8_next(struct str text, size_t *i) {
    unsigned char first = (unsigned char)text.p[*i];
    if (first < 0x80) {
        *i += 1;
        return first;
    }
    utf8proc_int32_t point = 0xFFFD;
    size_t left = text.n - *i;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)text.p + *i,
                         (utf8proc_ssize_t)(left < 4 ? left : 4), &point);
    *i += n > 0 ? (size_t)n : 1;
    return n > 0 ? (uint32_t)point : 0xFFFD;
}

size_t utf8_units16(struct str text) {
    size_t units = 0;
    for (size_t i = 0; i < text.n;) units += utf8_next(text, &i) > 0xFFFF ? 2 : 1;
    return units;
}

struct str utf8_cut(struct str text, size_t max) {
    if (text.n <= max) return text;
    utf8proc_int32_t state = 0;
    size_t border = 0, i = 0;
    uint32_t before = 0;
    while (i < text.n && i <= max) {
        size_t at = i;
        uint32_t point = utf8_next(text, &i);
        if (at == 0 || utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
                                                        (utf8proc_int32_t)point, &state))
            border = at;
        before = point;
    }
    return str_slice(text, 0, border);
}
