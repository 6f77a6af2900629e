// SPDX-License-Identifier: Apache-2.0
//
// Covers core/utf8.c: validity and folding agree with utf8proc, repair leaves valid text
// without NUL, cuts stay within their limit and fall on borders of graphemes.
#include <utf8proc.h>

#include "core/utf8.h"
#include "tests/fuzz/fuzz.h"

static bool is_valid_to_utf8proc(struct str text) {
    for (size_t i = 0; i < text.n;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text.p + i,
                                              (utf8proc_ssize_t)(text.n - i), &point);
        if (n <= 0) return false;
        i += (size_t)n;
    }
    return true;
}

static void check_fold(struct str text, struct arena *arena) {
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t n =
        utf8proc_map((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &mapped,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                         UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    FUZZ_CHECK(n >= 0);
    FUZZ_CHECK(
        str_eq(utf8_fold(text, arena), (struct str){(const char *)mapped, (size_t)n}));
    free(mapped);
}

static bool is_border(struct str text, size_t at) {
    size_t i = 0;
    while (i < at) i = utf8_grapheme(text, i);
    return i == at;
}

static void check_cuts(struct str text, size_t max) {
    struct str cut = utf8_cut(text, max), cut16 = utf8_cut16(text, max);
    FUZZ_CHECK(cut.n <= max && utf8_units16(cut16) <= max);
    FUZZ_CHECK(is_border(text, cut.n) && is_border(text, cut16.n));
    if (cut.n < text.n) FUZZ_CHECK(utf8_grapheme(text, cut.n) > max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    struct arena *arena = arena_new(0);
    struct str bytes = {(const char *)data + 1, size - 1};
    FUZZ_CHECK(utf8_valid(bytes) == is_valid_to_utf8proc(bytes));
    bool changed;
    struct str text = utf8_repair(bytes, arena, &changed);
    FUZZ_CHECK(utf8_valid(text) && !str_contains(text, STR("\0")));
    FUZZ_CHECK(changed || str_eq(text, bytes));
    check_fold(text, arena);
    (void)utf8_fold(bytes, arena);
    check_cuts(text, data[0]);
    check_cuts(bytes, data[0]);
    uint32_t counts[UTF8_SCRIPT_COUNT], sum = 0;
    utf8_scripts(bytes, counts);
    for (size_t i = 0; i < UTF8_SCRIPT_COUNT; i++) sum += counts[i];
    FUZZ_CHECK(sum <= bytes.n);
    arena_free(arena);
    return 0;
}
