// SPDX-License-Identifier: Apache-2.0
//
// What is done to words in a hurry or on purpose is undone before they are compared.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "handlers/fold.h"

static void expect(const char *text, const char *wanted) {
    struct arena *arena = arena_new(0);
    struct str folded = fold_text(str_of(text), arena);
    assert_int_equal(folded.n, strlen(wanted));
    assert_memory_equal(folded.p, wanted, folded.n);
    arena_free(arena);
}

static void width_case_and_kana_do_not_matter(void **state) {
    (void)state;
    expect("ＳＴＯＰ", "stop");
    expect("１１０番", "110番");
    expect("ﾀｽｹﾃ", "たすけて");
    expect("タスケテ", "たすけて");
    expect("ＨｅＬｐ", "help");
}

static void invisible_and_lookalike_letters_do_not_matter(void **state) {
    (void)state;
    expect("た\xE2\x80\x8Bすけて", "たすけて");
    expect("h\xC2\xAD"
           "elp",
           "help");                       // soft hyphen
    expect("\xD2\xBB\xD0\xB5lp", "help"); // Cyrillic shha, ie
    expect("\xE2\x80\xAE"
           "help",
           "help"); // RTL override
    expect("help\xEF\xB8\x8F", "help");
}

static void drawn_out_words_are_shortened(void **state) {
    (void)state;
    expect("heeeelp!!!!", "help");
    expect("tolooooong", "tolong");
    expect("たすけてーーー", "たすけて");
    expect("good", "good");
    expect("FIREE at homee", "fire at home");
    expect("helpp tolongg", "help tolong");
    expect("kill off too", "kill off too"); // a short word keeps both
    expect("still, coffee", "stil coffe");  // in lists as in texts
    expect("2000 11111", "2000 11111");     // digits are left alone
}

static void punctuation_is_one_space_and_a_question_stays_one(void **state) {
    (void)state;
    expect("  stop,  it... now!  ", "stop it now");
    expect("don't", "dont");
    expect("don\xE2\x80\x99t", "dont");
    expect("どこですか？", "どこですか ?");
    expect("a?b??", "a ? b ? ?");
    expect("火事、です。", "火事 です");
    expect("!!!", "");
    expect("", "");
}

static void text_that_is_not_utf8_is_survived(void **state) {
    (void)state;
    struct arena *arena = arena_new(0);
    (void)fold_text(STR("\xFF\xFE help \xE3\x81"), arena);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width_case_and_kana_do_not_matter),
        cmocka_unit_test(invisible_and_lookalike_letters_do_not_matter),
        cmocka_unit_test(drawn_out_words_are_shortened),
        cmocka_unit_test(punctuation_is_one_space_and_a_question_stays_one),
        cmocka_unit_test(text_that_is_not_utf8_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
