// SPDX-License-Identifier: Apache-2.0
//
// When a model may take another's place. No model at all stands for a bad one: it calls
// every text unclear.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <string.h>

#include "handlers/triage/compare.h"
#include "tests/unit/triage_fixture.h"

struct models {
    struct triage_fixture *good, *bad;
};

static int set_up(void **state) {
    static struct models models;
    models.good = triage_fixture_new(true);
    models.bad = triage_fixture_new(false);
    *state = &models;
    return 0;
}

static int tear_down(void **state) {
    struct models *models = *state;
    triage_fixture_free(models->good);
    triage_fixture_free(models->bad);
    return 0;
}

static struct corpus_row row(const char *language, enum intent intent, const char *text) {
    return (struct corpus_row){.situation = STR("any"),
                               .intent = intent,
                               .language = str_of(language),
                               .text = str_of(text)};
}

// The verdict; what the table must hold.
static bool compared(const struct triage *now, const struct triage *next,
                     const struct corpus *rows, const char *said) {
    struct buf report;
    buf_init(&report, 1 << 14);
    bool is_accepted = compare_models(now, next, rows, &report);
    if (!str_contains(buf_str(&report), str_of(said)))
        fail_msg("no \"%s\" in\n%.*s", said, (int)report.n, report.p);
    buf_free(&report);
    return is_accepted;
}

static void a_model_that_is_no_worse_is_accepted(void **state) {
    const struct models *m = *state;
    struct corpus_row rows[] = {
        row("en", INTENT_EMERGENCY, "my house is on fire and my kids are inside"),
        row("en", INTENT_OTHER, "good morning everybody"),
        row("ja", INTENT_CONSULTATION, "財布を落としました、届いていますか")};
    struct corpus corpus = {rows, ARRAY_LEN(rows), ARRAY_LEN(rows)};
    const struct triage *good = m->good->triage, *bad = m->bad->triage;
    assert_true(compared(good, good, &corpus, "accepted\n"));
    assert_true(compared(bad, good, &corpus, "accepted\n"));
}

static void a_plea_less_in_one_language_is_refused(void **state) {
    const struct models *m = *state;
    struct corpus_row rows[] = {
        row("en", INTENT_EMERGENCY,
            "mummy is on the floor and daddy keeps kicking her what do i do"),
        row("ja", INTENT_OTHER, "おはよう")};
    struct corpus corpus = {rows, ARRAY_LEN(rows), ARRAY_LEN(rows)};
    assert_false(
        compared(m->good->triage, m->bad->triage, &corpus, "finds fewer emergencies\n"));
}

static void more_false_alarms_are_refused(void **state) {
    const struct models *m = *state;
    // Said to be no emergencies, so that the good model is the one that alarms.
    const char *text = "he smashed my glasses and hes coming back up the stairs";
    struct corpus_row rows[] = {row("en", INTENT_OTHER, text),
                                row("en", INTENT_OTHER, text)};
    struct corpus two = {rows, 2, 2}, one = {rows, 1, 1};
    const struct triage *good = m->good->triage, *bad = m->bad->triage;
    assert_false(compared(bad, good, &two, "raises more false alarms\n"));
    assert_true(compared(bad, good, &one, "accepted\n"));
}

static void a_plea_called_chatter_is_refused(void **state) {
    const struct models *m = *state;
    struct corpus_row rows[] = {
        row("en", INTENT_EMERGENCY, "good morning all, lovely day")};
    struct corpus corpus = {rows, 1, 1};
    assert_false(compared(m->bad->triage, m->good->triage, &corpus,
                          "takes more emergencies for chatter\n"));
}

static void nothing_to_judge_by_is_no_consent(void **state) {
    const struct models *m = *state;
    struct corpus none = {0};
    assert_false(compared(m->good->triage, m->good->triage, &none, "refused\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_that_is_no_worse_is_accepted),
        cmocka_unit_test(a_plea_less_in_one_language_is_refused),
        cmocka_unit_test(more_false_alarms_are_refused),
        cmocka_unit_test(a_plea_called_chatter_is_refused),
        cmocka_unit_test(nothing_to_judge_by_is_no_consent),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
