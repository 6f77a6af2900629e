// SPDX-License-Identifier: Apache-2.0
//
// What a text tells, with its place in the text as it was sent.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>

#include "handlers/triage/explain.h"
#include "handlers/triage/facts.h"
#include "tests/unit/triage_fixture.h"

static int set_up(void **state) {
    *state = triage_fixture_new(true);
    return 0;
}

static int tear_down(void **state) {
    triage_fixture_free(*state);
    return 0;
}

// That one of the facts of this kind has this value.
static void tells(void **state, const char *tag, const char *text, const char *code,
                  const char *value) {
    struct triage_fixture *f = *state;
    struct fact facts[FACTS_MAX];
    struct fact_text read = fact_text_new(str_of(text), f->arena);
    size_t count =
        facts_read(f->triage, language_find(&f->languages, str_of(tag)), &read, facts);
    for (size_t i = 0; i < count; i++) {
        struct str told = fact_value(&read, facts[i].span);
        if (strcmp(facts[i].code, code) == 0 && str_eq(told, str_of(value))) return;
        (void)fprintf(stderr, "%s: %.*s\n", facts[i].code, (int)told.n, told.p);
    }
    fail_msg("%s does not tell %s %s", text, code, value);
}

static size_t count_of(void **state, const char *tag, const char *text) {
    struct triage_fixture *f = *state;
    struct fact facts[FACTS_MAX];
    struct fact_text read = fact_text_new(str_of(text), f->arena);
    return facts_read(f->triage, language_find(&f->languages, str_of(tag)), &read, facts);
}

static void places_are_told(void **state) {
    tells(state, "ja", "助けて、桜町3丁目の前です", "fact:place", "桜町3丁目");
    tells(state, "ja", "電柱４２ア７の横にいます", "fact:place", "電柱４２ア７");
    tells(state, "id", "kebakaran di Jl Kenanga Raya 12, cepat", "fact:place",
          "Jl Kenanga Raya 12");
    tells(state, "en", "he is outside 14 Elm Street now", "fact:place", "14 Elm Street");
}

static void telephone_numbers_are_told(void **state) {
    tells(state, "en", "ring me on +62 812-0000-1111 please", "fact:phone",
          "+62 812-0000-1111");
    tells(state, "ja", "０９０－００００－１１１１です", "fact:phone",
          "０９０－００００－１１１１");
    assert_int_equal(count_of(state, "en", "order 12345678901 of 5"), 0);
    assert_int_equal(count_of(state, "en", "012345678901234567"), 0);
}

static void time_injury_weapon_and_presence_are_told(void **state) {
    tells(state, "ja", "昨日のことです", "fact:time", "昨日");
    // A form of the verb is no time.
    assert_int_equal(count_of(state, "ja", "財布を落としました"), 0);
    assert_int_equal(count_of(state, "ja", "夫が寝てる"), 0);
    tells(state, "ja", "昨日 財布を落としました", "fact:time", "昨日");
    assert_int_equal(count_of(state, "id", "saya pernah ditanya"), 0);
    tells(state, "id", "barusan dia bawa PISAU", "fact:weapon", "PISAU");
    tells(state, "id", "barusan dia bawa PISAU", "fact:time", "barusan");
    tells(state, "en", "she is BLEEDING and he is still here", "fact:hurt", "BLEEDING");
    tells(state, "en", "she is BLEEDING and he is still here", "fact:here", "still here");
}

static void nothing_told_is_nothing_found(void **state) {
    assert_int_equal(count_of(state, "en", ""), 0);
    assert_int_equal(count_of(state, "en", "he was at home"), 0);
    assert_int_equal(count_of(state, "en", "🙂"), 0);
    assert_int_equal(count_of(state, "ja", "ー"), 0);
}

static void reasons_and_facts_have_their_places(void **state) {
    struct triage_fixture *f = *state;
    struct triage_input input = {.text = STR("！ 声が出せない 殴られてる 0312345678")};
    struct triage_result result;
    triage_run(f->triage, &input, &result, f->arena);
    struct str json = triage_reasons_json(&result, (struct place_names){0}, f->arena);
    assert_true(str_contains(json, STR("{\"code\":\"rule:cannot_talk\",\"word\":"
                                       "\"声が出せ\",\"start\":2,\"length\":4}")));
    assert_true(str_contains(json, STR("{\"code\":\"fact:phone\",\"word\":\"0312345678\","
                                       "\"start\":15,\"length\":10}")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_told),
        cmocka_unit_test(telephone_numbers_are_told),
        cmocka_unit_test(time_injury_weapon_and_presence_are_told),
        cmocka_unit_test(nothing_told_is_nothing_found),
        cmocka_unit_test(reasons_and_facts_have_their_places),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
