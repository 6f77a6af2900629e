// SPDX-License-Identifier: Apache-2.0
//
// Language files: what the check finds, and what is said in which manner and language.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "core/segments.h"
#include "tests/unit/triage_fixture.h"

static int set_up(void **state) {
    *state = triage_fixture_new(true);
    return 0;
}

static int tear_down(void **state) {
    triage_fixture_free(*state);
    return 0;
}

static struct str replaced(struct arena *arena, struct str text, const char *from,
                           const char *to) {
    size_t at = str_find(text, str_of(from), 0);
    assert_true(at < text.n);
    struct str head = arena_join(arena, str_slice(text, 0, at), str_of(to));
    return arena_join(arena, head, str_slice(text, at + strlen(from), text.n));
}

// The errors of English with one change; the change must be found.
static void expect_error(struct triage_fixture *fixture, const char *from, const char *to,
                         const char *problem) {
    struct str text = fixture_file("handlers/language/en.json", fixture->arena);
    text = replaced(fixture->arena, text, from, to);
    struct buf errors;
    buf_init(&errors, 1 << 16);
    assert_null(language_read(text, STR("en.json"), fixture->arena, &errors));
    bool is_found = str_contains(buf_str(&errors), str_of(problem));
    if (!is_found) (void)fwrite(errors.p, 1, errors.n, stderr);
    assert_true(is_found);
    buf_free(&errors);
}

static void mistakes_are_told_with_file_and_line(void **state) {
    struct triage_fixture *f = *state;
    expect_error(f, "\"on_the_way\"", "\"on_the_weg\"",
                 "sentences.on_the_way: is missing");
    expect_error(f, "Officers are on the way. Wait", "{who} is on the way. Wait",
                 "sentences.on_the_way.normal: {who} is not an argument");
    expect_error(
        f, "Where is it?",
        "Where is it? Please tell us as exactly as you can where it is, so that "
        "officers can find the place even when it is dark and they are new here.",
        "needs 2 SMS parts");
    expect_error(
        f, "reply with WHERE you are. E.g. park gate, 3-chome\"\n    },\n    \"em",
        "or call us.\"\n    },\n    \"em", "says \"call\" to somebody who cannot");
    expect_error(f, "Received. Reply 1 = yes", "{koban} received. Reply 1 = yes",
                 "sentences.discreet.normal: must have no arguments");
    expect_error(f, "\"unless\"", "\"unles\"", "is not a known key");
    expect_error(f, "\"@violence\"", "\"@violins\"", "is not a class of words");
    expect_error(f, "\"draft\": true,", "\"draft\": 1,", "en.json:4: draft: must be");
    expect_error(f, "\"life_s\": 120,", "\"life_s\": -1,", "life_s: must be 0 to");
}

static void json_that_is_none_is_told(void **state) {
    struct triage_fixture *fixture = *state;
    struct buf errors;
    buf_init(&errors, 4096);
    struct str text = STR("{\n\"language\": \"xx\",\n}");
    assert_null(language_read(text, STR("xx.json"), fixture->arena, &errors));
    assert_true(str_starts(buf_str(&errors), STR("xx.json:3: ")));
    buf_free(&errors);
}

static const struct sentence_argument arguments[] = {
    {STR_INIT("koban"), STR_INIT("Sakura")},
    {STR_INIT("case"), STR_INIT("4127")},
    {STR_INIT("number"), STR_INIT("110")},
};

static struct str say(struct triage_fixture *f, const char *tag, enum manner manner,
                      const char *id, int32_t *life_ms) {
    return language_say(&f->languages, str_of(tag), manner, str_of(id), arguments,
                        ARRAY_LEN(arguments), f->arena, life_ms);
}

static void the_first_answer_names_the_number_first(void **state) {
    int32_t life_ms = 0;
    struct str text = say(*state, "en", MANNER_NORMAL, "emergency_first", &life_ms);
    assert_true(str_starts(text, STR("CALL 110 NOW if you can.")));
    assert_int_equal(life_ms, 120000);
    text = say(*state, "id", MANNER_NORMAL, "emergency_first", NULL);
    assert_true(str_starts(text, STR("TELEPON 110 SEKARANG jika bisa.")));
    text = say(*state, "ja", MANNER_NORMAL, "emergency_first", NULL);
    assert_true(str_starts(text, STR("できれば今すぐ110へ電話")));
}

static void text_only_never_says_call(void **state) {
    struct triage_fixture *f = *state;
    for (size_t l = 0; l < f->languages.count; l++) {
        const struct language *language = f->languages.languages[l];
        for (size_t i = 0; i < language->sentence_count; i++) {
            struct str id = language->sentences[i].id;
            if (str_starts(id, STR("page")) || str_starts(id, STR("duty"))) continue;
            struct str text = language_say(&f->languages, language->tag, MANNER_TEXT_ONLY,
                                           id, NULL, 0, f->arena, NULL);
            assert_false(str_contains(text, STR("電話")));
            assert_false(str_contains(text, STR("CALL")));
            assert_false(str_contains(text, STR("call ")));
            assert_false(str_contains(text, STR("elepon")));
        }
    }
}

static void discreet_is_neutral(void **state) {
    static const char *const tags[] = {"ja", "id", "en", "vi", ""};
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        struct str text = say(*state, tags[i], MANNER_DISCREET, "emergency_first", NULL);
        assert_true(text.n > 0);
        assert_false(str_contains(text, STR("110")));
        assert_false(str_contains(text, STR("Sakura")));
        assert_false(str_contains(text, STR("電話")));
    }
}

static void a_language_we_do_not_speak_gets_easy_words_and_english(void **state) {
    struct str text = say(*state, "und", MANNER_NORMAL, "emergency_first", NULL);
    assert_true(str_starts(text, STR("できれば いますぐ 110へ でんわ")));
    assert_true(str_contains(text, STR("\nCALL 110 NOW")));
    assert_true(segments_count(text).parts <= 4);
    struct str english = say(*state, "en", MANNER_NORMAL, "emergency_first", NULL);
    assert_false(str_contains(english, STR("\n")));
}

static void a_sentence_that_is_none_says_nothing(void **state) {
    int32_t life_ms = 7;
    assert_int_equal(say(*state, "ja", MANNER_NORMAL, "no_such", &life_ms).n, 0);
    assert_int_equal(life_ms, 0);
}

static void arguments_not_given_stay_empty(void **state) {
    struct triage_fixture *f = *state;
    struct str text = language_render(STR("{koban}: {what}, {open"), arguments,
                                      ARRAY_LEN(arguments), f->arena);
    assert_true(str_eq(text, STR("Sakura: , {open")));
}

static void a_fourth_language_needs_no_code(void **state) {
    struct triage_fixture *f = *state;
    struct str text = fixture_file("handlers/language/en.json", f->arena);
    text = replaced(f->arena, text, "\"language\": \"en\"", "\"language\": \"cy\"");
    text =
        replaced(f->arena, text, "Officers are on the way", "Mae swyddogion ar y ffordd");
    struct buf errors;
    buf_init(&errors, 4096);
    const struct language *welsh = language_read(text, STR("cy.json"), f->arena, &errors);
    assert_non_null(welsh);
    struct language_set set = {0};
    assert_true(language_add(&set, welsh));
    assert_false(language_add(&set, welsh));
    struct str said = language_say(&set, STR("cy"), MANNER_NORMAL, STR("on_the_way"),
                                   arguments, ARRAY_LEN(arguments), f->arena, NULL);
    assert_true(str_starts(said, STR("Sakura: Mae swyddogion")));
    buf_free(&errors);
}

static void every_language_has_ten_phrases(void **state) {
    struct triage_fixture *f = *state;
    for (size_t l = 0; l < f->languages.count; l++)
        assert_true(f->languages.languages[l]->phrase_count >= 10);
    assert_int_equal(f->languages.danger_count, 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_told_with_file_and_line),
        cmocka_unit_test(json_that_is_none_is_told),
        cmocka_unit_test(the_first_answer_names_the_number_first),
        cmocka_unit_test(text_only_never_says_call),
        cmocka_unit_test(discreet_is_neutral),
        cmocka_unit_test(a_language_we_do_not_speak_gets_easy_words_and_english),
        cmocka_unit_test(a_sentence_that_is_none_says_nothing),
        cmocka_unit_test(arguments_not_given_stay_empty),
        cmocka_unit_test(a_fourth_language_needs_no_code),
        cmocka_unit_test(every_language_has_ten_phrases),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
