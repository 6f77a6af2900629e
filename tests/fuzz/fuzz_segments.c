// SPDX-License-Identifier: Apache-2.0
//
// Covers core/segments.c: the parts joined are the text, each within its limit and cut at
// a grapheme where one fits; a cut needs no more parts than it was given.
#include "core/segments.h"
#include "core/utf8.h"
#include "tests/fuzz/fuzz.h"

enum { PARTS_MAX = 4096 };

static size_t limit_of(struct segments whole) {
    if (whole.encoding == SEGMENT_GSM7)
        return whole.parts > 1 ? SEGMENT_GSM7_PART : SEGMENT_GSM7_SINGLE;
    return whole.parts > 1 ? SEGMENT_UCS2_PART : SEGMENT_UCS2_SINGLE;
}

static size_t units_of(struct str part, enum segment_encoding encoding) {
    if (encoding == SEGMENT_UCS2) return utf8_units16(part);
    size_t units = 0;
    for (size_t i = 0; i < part.n;) units += segments_gsm7_units(utf8_next(part, &i));
    return units;
}

static void check_split(struct str text, struct segments whole) {
    static struct str parts[PARTS_MAX];
    size_t count = segments_split(text, parts, PARTS_MAX), at = 0, units = 0;
    FUZZ_CHECK(count == whole.parts && (count > 0) == (text.n > 0));
    for (size_t i = 0; i < count && i < PARTS_MAX; i++) {
        FUZZ_CHECK(parts[i].p == text.p + at && parts[i].n > 0);
        size_t n = units_of(parts[i], whole.encoding);
        FUZZ_CHECK(n <= limit_of(whole) && utf8_valid(parts[i]));
        at += parts[i].n;
        units += n;
    }
    FUZZ_CHECK(count > PARTS_MAX || (at == text.n && units == whole.units));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    struct arena *arena = arena_new(0);
    bool changed;
    struct str bytes = {(const char *)data + 1, size - 1};
    struct str text = utf8_repair(bytes, arena, &changed);
    struct segments whole = segments_count(text);
    FUZZ_CHECK((whole.encoding == SEGMENT_UCS2) == (whole.first_ucs2 != 0));
    check_split(text, whole);
    size_t parts = data[0] % 4;
    struct str cut = segments_cut(text, parts);
    FUZZ_CHECK(str_starts(text, cut) && segments_count(cut).parts <= parts);
    FUZZ_CHECK(whole.parts > parts || cut.n == text.n);
    (void)segments_count(bytes);
    arena_free(arena);
    return 0;
}
