// SPDX-License-Identifier: Apache-2.0
//
// Reading the corpus, and dealing its groups to folds.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdlib.h>

#include "handlers/triage/corpus.h"
#include "handlers/triage/folds.h"

struct fixture {
    struct arena *arena;
    struct buf errors;
    struct corpus corpus;
};

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_new(0);
    buf_init(&f->errors, 4096);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    buf_free(&f->errors);
    arena_free(f->arena);
    free(f);
    return 0;
}

static bool read_text(struct fixture *f, const char *pass, const char *text) {
    struct corpus_file file = {STR("x.tsv"), STR("en"), str_of(pass), str_of(text)};
    return corpus_read(&f->corpus, &file, f->arena, &f->errors);
}

static void a_line_is_a_message_with_its_labels(void **state) {
    struct fixture *f = *state;
    assert_true(
        read_text(f, "b",
                  "# a note\n\n"
                  "robbery_now\temergency\trobbery\t3\tone line\\nand another\n"));
    assert_int_equal(f->corpus.count, 1);
    const struct corpus_row *row = &f->corpus.rows[0];
    assert_true(str_eq(row->situation, STR("robbery_now")));
    assert_int_equal(row->intent, INTENT_EMERGENCY);
    assert_int_equal(row->category, CATEGORY_ROBBERY);
    assert_int_equal(row->urgency, 3);
    assert_true(str_eq(row->language, STR("en")) && str_eq(row->pass, STR("b")));
    assert_true(str_eq(row->text, STR("one line\nand another")));
}

static void every_mistake_is_told_with_its_line(void **state) {
    struct fixture *f = *state;
    assert_false(read_text(f, "b",
                           "robbery_now\temergency\trobbery\t3\n"
                           "Robbery\turgent\theist\t4\t \n"
                           "a\tother\tother\t0\tb\tc\n"));
    const char *const told[] = {
        "x.tsv:1: line: must have five columns",
        "x.tsv:2: situation: must be of a-z, 0-9 and _",
        "x.tsv:2: intent: is not an intent",
        "x.tsv:2: category: is not a category",
        "x.tsv:2: urgency: must be 0 to 3",
        "x.tsv:2: text: is empty or not UTF-8",
        "x.tsv:3: line: must have five columns",
    };
    for (size_t i = 0; i < ARRAY_LEN(told); i++)
        assert_true(str_contains(buf_str(&f->errors), str_of(told[i])));
    assert_int_equal(f->corpus.count, 0);
}

static void a_situation_of_a_pass_stays_in_one_fold(void **state) {
    struct fixture *f = *state;
    static const char text[] = "noise\tother\tother\t0\ta\n"
                               "fire\tother\tother\t0\tb\n"
                               "noise\tother\tother\t0\tc\n";
    assert_true(read_text(f, "a", text) && read_text(f, "b", text));
    const uint8_t *folds = folds_of(&f->corpus, f->arena);
    assert_int_equal(folds[0], folds[2]);
    assert_int_equal(folds[3], folds[5]);
    // Another pass about the same is in another fold, and so is another situation.
    assert_int_not_equal(folds[0], folds[3]);
    assert_int_not_equal(folds[1], folds[4]);
    assert_int_not_equal(folds[0], folds[1]);
    for (size_t i = 0; i < f->corpus.count; i++) assert_true(folds[i] < FOLDS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_is_a_message_with_its_labels, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_mistake_is_told_with_its_line, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_situation_of_a_pass_stays_in_one_fold, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
