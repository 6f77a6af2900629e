// SPDX-License-Identifier: Apache-2.0
//
// Short messages: the alphabet of 3GPP TS 23.038, units, parts, and what is never cut.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/segments.h"
#include "core/utf8.h"

// TS 23.038 6.2.1, row by row as printed there, without the escape.
static const char alphabet[] = "@£$¥èéùìòÇ\nØø\rÅå"
                               "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
                               " !\"#¤%&'()*+,-./"
                               "0123456789:;<=>?"
                               "¡ABCDEFGHIJKLMNO"
                               "PQRSTUVWXYZÄÖÑÜ§"
                               "¿abcdefghijklmno"
                               "pqrstuvwxyzäöñüà";
// 6.2.1.1
static const char extension[] = "\f^{}\\[~]|€";

static bool contains(const char *set, uint32_t point) {
    struct str text = str_of(set);
    for (size_t i = 0; i < text.n;) {
        if (utf8_next(text, &i) == point) return true;
    }
    return false;
}

static void the_alphabet_is_that_of_3gpp(void **state) {
    (void)state;
    size_t basic = 0;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        unsigned should = contains(alphabet, point)    ? 1
                          : contains(extension, point) ? 2
                                                       : 0;
        if (segments_gsm7_units(point) != should) fail_msg("U+%04X", point);
        basic += should == 1;
    }
    assert_int_equal(basic, 127); // 128 positions, one is the escape
}

// A text that repeats a piece.
static struct str repeat(char *room, const char *piece, size_t times) {
    size_t n = strlen(piece);
    for (size_t i = 0; i < times; i++) memcpy(room + i * n, piece, n);
    return (struct str){room, n * times};
}

static void parts_are_counted_as_carriers_do(void **state) {
    (void)state;
    static const struct {
        const char *piece;
        size_t times;
        enum segment_encoding encoding;
        size_t units, parts, room;
    } cases[] = {
        {"a", 0, SEGMENT_GSM7, 0, 0, 160},    {"a", 1, SEGMENT_GSM7, 1, 1, 159},
        {"a", 160, SEGMENT_GSM7, 160, 1, 0},  {"a", 161, SEGMENT_GSM7, 161, 2, 145},
        {"a", 306, SEGMENT_GSM7, 306, 2, 0},  {"a", 307, SEGMENT_GSM7, 307, 3, 152},
        {"あ", 70, SEGMENT_UCS2, 70, 1, 0},   {"あ", 71, SEGMENT_UCS2, 71, 2, 63},
        {"あ", 134, SEGMENT_UCS2, 134, 2, 0}, {"あ", 135, SEGMENT_UCS2, 135, 3, 66},
        {"😀", 35, SEGMENT_UCS2, 70, 1, 0},   {"😀", 36, SEGMENT_UCS2, 72, 2, 61},
        {"€", 80, SEGMENT_GSM7, 160, 1, 0},   {"€", 81, SEGMENT_GSM7, 162, 2, 143},
        {"[", 80, SEGMENT_GSM7, 160, 1, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char room[1024];
        struct segments s = segments_count(repeat(room, cases[i].piece, cases[i].times));
        if (s.encoding != cases[i].encoding || s.units != cases[i].units ||
            s.parts != cases[i].parts || s.room != cases[i].room)
            fail_msg("%zu x %s: %zu units, %zu parts, room %zu", cases[i].times,
                     cases[i].piece, s.units, s.parts, s.room);
    }
}

static void the_character_that_forces_ucs2_is_named(void **state) {
    (void)state;
    struct segments s = segments_count(STR("Sakura Koban: don\u2019t call"));
    assert_int_equal(s.encoding, SEGMENT_UCS2);
    assert_int_equal(s.first_ucs2, 0x2019);
    assert_int_equal(s.first_ucs2_at, 17);
    s = segments_count(STR("don't"));
    assert_int_equal(s.first_ucs2, 0);
}

// The parts joined are the text, each within its limit.
static void assert_split(struct str text, size_t limit, const size_t *bytes,
                         size_t count) {
    struct str parts[8];
    assert_int_equal(segments_split(text, parts, ARRAY_LEN(parts)), count);
    assert_int_equal(segments_count(text).parts, count);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(parts[i].p, text.p + at);
        assert_int_equal(parts[i].n, bytes[i]);
        assert_true(segments_count(parts[i]).units <= limit);
        at += parts[i].n;
    }
    assert_int_equal(at, text.n);
}

static void an_escape_is_never_cut(void **state) {
    (void)state;
    char room[400];
    struct str text = repeat(room, "a", 200);
    memcpy(room + 152, "[", 1); // its two septets would be the 153rd and 154th
    assert_split(text, 153, (const size_t[]){152, 48}, 2);
}

static void a_surrogate_pair_is_never_cut(void **state) {
    (void)state;
    char room[400];
    struct str text = repeat(room, "😀", 36);
    assert_split(text, 67, (const size_t[]){33 * 4, 3 * 4}, 2);
}

static void a_grapheme_is_never_cut(void **state) {
    (void)state;
    char room[400];
    static const char family[] = "👨‍👩‍👧"; // 8 units
    struct str text = repeat(room, "あ", 60);
    memcpy(room + text.n, family, sizeof family - 1);
    text.n += sizeof family - 1;
    memcpy(room + text.n, "いいい", 9);
    text.n += 9;
    assert_int_equal(segments_count(text).units, 71);
    assert_split(text, 67, (const size_t[]){180, sizeof family - 1 + 9}, 2);
}

static void a_grapheme_longer_than_a_part_is_cut_between_characters(void **state) {
    (void)state;
    char room[400] = "あ";
    (void)repeat(room + 3, "\u0301", 80);
    struct str text = {room, 3 + 160};
    assert_split(text, 67, (const size_t[]){3 + 66 * 2, 14 * 2}, 2);
}

static void more_parts_than_asked_for_are_only_counted(void **state) {
    (void)state;
    char room[800];
    struct str text = repeat(room, "a", 500), part;
    assert_int_equal(segments_split(text, &part, 1), 4);
    assert_int_equal(part.n, 153);
}

static void cutting_gives_the_longest_that_fits(void **state) {
    (void)state;
    char room[1600];
    assert_int_equal(segments_cut(repeat(room, "a", 161), 1).n, 160);
    assert_int_equal(segments_cut(repeat(room, "a", 400), 2).n, 306);
    assert_int_equal(segments_cut(repeat(room, "a", 160), 1).n, 160);
    assert_int_equal(segments_cut(repeat(room, "あ", 71), 1).n, 210);
    assert_int_equal(segments_cut(repeat(room, "あ", 200), 2).n, 134 * 3);
    assert_int_equal(segments_cut(repeat(room, "あ", 2), 0).n, 0);
}

static void cutting_prefers_gsm7_where_that_is_longer(void **state) {
    (void)state;
    char room[800];
    struct str text = repeat(room, "a", 120);
    memcpy(room + 120, "あ", 3);
    text.n += 3;
    assert_int_equal(segments_count(text).parts, 2);
    assert_int_equal(segments_cut(text, 1).n, 120);
    memcpy(room + 10, "あ", 3);
    assert_int_equal(segments_cut(text, 1).n, 70 + 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_alphabet_is_that_of_3gpp),
        cmocka_unit_test(parts_are_counted_as_carriers_do),
        cmocka_unit_test(the_character_that_forces_ucs2_is_named),
        cmocka_unit_test(an_escape_is_never_cut),
        cmocka_unit_test(a_surrogate_pair_is_never_cut),
        cmocka_unit_test(a_grapheme_is_never_cut),
        cmocka_unit_test(a_grapheme_longer_than_a_part_is_cut_between_characters),
        cmocka_unit_test(more_parts_than_asked_for_are_only_counted),
        cmocka_unit_test(cutting_gives_the_longest_that_fits),
        cmocka_unit_test(cutting_prefers_gsm7_where_that_is_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
