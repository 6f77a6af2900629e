// SPDX-License-Identifier: Apache-2.0
//
// UTF-8: what is valid, what repair leaves, that the fast fold is utf8proc's, that no
// grapheme is cut.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdlib.h>
#include <utf8proc.h>

#include "core/utf8.h"

static struct arena *arena;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void assert_str(struct str is, const char *should) {
    if (str_eq(is, str_of(should))) return;
    fail_msg("is \"%.*s\", should be \"%s\"", (int)is.n, is.p, should);
}

static size_t encode(uint32_t point, char out[4]) {
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)point, (utf8proc_uint8_t *)out);
}

static void only_rfc_3629_is_valid(void **state) {
    (void)state;
    static const char *const good[] = {
        "",         "plain ascii text", "たすけて",         "\xF4\x8F\xBF\xBF",
        "\xC2\x80", "\xE0\xA0\x80",     "\xF0\x90\x80\x80", "eight...\xE3\x81\x82"};
    static const char *const bad[] = {"\x80",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xE0\x80\x80",
                                      "\xE0\x9F\xBF",
                                      "\xF0\x80\x80\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xED\xA0\x80",
                                      "\xED\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "\xE3\x81",
                                      "\xE3\x81 ",
                                      "\xC2",
                                      "a\xF0\x9F\x98",
                                      "eight...\xE3\x81",
                                      "\xC2\xC2\x80"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) assert_true(utf8_valid(str_of(good[i])));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (utf8_valid(str_of(bad[i]))) fail_msg("valid: number %zu", i);
    }
}

static void every_code_point_goes_round(void **state) {
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        if (point >= 0xD800 && point <= 0xDFFF) continue;
        char text[4];
        size_t n = encode(point, text), i = 0;
        struct str s = {text, n};
        if (!utf8_valid(s) || utf8_next(s, &i) != point || i != n)
            fail_msg("U+%04X", point);
    }
}

static void repair_replaces_invalid_bytes_and_drops_nul(void **state) {
    (void)state;
    bool changed;
    assert_str(utf8_repair(STR("a\xFF\0b\xE3\x81"), arena, &changed),
               "a\xEF\xBF\xBD"
               "b\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_true(changed);
    struct str same = STR("たすけて");
    assert_ptr_equal(utf8_repair(same, arena, &changed).p, same.p);
    assert_false(changed);
    assert_int_equal(utf8_repair((struct str){0}, arena, &changed).n, 0);
}

static void folding_makes_one_form_of_many(void **state) {
    (void)state;
    assert_str(utf8_fold(STR("１１０番　ﾃﾞﾝﾜ Ｐｏｌｉｃｅ ㍿"), arena),
               "110番 デンワ police 株式会社");
    assert_str(utf8_fold(STR("た\u200Bすけて"), arena), "たすけて");
    assert_str(utf8_fold(STR("ﾀｽｹﾃ"), arena), "タスケテ");
    assert_str(utf8_fold(STR("か\u3099"), arena), "が");
    assert_str(utf8_fold(STR("TOLONG! STRASSE"), arena), "tolong! strasse");
    assert_str(utf8_fold(STR("Straße"), arena), "strasse");
    assert_str(utf8_fold(STR("CỨU TÔI"), arena), "cứu tôi");
    assert_str(utf8_fold(STR(""), arena), "");
}

static void folding_invalid_text_does_no_harm(void **state) {
    (void)state;
    assert_str(utf8_fold(STR("Ab\xFF\xC3\x89"), arena), "ab\xEF\xBF\xBD\xC3\xA9");
}

static void assert_folds_as_utf8proc(struct str text) {
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t n =
        utf8proc_map((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &mapped,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                         UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    struct str should = {(const char *)mapped, (size_t)n}, is = utf8_fold(text, arena);
    if (n < 0 || !str_eq(is, should))
        fail_msg("folds otherwise: %.*s", (int)text.n, text.p);
    free(mapped);
}

static void the_fast_fold_is_utf8procs_for_every_code_point(void **state) {
    (void)state;
    for (uint32_t point = 1; point <= 0x10FFFF; point++) {
        if (point >= 0xD800 && point <= 0xDFFF) continue;
        char text[4];
        assert_folds_as_utf8proc((struct str){text, encode(point, text)});
        if (point % 4096 == 0) arena_reset(arena);
    }
}

static void the_fast_fold_is_utf8procs_for_mixed_text(void **state) {
    (void)state;
    static const uint32_t first[] = {0x20,   0x3001,  0x3041, 0x30A1, 0x4E00,
                                     0xAC00, 0xFF01,  0x200B, 0x3099, 0x0300,
                                     0x11A8, 0x1F300, 0xFF66, 0x0430};
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char text[64];
        size_t n = 0;
        while (n < 40) {
            seed = seed * 1664525 + 1013904223;
            uint32_t base = first[(seed >> 8) % ARRAY_LEN(first)];
            n += encode(base + (seed >> 24) % 28, text + n);
        }
        assert_folds_as_utf8proc((struct str){text, n});
        if (round % 1000 == 0) arena_reset(arena);
    }
}

static void a_ligature_of_eighteen_letters_folds(void **state) {
    (void)state;
    char text[300];
    for (size_t i = 0; i < 300; i += 3) memcpy(text + i, "\xEF\xB7\xBA", 3);
    assert_folds_as_utf8proc((struct str){text, 300});
}

static void units16_count_surrogate_pairs_twice(void **state) {
    (void)state;
    assert_int_equal(utf8_units16(STR("abc")), 3);
    assert_int_equal(utf8_units16(STR("たすけて")), 4);
    assert_int_equal(utf8_units16(STR("nine ascii😀")), 12);
}

static void cutting_never_tears_a_grapheme(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t max;
        const char *cut;
    } cases[] = {
        {"abc", 3, "abc"},
        {"abc", 2, "ab"},
        {"abc", 0, ""},
        {"たすけて", 7, "たす"},
        {"たすけて", 6, "たす"},
        {"たすけて", 2, ""},
        {"ae\u0301x", 3, "a"},                               // e with an accent
        {"ae\u0301x", 4, "ae\u0301"},                        //
        {"x👨‍👩‍👧y", 18, "x"},                   // a family is one
        {"x👨‍👩‍👧y", 19, "x👨‍👩‍👧"}, //
        {"🇯🇵🇮🇩", 12, "🇯🇵"},                                  // flags go in pairs
        {"\r\n\r\n", 3, "\r\n"},                             //
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(utf8_cut(str_of(cases[i].text), cases[i].max), cases[i].cut);
}

static void cutting_by_units_counts_as_line_does(void **state) {
    (void)state;
    assert_str(utf8_cut16(STR("たすけて"), 3), "たすけ");
    assert_str(utf8_cut16(STR("a😀b"), 2), "a");
    assert_str(utf8_cut16(STR("a😀b"), 3), "a😀");
    assert_str(utf8_cut16(STR("x👨‍👩‍👧y"), 8), "x");
    assert_str(utf8_cut16(STR("x👨‍👩‍👧y"), 9), "x👨‍👩‍👧");
}

static void scripts_are_told_by_their_letters(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum utf8_script script;
        uint32_t count;
    } cases[] = {
        {"Tolong, 3 orang!", UTF8_LATIN, 11},
        {"ＡＢｃ１", UTF8_LATIN, 3},
        {"たすけて！ﾃﾞ", UTF8_KANA, 6},
        {"警察は110番、佐々木", UTF8_HAN, 6},
        {"도와주세요", UTF8_HANGUL, 5},
        {"ช่วยด้วย", UTF8_THAI, 8},
        {"النجدة", UTF8_ARABIC, 6},
        {"मदद करो", UTF8_DEVANAGARI, 6},
        {"ကူညီပါ", UTF8_MYANMAR, 6},
        {"Помогите", UTF8_CYRILLIC, 8},
        {"Βοήθεια", UTF8_OTHER, 7},
        {"cứu tôi", UTF8_LATIN, 6},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint32_t counts[UTF8_SCRIPT_COUNT];
        utf8_scripts(str_of(cases[i].text), counts);
        if (counts[cases[i].script] != cases[i].count)
            fail_msg("%s: %u", cases[i].text, counts[cases[i].script]);
    }
}

static void emoji_digits_and_blanks_are_of_no_script(void **state) {
    (void)state;
    uint32_t counts[UTF8_SCRIPT_COUNT], none[UTF8_SCRIPT_COUNT] = {0};
    utf8_scripts(STR("😀 👨‍👩‍👧 110 ー？！…、。"), counts);
    none[UTF8_KANA] = 1; // the long vowel mark is a letter of kana
    assert_memory_equal(counts, none, sizeof none);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_rfc_3629_is_valid),
        cmocka_unit_test(every_code_point_goes_round),
        cmocka_unit_test(repair_replaces_invalid_bytes_and_drops_nul),
        cmocka_unit_test(folding_makes_one_form_of_many),
        cmocka_unit_test(folding_invalid_text_does_no_harm),
        cmocka_unit_test(the_fast_fold_is_utf8procs_for_every_code_point),
        cmocka_unit_test(the_fast_fold_is_utf8procs_for_mixed_text),
        cmocka_unit_test(a_ligature_of_eighteen_letters_folds),
        cmocka_unit_test(units16_count_surrogate_pairs_twice),
        cmocka_unit_test(cutting_never_tears_a_grapheme),
        cmocka_unit_test(cutting_by_units_counts_as_line_does),
        cmocka_unit_test(scripts_are_told_by_their_letters),
        cmocka_unit_test(emoji_digits_and_blanks_are_of_no_script),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
