// SPDX-License-Identifier: Apache-2.0
//
// Country packs: the two that ship, an invented third, and mistakes.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "tests/unit/triage_fixture.h"

static const struct country *read_pack(struct arena *arena, const char *path) {
    struct buf errors;
    buf_init(&errors, 4096);
    const struct country *country =
        country_read(fixture_file(path, arena), str_of(path), arena, &errors);
    (void)fwrite(errors.p != NULL ? errors.p : "", 1, errors.n, stderr);
    assert_non_null(country);
    buf_free(&errors);
    return country;
}

static void is(struct str text, const char *wanted) {
    assert_true(str_eq(text, str_of(wanted)));
}

static void japan(void **state) {
    (void)state;
    struct arena *arena = arena_new(0);
    const struct country *jp = read_pack(arena, "deploy/country/jp.json");
    is(country_numbers(jp, CATEGORY_ROBBERY), "110");
    is(country_numbers(jp, CATEGORY_FIRE), "119");
    is(country_numbers(jp, CATEGORY_DROWNING), "119/118");
    is(country_numbers(jp, CATEGORY_OTHER), "110/119/118");
    is(country_numbers(jp, (enum category)999), "110/119/118");
    is(jp->consultation_number, "#9110");
    is(country_name(jp, STR("box"), STR("ja")), "交番");
    is(country_name(jp, STR("box"), STR("en")), "Koban");
    is(country_name(jp, STR("box"), STR("fr")), "交番");
    is(country_name(jp, STR("nothing"), STR("ja")), "");
    static const int64_t rungs[] = {15000, 15000, 30000, 30000, 60000};
    for (size_t i = 0; i < ARRAY_LEN(rungs); i++)
        assert_int_equal(jp->rung_ms[i], rungs[i]);
    assert_int_equal(jp->told_first_ms, 30000);
    assert_int_equal(jp->told_second_ms, 90000);
    assert_int_equal(jp->attention_ms, 90000);
    assert_int_equal(jp->unseen_ms, 60000);
    assert_int_equal(jp->on_the_way_ms, 600000);
    assert_int_equal(jp->surge_limit, 20);
    assert_int_equal(jp->page_limit, 5);
    assert_int_equal(jp->receipt_minutes, 15);
    assert_int_equal(country_retention_days(jp, STR("body")), 90);
    arena_free(arena);
}

static void indonesia(void **state) {
    (void)state;
    struct arena *arena = arena_new(0);
    const struct country *id = read_pack(arena, "deploy/country/id.json");
    is(country_numbers(id, CATEGORY_ROBBERY), "110");
    is(country_numbers(id, CATEGORY_FIRE), "110/112");
    is(country_name(id, STR("box"), STR("id")), "BKPM");
    is(id->time_zone, "Asia/Jakarta");
    is(id->languages[0], "id");
    arena_free(arena);
}

static bool has(struct place_words list, const char *word) {
    for (size_t i = 0; i < list.count; i++) {
        if (str_eq(list.words[i], str_of(word))) return true;
    }
    return false;
}

static void words_of_places_stand_folded_longest_first(void **state) {
    (void)state;
    struct arena *arena = arena_new(0);
    const struct country *jp = read_pack(arena, "deploy/country/jp.json");
    const struct country *id = read_pack(arena, "deploy/country/id.json");
    assert_true(has(jp->place_words[PLACE_WORD_AFTER_NUMBER], "丁目"));
    assert_true(has(jp->place_words[PLACE_WORD_AFTER_NAME], "駅"));
    assert_true(has(id->place_words[PLACE_WORD_BEFORE_NUMBER], "rt"));
    assert_true(has(id->place_words[PLACE_WORD_BEFORE_NUMBER], "rw"));
    assert_true(has(id->place_words[PLACE_WORD_BEFORE_NAME], "jalan"));
    for (size_t k = 0; k < PLACE_WORD_COUNT; k++) {
        struct place_words list = jp->place_words[k];
        for (size_t i = 1; i < list.count; i++)
            assert_true(list.words[i - 1].n >= list.words[i].n);
    }
    arena_free(arena);
}

static struct str invented(struct arena *arena, const char *from, const char *to) {
    struct str text = fixture_file("deploy/country/jp.json", arena);
    size_t at = str_find(text, str_of(from), 0);
    assert_true(at < text.n);
    struct str head = arena_join(arena, str_slice(text, 0, at), str_of(to));
    return arena_join(arena, head, str_slice(text, at + strlen(from), text.n));
}

static void expect_error(const char *from, const char *to, const char *problem) {
    struct arena *arena = arena_new(0);
    struct buf errors;
    buf_init(&errors, 4096);
    struct str text = invented(arena, from, to);
    assert_null(country_read(text, STR("xx.json"), arena, &errors));
    assert_true(str_contains(buf_str(&errors), str_of(problem)));
    buf_free(&errors);
    arena_free(arena);
}

static void mistakes_are_told_with_file_and_line(void **state) {
    (void)state;
    expect_error("\"country\": \"jp\",", "", "xx.json:1: country: is missing");
    expect_error("\"gas\"", "\"gass\"", "number_by_category.gass: is not a category");
    expect_error("[\"police\"]", "[\"polise\"]", "is not a group of \"numbers\"");
    expect_error("30, 60]", "30, 0]", "ladder_s: must end with 1 or more");
    expect_error("[15, 15, 30, 30, 60]", "[15, 15]", "must be a list of 5 whole numbers");
    expect_error("\"surge_limit\": 20", "\"surge_limit\": \"20\"",
                 "surge_limit: must be");
    expect_error("\"unseen_s\"", "\"unsene_s\"", "unsene_s: is not a known key");
    expect_error("\"box\"", "\"bocks\"", "names.box: is missing");
    expect_error("\"box\"", "\"bocks\"", "names.bocks: is not a known key");
}

static void a_hole_in_names_is_told(void **state) {
    (void)state;
    expect_error("\"en\": \"Scams\", ", "", "topics.2.names: has no name in \"en\"");
    expect_error("\"en\": \"Koban\", ", "", "names.box: has no name in \"en\"");
    expect_error("\"en\": \"Koban\"", "\"en\": \"Koban\", \"fr\": \"Koban\"",
                 "names.box.fr: is not a language of the pack");
    expect_error("[\"ja\", \"en\", \"id\"]", "[\"ja\", \"en\", \"id\", \"en\"]",
                 "languages.3: stands twice");
    expect_error("\"code\": \"scam\"", "\"code\": \"crime\"", "topics.2: stands twice");
    expect_error("{\"id\": 3,", "{\"id\": 2,", "topics.2: stands twice");
}

static void a_number_that_cannot_be_dialled_is_told(void **state) {
    (void)state;
    expect_error("\"sea\": \"118\"", "\"sea\": \"\"", "numbers.sea: is missing");
    expect_error("\"sea\": \"118\"", "\"sea\": \"one\"",
                 "numbers.sea: must be digits, # or *");
    expect_error("\"#9110\"", "\"call us\"", "consultation_number: must be digits");
    expect_error("\"81\"", "\"+81\"", "numbering.country_code: must be digits");
    expect_error("\"drowning\": [\"fire_medical\", \"sea\"]", "\"drowning\": []",
                 "number_by_category.drowning: must name a group");
}

static void a_ladder_that_makes_no_sense_is_told(void **state) {
    (void)state;
    expect_error("[15, 15, 30, 30, 60]", "[15, 15, 30, 30, 601]",
                 "ladder_s.4: must be a whole number, 0 to 600");
    expect_error("[15, 15, 30, 30, 60]", "[15, -1, 30, 30, 60]", "ladder_s.1: must be");
    expect_error("[15, 15, 30, 30, 60]", "[15, \"15\", 30, 30, 60]",
                 "ladder_s.1: must be");
    expect_error("[30, 90]", "[90, 30]", "told_s: must be told later the second time");
    expect_error("\"on_the_way_s\": 600", "\"on_the_way_s\": 60",
                 "on_the_way_s: is shorter than attention_s");
    expect_error("[22, 7]", "[22, 24]", "quiet_hours.1: must be");
}

static void retention_knows_its_classes(void **state) {
    (void)state;
    expect_error("\"raw_event\": 30,", "\"raw_evnt\": 30,",
                 "retention_days.raw_evnt: is not a known key");
    expect_error("\"raw_event\": 30,", "", "retention_days.raw_event: is missing");
    expect_error("\"raw_event\": 30,", "\"raw_event\": 0,",
                 "retention_days.raw_event: must be 1 to 36500");
}

static void words_of_places_are_checked(void **state) {
    (void)state;
    expect_error("\"丁目\"", "\"丁目\", \"丁目\"",
                 "place_words.after_number.1: stands twice");
    expect_error("\"丁目\"", "7", "place_words.after_number.0: must be a string");
    expect_error("\"after_number\"", "\"behind_number\"",
                 "place_words.behind_number: is not a known key");
}

static void an_invented_country_needs_no_code(void **state) {
    (void)state;
    struct arena *arena = arena_new(0);
    struct buf errors;
    buf_init(&errors, 4096);
    struct str text = invented(arena, "\"fire_medical\": \"119\", \"sea\": \"118\"",
                               "\"fire_medical\": \"77\", \"sea\": \"5\"");
    const struct country *country = country_read(text, STR("xx.json"), arena, &errors);
    assert_non_null(country);
    is(country_numbers(country, CATEGORY_FIRE), "77");
    is(country_numbers(country, CATEGORY_OTHER), "110/77/5");
    buf_free(&errors);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(japan),
        cmocka_unit_test(indonesia),
        cmocka_unit_test(words_of_places_stand_folded_longest_first),
        cmocka_unit_test(mistakes_are_told_with_file_and_line),
        cmocka_unit_test(a_hole_in_names_is_told),
        cmocka_unit_test(a_number_that_cannot_be_dialled_is_told),
        cmocka_unit_test(a_ladder_that_makes_no_sense_is_told),
        cmocka_unit_test(retention_knows_its_classes),
        cmocka_unit_test(words_of_places_are_checked),
        cmocka_unit_test(an_invented_country_needs_no_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
