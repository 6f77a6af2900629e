// SPDX-License-Identifier: Apache-2.0
//
// Names of places in texts of three languages: which are found, which are no place, where
// they stand in the text as it was sent, and the ways a listed name is written.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/utf8.h"
#include "handlers/place_spelling.h"
#include "tests/unit/triage_fixture.h"

struct places_fixture {
    struct triage_fixture *files;
    const struct country *country;
    struct places *places;
};

#define PLAIN(spelling, kind, koban)                                                     \
    {STR_INIT(spelling), STR_INIT(spelling), STR_INIT(kind), koban, PLACE_MODE_PLAIN}
#define ORDINARY(spelling, kind, koban)                                                  \
    {STR_INIT(spelling), STR_INIT(spelling), STR_INIT(kind), koban, PLACE_MODE_ORDINARY}

static const struct place_entry listed[] = {
    PLAIN("桜町", "town", 11),
    PLAIN("桜町公園", "park", 12),
    PLAIN("本町", "town", 11),
    PLAIN("本町", "town", 12),
    PLAIN("山田", "town", 13),
    PLAIN("センター北", "station", 13),
    PLAIN("Melati", "town", 11),
    PLAIN("Kampung Anggrek", "town", 12),
    PLAIN("St. John's Park", "park", 13),
    ORDINARY("Pasar", "landmark", 13),
    ORDINARY("桜", "station", 13),
    PLAIN("桜町交番", "koban", 11),
    {STR_INIT("大久保3"), STR_INIT("大久保三丁目"), STR_INIT("chome"), 15,
     PLACE_MODE_NUMBER},
};

static int set_up(void **state) {
    struct triage_fixture *files = triage_fixture_new(false);
    struct places_fixture *f = ARENA_NEW(files->arena, struct places_fixture);
    struct str bytes = fixture_file("deploy/country/id.json", files->arena);
    f->files = files;
    f->country =
        country_read(bytes, STR("deploy/country/id.json"), files->arena, &files->errors);
    assert_non_null(f->country);
    f->places = places_new(listed, ARRAY_LEN(listed), files->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    triage_fixture_free(((struct places_fixture *)*state)->files);
    return 0;
}

static size_t find_in(void **state, const struct country *country, const char *text,
                      struct place_name *names) {
    struct places_fixture *f = *state;
    return places_find(f->places, country, str_of(text), f->files->arena, names);
}

static size_t find(void **state, const char *text, struct place_name *names) {
    struct places_fixture *f = *state;
    return find_in(state, f->files->country, text, names);
}

// Exactly one name, of one koban, with these words of the text.
static void finds(void **state, const char *text, int32_t koban_id, const char *words) {
    struct places_fixture *f = *state;
    struct place_name names[PLACE_NAMES_MAX];
    size_t count = find(state, text, names);
    if (count == 0) count = find_in(state, f->country, text, names);
    if (count != 1) fail_msg("%s: %zu names", text, count);
    assert_int_equal(names[0].koban_count, 1);
    assert_int_equal(names[0].kobans[0], koban_id);
    struct str rest = str_of(text);
    size_t from = 0, to;
    for (uint32_t i = 0; i < names[0].start; i++) (void)utf8_next(rest, &from);
    to = from;
    for (uint32_t i = 0; i < names[0].length; i++) (void)utf8_next(rest, &to);
    struct str told = str_slice(rest, from, to);
    if (!str_eq(told, str_of(words))) fail_msg("%s: \"%.*s\"", text, (int)told.n, told.p);
}

// By the words of either pack: a text may be in any language.
static void is_no_place(void **state, const char *text) {
    struct places_fixture *f = *state;
    struct place_name names[PLACE_NAMES_MAX];
    if (find(state, text, names) != 0 && find_in(state, f->country, text, names) != 0)
        fail_msg("%s: %.*s", text, (int)names[0].name.n, names[0].name.p);
}

static void finds_none(void **state, const char *text) {
    struct places_fixture *f = *state;
    struct place_name names[PLACE_NAMES_MAX];
    if (find(state, text, names) != 0)
        fail_msg("%s: %.*s", text, (int)names[0].name.n, names[0].name.p);
    if (find_in(state, f->country, text, names) != 0)
        fail_msg("%s (id): %.*s", text, (int)names[0].name.n, names[0].name.p);
}

static void names_are_found_in_three_languages(void **state) {
    finds(state, "今桜町で火事です", 11, "桜町");
    finds(state, "kebakaran di melati, cepat", 11, "melati");
    finds(state, "di Kp. dekat kampung anggrek", 12, "kampung anggrek");
    finds(state, "a man fell in St Johns Park!", 13, "St Johns Park");
    finds(state, "センター北で待ってます", 13, "センター北");
}

static void unicode_tricks_hide_no_name(void **state) {
    finds(state, "ｓｏｓ ＭＥＬＡＴＩ", 11, "ＭＥＬＡＴＩ");
    finds(state, "桜\u200B町にいます", 11, "桜\u200B町");
    finds(state, "桜 町 です", 11, "桜 町");
    finds(state, "ｾﾝﾀｰ北です", 13, "ｾﾝﾀｰ北");
    finds(state, "せんたー北です", 13, "せんたー北");
    finds(state, "m\u0435lati", 11, "m\u0435lati"); // a Cyrillic letter
}

static void the_longest_name_that_begins_there_wins(void **state) {
    finds(state, "桜町公園のベンチ", 12, "桜町公園");
    finds(state, "桜町公民館のベンチ", 11, "桜町");
}

static void a_name_within_a_word_is_none(void **state) {
    finds_none(state, "melatikah");
    finds_none(state, "anakmelati");
}

static void an_ordinary_word_needs_a_word_of_places(void **state) {
    finds_none(state, "saya ke pasar kemarin");
    finds_none(state, "桜がきれいでした");
    finds(state, "di terminal pasar", 13, "pasar");
    finds(state, "桜駅にいます", 13, "桜");
    finds(state, "Pasar", 13, "Pasar"); // the whole answer
}

static void a_person_is_no_place(void **state) {
    is_no_place(state, "山田さんがいません");
    is_no_place(state, "山田 先生に殴られた");
    is_no_place(state, "pak melati hilang");
    is_no_place(state, "Mr. Melati hit me");
    finds(state, "山田にいます", 13, "山田");
    finds(state, "桜町交番さん、お願いします", 11, "桜町交番");
}

static void figures_decide_where_they_must(void **state) {
    finds(state, "大久保3-5-2です", 15, "大久保3");
    finds_none(state, "大久保3人組に殴られた");
    finds_none(state, "大久保35-2です");
}

static void a_name_of_several_has_them_all(void **state) {
    struct place_name names[PLACE_NAMES_MAX];
    assert_int_equal(find(state, "本町で転びました", names), 1);
    assert_int_equal(names[0].koban_count, 2);
    assert_int_equal(names[0].kobans[0], 11);
    assert_int_equal(names[0].kobans[1], 12);
}

static void several_names_stand_in_their_order_and_once(void **state) {
    struct place_name names[PLACE_NAMES_MAX];
    assert_int_equal(find(state, "桜町から山田へ、また桜町へ", names), 2);
    assert_int_equal(names[0].kobans[0], 11);
    assert_int_equal(names[1].kobans[0], 13);
    assert_int_equal(names[1].start, 4);
}

// ---- spellings

static void spells(void **state, const char *name, const char *spelling, int mode) {
    struct places_fixture *f = *state;
    struct place_entry out[PLACE_SPELLINGS_MAX];
    struct place_entry entry = {.spelling = str_of(name)};
    size_t count = place_spellings(entry, f->files->country, &f->files->languages,
                                   f->files->arena, out);
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(out[i].spelling, str_of(spelling))) continue;
        assert_int_equal(out[i].mode, mode);
        return;
    }
    fail_msg("%s is not spelt %s", name, spelling);
}

static void a_number_is_written_in_figures_too(void **state) {
    spells(state, "大久保三丁目", "大久保三丁目", PLACE_MODE_PLAIN);
    spells(state, "大久保三丁目", "大久保3丁目", PLACE_MODE_PLAIN);
    spells(state, "大久保三丁目", "大久保3", PLACE_MODE_NUMBER);
    spells(state, "大久保三丁目", "大久保", PLACE_MODE_PLAIN);
    spells(state, "北二十三丁目", "北23丁目", PLACE_MODE_PLAIN);
    spells(state, "北十丁目", "北10丁目", PLACE_MODE_PLAIN);
    spells(state, "大久保１２丁目", "大久保12", PLACE_MODE_NUMBER);
}

static void blanks_between_words_may_lack(void **state) {
    spells(state, "Sakura Machi", "sakuramachi", PLACE_MODE_PLAIN);
}

static void words_of_the_language_files_are_ordinary(void **state) {
    spells(state, "公園", "公園", PLACE_MODE_ORDINARY);
    spells(state, "Market", "Market", PLACE_MODE_ORDINARY);
    spells(state, "津", "津", PLACE_MODE_ORDINARY); // short
    spells(state, "Sakuramachi", "Sakuramachi", PLACE_MODE_PLAIN);
}

#define PLACES_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        PLACES_TEST(names_are_found_in_three_languages),
        PLACES_TEST(unicode_tricks_hide_no_name),
        PLACES_TEST(the_longest_name_that_begins_there_wins),
        PLACES_TEST(a_name_within_a_word_is_none),
        PLACES_TEST(an_ordinary_word_needs_a_word_of_places),
        PLACES_TEST(a_person_is_no_place),
        PLACES_TEST(figures_decide_where_they_must),
        PLACES_TEST(a_name_of_several_has_them_all),
        PLACES_TEST(several_names_stand_in_their_order_and_once),
        PLACES_TEST(a_number_is_written_in_figures_too),
        PLACES_TEST(blanks_between_words_may_lack),
        PLACES_TEST(words_of_the_language_files_are_ordinary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
