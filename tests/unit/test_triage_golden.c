// SPDX-License-Identifier: Apache-2.0
//
// How triage judges, with the model that ships: the golden file, whose lanes change only
// by a reviewed diff; the corpus against itself; and, where KOBAN_EVALUATION names a file
// (label, language, source, text by tabs), recall and precision on messages that the
// corpus does not hold. Without it that part is skipped.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>

#include "handlers/fold.h"
#include "handlers/triage/model.h"
#include "handlers/triage/train.h"
#include "tests/unit/triage_fixture.h"

static int set_up(void **state) {
    *state = triage_fixture_new(true);
    return 0;
}

static int tear_down(void **state) {
    triage_fixture_free(*state);
    return 0;
}

static struct triage_result judge(struct triage_fixture *f, struct str text) {
    struct triage_input input = {.text = text};
    struct triage_result result;
    triage_run(f->triage, &input, &result, f->arena);
    return result;
}

// The next line that is no comment, cut into columns; false at the end.
static bool next_row(struct str *rest, struct str *columns, size_t count) {
    struct str line;
    while (str_next(rest, '\n', &line)) {
        if (line.n == 0 || line.p[0] == '#') continue;
        for (size_t i = 0; i < count; i++)
            if (!str_next(&line, '\t', &columns[i])) return false;
        return true;
    }
    return false;
}

static void golden_messages_keep_their_lanes(void **state) {
    struct triage_fixture *f = *state;
    struct str text = fixture_file("tests/cases/triage/golden.tsv", f->arena), row[4];
    size_t wrong = 0, count = 0;
    while (next_row(&text, row, ARRAY_LEN(row))) {
        struct triage_result result = judge(f, row[3]);
        const char *intent = intent_text(result.intent);
        const char *manner = manner_text(result.manner);
        bool is_right = str_eq(row[0], str_of(intent)) &&
                        str_eq(row[1], result.language) && str_eq(row[2], str_of(manner));
        count++;
        if (is_right) continue;
        wrong++;
        (void)fprintf(stderr, "%.*s: is %s %.*s %s, expected %.*s %.*s %.*s\n",
                      (int)row[3].n, row[3].p, intent, (int)result.language.n,
                      result.language.p, manner, (int)row[0].n, row[0].p, (int)row[1].n,
                      row[1].p, (int)row[2].n, row[2].p);
    }
    assert_true(count >= 900);
    assert_int_equal(wrong, 0);
}

static int str_order(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str *corpus_folded(struct triage_fixture *f, size_t *count) {
    struct corpus corpus = fixture_corpus(f);
    struct str *texts = ARENA_ARRAY(f->arena, struct str, corpus.count);
    for (size_t i = 0; i < corpus.count; i++)
        texts[i] = fold_text(corpus.rows[i].text, f->arena);
    qsort(texts, corpus.count, sizeof *texts, str_order);
    *count = corpus.count;
    return texts;
}

// That the bytes are the very same is for `make eval`: it takes minutes.
static void the_model_was_made_from_this_corpus_and_these_word_lists(void **state) {
    struct triage_fixture *f = *state;
    struct corpus corpus = fixture_corpus(f);
    struct str shipped = fixture_file("handlers/triage/model.bin", f->arena);
    struct model_header header;
    assert_true(shipped.n > sizeof header && shipped.n <= 4 * 1024 * 1024);
    memcpy(&header, shipped.p, sizeof header);
    if (header.source != train_source(&corpus, &f->languages))
        fail_msg("model.bin is older than the corpus or the word lists: koban train");
}

struct score {
    size_t hit, missed, alarm, to_other;
};

static void score_print(const char *tag, const struct score *score) {
    double all = (double)(score->hit + score->missed);
    double said = (double)(score->hit + score->alarm);
    (void)printf("# %s: emergency recall %.3f precision %.3f, %zu as other\n", tag,
                 (double)score->hit / all, (double)score->hit / said, score->to_other);
}

static void score_add(struct score *score, struct str label, enum intent intent) {
    bool is_said = intent == INTENT_EMERGENCY;
    if (!str_eq(label, STR("emergency"))) {
        score->alarm += is_said;
        return;
    }
    score->hit += is_said;
    score->missed += !is_said;
    score->to_other += intent == INTENT_OTHER || intent == INTENT_COMMAND;
}

static bool is_in(const struct str *sorted, size_t count, struct str text) {
    return bsearch(&text, sorted, count, sizeof *sorted, str_order) != NULL;
}

static void unseen_messages_are_judged_well_enough(void **state) {
    static const char *const tags[] = {"ja", "id", "en"};
    struct triage_fixture *f = *state;
    const char *path = getenv("KOBAN_EVALUATION");
    if (path == NULL) skip();
    struct str text = fixture_file(path, f->arena), row[4];
    struct score scores[3] = {0};
    size_t count, leaked = 0;
    struct str *corpus = corpus_folded(f, &count);
    while (next_row(&text, row, ARRAY_LEN(row))) {
        if (!str_eq(row[2], STR("handwritten_dev"))) continue;
        // Greetings of one word are everybody's.
        struct str folded = fold_text(row[3], f->arena);
        leaked += folded.n > 20 && is_in(corpus, count, folded);
        for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
            if (str_eq(row[1], str_of(tags[i])))
                score_add(&scores[i], row[0], judge(f, row[3]).intent);
        }
    }
    assert_int_equal(leaked, 0);
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        const struct score *score = &scores[i];
        score_print(tags[i], score);
        assert_true(score->hit * 10 >= (score->hit + score->missed) * 9);
        assert_true(score->hit * 10 >= (score->hit + score->alarm) * 8);
        assert_int_equal(score->to_other, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_messages_keep_their_lanes),
        cmocka_unit_test(the_model_was_made_from_this_corpus_and_these_word_lists),
        cmocka_unit_test(unseen_messages_are_judged_well_enough),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
