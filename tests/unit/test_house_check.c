// SPDX-License-Identifier: Apache-2.0
//
// What pack and language files must agree on: the files that ship have no hole, and each
// kind of hole is found with its file and line.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "handlers/house_check.h"
#include "tests/unit/triage_fixture.h"

// One change to one of the files; empty `file`: none.
struct change {
    const char *file, *from, *to;
};

static struct str changed(struct arena *arena, const char *file, struct change change) {
    struct str text = fixture_file(file, arena);
    if (change.file == NULL || strcmp(change.file, file) != 0) return text;
    size_t at = str_find(text, str_of(change.from), 0);
    assert_true(at < text.n);
    struct str head = arena_join(arena, str_slice(text, 0, at), str_of(change.to));
    return arena_join(arena, head, str_slice(text, at + strlen(change.from), text.n));
}

#define JA "handlers/language/ja.json"
#define EN "handlers/language/en.json"
#define ID "handlers/language/id.json"
#define JP "deploy/country/jp.json"

// The holes of the site with a change, as told.
static struct str holes(struct arena *arena, struct change change, struct buf *errors) {
    static const char *const files[] = {JA, EN, ID};
    struct language_set set = {0};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const struct language *language = language_read(changed(arena, files[i], change),
                                                        str_of(files[i]), arena, errors);
        if (language != NULL) (void)!language_add(&set, language);
    }
    const struct country *country =
        country_read(changed(arena, JP, change), STR(JP), arena, errors);
    if (errors->n > 0) (void)fwrite(errors->p, 1, errors->n, stderr);
    assert_int_equal(errors->n, 0); // each file alone is right
    size_t found = house_check(country, &set, arena, errors);
    assert_true((found > 0) == (errors->n > 0));
    return buf_str(errors);
}

static void expect_hole(struct change change, const char *told) {
    struct arena *arena = arena_new(1 << 20);
    struct buf errors;
    buf_init(&errors, 1 << 16);
    struct str text = holes(arena, change, &errors);
    bool is_told = str_contains(text, str_of(told));
    if (!is_told) (void)fprintf(stderr, "%.*s", (int)text.n, text.p);
    assert_true(is_told);
    buf_free(&errors);
    arena_free(arena);
}

static void what_ships_has_no_hole(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct buf errors;
    buf_init(&errors, 1 << 16);
    assert_int_equal(holes(arena, (struct change){0}, &errors).n, 0);
    buf_free(&errors);
    arena_free(arena);
}

static void a_language_without_a_file(void **state) {
    (void)state;
    expect_hole((struct change){ID, "\"language\": \"id\"", "\"language\": \"xx\""},
                JP ":4: languages.2: \"id\" has no language file that can be used");
}

static void a_sentence_only_one_language_has(void **state) {
    (void)state;
    expect_hole((struct change){EN, "\"sentences\": {",
                                "\"sentences\": {\"extra\": {\"life_s\": 1, "
                                "\"normal\": \"x\"},"},
                ": sentences.extra: is missing; " EN " has it");
    expect_hole((struct change){ID, "{\"id\": \"weapon\"", "{\"id\": \"weapons\""},
                "phrases.weapon: is missing; " JA " has it");
    expect_hole((struct change){EN, "\"pages\": {", "\"pages\": {\"extra\": \"x\","},
                "pages.extra: is missing; " EN " has it");
    expect_hole((struct change){ID, "\"move\": [\"pindah\"]", "\"move\": []"},
                "keywords.move: is missing; " JA " has it");
}

static void numbers_longer_than_was_counted_with(void **state) {
    (void)state;
    expect_hole((struct change){JP, "\"sea\": \"118\"",
                                "\"sea\": \"118118118118118118118118118\""},
                "SMS parts with the values of " JP ", 1 allowed");
}

static void a_word_that_means_two_things(void **state) {
    (void)state;
    expect_hole(
        (struct change){EN, "\"info\": [\"info\"", "\"info\": [\"help\", \"info\""},
        "keywords.info.0: \"help\" is also of pleas in");
    expect_hole((struct change){ID, "\"status\": [\"status\"]", "\"status\": [\"stop\"]"},
                "keywords.status.0: \"stop\" is also of keywords.stop in");
    expect_hole((struct change){ID, "\"no\": [\"2\"", "\"no\": [\"yes\", \"2\""},
                "no.0: \"yes\" is also of yes in");
    expect_hole((struct change){EN, "\"no\": [\"2\"", "\"no\": [\"help\", \"2\""},
                "\"help\" is");
    expect_hole(
        (struct change){ID, "\"self\": [\"id\"", "\"self\": [\"english\", \"id\""},
        "self.0: \"english\" is also of self in " EN);
    expect_hole(
        (struct change){EN, "\"start\": [\"start\"", "\"start\": [\"y\", \"start\""},
        "keywords.start.0: \"y\" is also of yes in");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ships_has_no_hole),
        cmocka_unit_test(a_language_without_a_file),
        cmocka_unit_test(a_sentence_only_one_language_has),
        cmocka_unit_test(numbers_longer_than_was_counted_with),
        cmocka_unit_test(a_word_that_means_two_things),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
