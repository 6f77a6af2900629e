// SPDX-License-Identifier: Apache-2.0
//
// Training: chance has no hand in it, and what a language's own lines tell of each other
// decides whether the model is a judge of it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <string.h>

#include "gateway/side_by_side.h"
#include "handlers/triage/model.h"
#include "handlers/triage/train.h"
#include "tests/unit/triage_fixture.h"

static int set_up(void **state) {
    *state = triage_fixture_new(false);
    return 0;
}

static int tear_down(void **state) {
    triage_fixture_free(*state);
    return 0;
}

// A few lines are enough to see whether chance, or the number of threads, has a hand in
// it.
static void the_same_corpus_makes_the_same_bytes(void **state) {
    struct triage_fixture *f = *state;
    struct corpus corpus = fixture_corpus(f), part = {0};
    struct buf models[2], report;
    part.rows = ARENA_ARRAY(f->arena, struct corpus_row, corpus.count);
    for (size_t i = 0; i < corpus.count; i += 149)
        part.rows[part.count++] = corpus.rows[i];
    struct train_input input = {&part, &f->languages, f->country, NULL};
    buf_init(&report, 1 << 16);
    for (size_t i = 0; i < ARRAY_LEN(models); i++) {
        buf_init(&models[i], 1 << 22);
        input.side_by_side = i == 0 ? NULL : side_by_side;
        struct train_output output = {&models[i], &report, NULL};
        assert_true(train_run(&input, &output, f->arena));
    }
    assert_int_equal(models[0].n, models[1].n);
    assert_memory_equal(models[0].p, models[1].p, models[0].n);
    for (size_t i = 0; i < ARRAY_LEN(models); i++) buf_free(&models[i]);
    buf_free(&report);
}

static void row_add(struct corpus *corpus, const char *situation, enum intent intent,
                    struct str text) {
    corpus->rows[corpus->count++] = (struct corpus_row){.situation = str_of(situation),
                                                        .intent = intent,
                                                        .language = STR("en"),
                                                        .pass = STR("a"),
                                                        .text = text};
}

// Two situations: in the second the same words mean what they mean in the first, or the
// opposite.
static struct corpus two_situations(struct arena *arena, bool is_opposite) {
    enum { EACH = 90 };
    struct corpus corpus = {.rows = ARENA_ARRAY(arena, struct corpus_row, 6 * EACH)};
    for (int i = 0; i < EACH; i++) {
        enum intent red = is_opposite ? INTENT_OTHER : INTENT_EMERGENCY;
        enum intent blue = is_opposite ? INTENT_EMERGENCY : INTENT_OTHER;
        struct str first = arena_printf(arena, "the red door %d", i);
        struct str second = arena_printf(arena, "a blue boat %d", i);
        struct str third = arena_printf(arena, "my green form %d", i);
        row_add(&corpus, "one", INTENT_EMERGENCY, first);
        row_add(&corpus, "one", INTENT_OTHER, second);
        row_add(&corpus, "one", INTENT_CONSULTATION, third);
        row_add(&corpus, "two", red, first);
        row_add(&corpus, "two", blue, second);
        row_add(&corpus, "two", INTENT_CONSULTATION, third);
    }
    return corpus;
}

static bool learns(struct triage_fixture *f, bool is_opposite) {
    struct corpus corpus = two_situations(f->arena, is_opposite);
    struct train_input input = {&corpus, &f->languages, f->country, NULL};
    struct buf bytes, report;
    buf_init(&bytes, MODEL_BYTES_MAX);
    buf_init(&report, 1 << 16);
    struct train_output output = {&bytes, &report, NULL};
    assert_true(train_run(&input, &output, f->arena));
    const struct triage_model *model = model_read(buf_str(&bytes), f->arena, &f->errors);
    assert_non_null(model);
    bool is_told = str_contains(buf_str(&report), STR("no judge of it"));
    assert_int_equal(is_told, is_opposite);
    buf_free(&bytes);
    buf_free(&report);
    return model_has_learnt(model, STR("en"));
}

static void a_language_is_judged_when_its_situations_tell_of_each_other(void **state) {
    assert_true(learns(*state, false));
}

// Else its probabilities would run backwards: a person reads.
static void a_language_whose_situations_contradict_each_other_is_not(void **state) {
    assert_false(learns(*state, true));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_corpus_makes_the_same_bytes),
        cmocka_unit_test(a_language_is_judged_when_its_situations_tell_of_each_other),
        cmocka_unit_test(a_language_whose_situations_contradict_each_other_is_not),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
