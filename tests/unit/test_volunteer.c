// SPDX-License-Identifier: Apache-2.0
//
// What a few words mean at a step of the dialogue; and that more than the answer is none.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "handlers/fold.h"
#include "handlers/volunteer_answer.h"
#include "tests/unit/triage_fixture.h"

static struct triage_fixture *fixture;
static struct house house;

static int set_up(void **state) {
    (void)state;
    fixture = triage_fixture_new(false);
    house = (struct house){.country = fixture->country, .languages = &fixture->languages};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    triage_fixture_free(fixture);
    return 0;
}

static struct str folded(const char *text) {
    return fold_text(str_of(text), fixture->arena);
}

static void hours(const char *text, int wanted_from, int wanted_to) {
    int16_t from = -9, to = -9;
    assert_true(volunteer_hours(&house, folded(text), &from, &to));
    assert_int_equal(from, wanted_from);
    assert_int_equal(to, wanted_to);
}

static void no_hours(const char *text) {
    int16_t from, to;
    assert_false(volunteer_hours(&house, folded(text), &from, &to));
}

static void hours_are_read_as_people_write_them(void **state) {
    (void)state;
    hours("22-7", 1320, 420);
    hours("21:30 to 6", 1290, 360);
    hours("22-6:30", 1320, 390);
    hours("21:00-6", 1260, 360);
    hours("22.30-05.15", 1350, 315);
    hours("２２時から７時まで", 1320, 420);
    hours("jam 22 sampai 5", 1320, 300);
    hours("0-24", 0, 0);
    hours("なし", 0, 0);
    hours("off", 0, 0);
}

static void what_is_more_than_hours_is_none(void **state) {
    (void)state;
    no_hours("22");
    no_hours("25-7");
    no_hours("2 men 4 guns");
    no_hours("21-6 please help me");
    no_hours("1 2 3 4 5");
    no_hours("5 6 7");
    no_hours("");
}

static void topics(const char *text, uint32_t wanted) {
    uint32_t found = 0;
    assert_true(volunteer_topics(&house, folded(text), fixture->arena, &found));
    assert_int_equal(found, wanted);
}

static void no_topics(const char *text) {
    uint32_t found;
    assert_false(volunteer_topics(&house, folded(text), fixture->arena, &found));
}

static void topics_are_digits_or_names(void **state) {
    (void)state;
    topics("1,3", 1U << 1 | 1U << 3);
    topics("１　３", 1U << 1 | 1U << 3);
    topics("scams traffic", 1U << 3 | 1U << 4);
    topics("詐欺、災害", 1U << 3 | 1U << 5);
    topics("Orang hilang", 1U << 1);
    topics("0", 0xFE);
    topics("semua", 0xFE);
    no_topics("19");
    no_topics("110");
    no_topics("1 man hit me");
    no_topics("詐欺にあいました");
    no_topics("");
}

static void a_language_is_named_in_any(void **state) {
    (void)state;
    struct str tag;
    assert_true(volunteer_language(&house, folded("ID"), &tag));
    assert_true(str_eq(tag, STR("id")));
    assert_true(volunteer_language(&house, folded("日本語"), &tag));
    assert_true(str_eq(tag, STR("ja")));
    assert_false(volunteer_language(&house, folded("ja help"), &tag));
}

// The koban of the demo city, as the roster has them.
static const struct area areas[] = {{.id = 1, .force_id = 1}, {.id = 5, .force_id = 2}};
static const struct koban kobans[] = {
    {.id = 11,
     .area_id = 1,
     .slug = STR_INIT("sakura"),
     .name_ja = STR_INIT("桜町交番"),
     .name_en = STR_INIT("Sakura Koban"),
     .name_id = STR_INIT("Koban Sakura")},
    {.id = 12,
     .area_id = 1,
     .slug = STR_INIT("eki-mae"),
     .name_ja = STR_INIT("花咲駅前交番")},
    {.id = 51, .area_id = 5, .slug = STR_INIT("sakuro"), .name_ja = STR_INIT("桜路交番")},
};

static void place(const char *text, enum place_match wanted, int32_t wanted_id) {
    static const struct roster roster = {.areas = areas,
                                         .area_count = ARRAY_LEN(areas),
                                         .kobans = kobans,
                                         .koban_count = ARRAY_LEN(kobans)};
    static const struct channel channel = {.force_id = 1};
    static const struct facts facts = {.roster = &roster, .channel = &channel};
    struct decision decision = {.house = &house, .facts = &facts};
    int32_t koban_id = 0;
    assert_int_equal(volunteer_place(&decision, folded(text), fixture->arena, &koban_id),
                     wanted);
    if (wanted != PLACE_MATCH_NONE) assert_int_equal(koban_id, wanted_id);
}

static void places_are_known_by_every_name_and_nearly(void **state) {
    (void)state;
    place("SAKURA", PLACE_MATCH_EXACT, 11);
    place("sakura koban", PLACE_MATCH_EXACT, 11);
    place("Koban Sakura", PLACE_MATCH_EXACT, 11);
    place("桜町", PLACE_MATCH_EXACT, 11);
    place("桜町交番", PLACE_MATCH_EXACT, 11);
    place("eki-mae", PLACE_MATCH_EXACT, 12);
    place("sakra", PLACE_MATCH_CLOSE, 11);
    // Another force's is never offered, however close.
    place("sakuro", PLACE_MATCH_CLOSE, 11);
    place("umeda", PLACE_MATCH_NONE, 0);
    place("s", PLACE_MATCH_NONE, 0);
    place("a man with a knife at the station", PLACE_MATCH_NONE, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_are_read_as_people_write_them),
        cmocka_unit_test(what_is_more_than_hours_is_none),
        cmocka_unit_test(topics_are_digits_or_names),
        cmocka_unit_test(a_language_is_named_in_any),
        cmocka_unit_test(places_are_known_by_every_name_and_nearly),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
