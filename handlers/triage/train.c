// SPDX-License-Identifier: Apache-2.0
//
// Every fold's model is made as the one that ships is made, without the fold's rows; what
// they say about their own fold calibrates the one that ships.
#include "handlers/triage/train.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "handlers/triage/calibrate.h"
#include "handlers/triage/folds.h"
#include "handlers/triage/heads.h"
#include "handlers/triage/net_train.h"
#include "handlers/triage/triage.h"

enum {
    CATEGORY_LEAST = 6,
    LANGUAGE_LEAST = 6,
    LANGUAGE_STRIDE = 5,
    LANE_LEAST = 500, // lines of a language, from which the model is a judge of it
    NO_FOLD = FOLDS,
    SOURCE_BYTES = 1 << 26
};

static const double cost_wide = 50.0, cost_narrow = 4.0;

struct training {
    const struct corpus *corpus;
    const struct language_set *set;
    struct triage *triage;
    struct arena *arena;
    struct heads_matrix wide, narrow;
    const uint8_t *folds;
    int fold; // left out; NO_FOLD: none
    struct triage_model *model;
    double *unseen; // decision values of an emergency, by rows not seen
};

static void rows_look(struct training *t) {
    size_t count = t->corpus->count;
    t->wide = heads_matrix_new(count, MODEL_WIDE_BITS, t->arena);
    t->narrow = heads_matrix_new(count, MODEL_NARROW_BITS, t->arena);
    struct look *look = ARENA_NEW(t->arena, struct look);
    for (size_t i = 0; i < count; i++) {
        const struct corpus_row *row = &t->corpus->rows[i];
        look_text(t->triage, row->text, look, t->arena);
        look_classes(t->triage, language_find(t->set, row->language), look);
        heads_matrix_set(&t->wide, i, look, t->arena);
        // The shape tells how a text is meant, not what about or in which language.
        look->shape_count = 0;
        heads_matrix_set(&t->narrow, i, look, t->arena);
    }
}

static bool is_ours(const struct training *t, size_t i) {
    return language_find(t->set, t->corpus->rows[i].language) != NULL;
}

// A command is chatter to the model; an unclear line is neither.
static int head_of(enum intent intent) {
    switch (intent) {
    case INTENT_EMERGENCY: return 0;
    case INTENT_CONSULTATION: return 1;
    case INTENT_OTHER:
    case INTENT_COMMAND: return 2;
    default: return -1;
    }
}

static void net_of(struct training *t) {
    int8_t *targets = ARENA_ARRAY(t->arena, int8_t, t->corpus->count + 1);
    for (size_t i = 0; i < t->corpus->count; i++) {
        bool is_left_out = !is_ours(t, i) || t->folds[i] == t->fold;
        targets[i] = is_left_out ? -1 : (int8_t)head_of(t->corpus->rows[i].intent);
    }
    struct net_task task = {&t->wide, targets};
    net_train(&task, &t->model->net);
}

static bool intents_train(struct training *t) {
    size_t count = t->corpus->count;
    double *targets = ARENA_ARRAY(t->arena, double, count);
    uint8_t *copies = ARENA_ARRAY(t->arena, uint8_t, count);
    // There is far more chatter in the world than in the corpus.
    for (size_t i = 0; i < count; i++)
        copies[i] = t->corpus->rows[i].intent == INTENT_OTHER ? HEADS_COPIES_MAX : 1;
    for (int head = 0; head < MODEL_WIDE_HEADS; head++) {
        for (size_t i = 0; i < count; i++) {
            int of = head_of(t->corpus->rows[i].intent);
            bool is_left_out = of < 0 || !is_ours(t, i) || t->folds[i] == t->fold;
            targets[i] = is_left_out ? 0.0 : of == head ? 1.0 : -1.0;
        }
        struct heads_task task = {&t->wide, targets, cost_wide,
                                  1.0,      0.002,   head == 0 ? copies : NULL};
        const double *weights = heads_train(&task, t->arena);
        if (weights == NULL) return false;
        model_store_wide(t->model, (size_t)head, weights);
    }
    return true;
}

static void categories_train(struct training *t) {
    size_t count = t->corpus->count;
    double *targets = ARENA_ARRAY(t->arena, double, count);
    for (int category = 1; category < CATEGORY_COUNT; category++) {
        size_t positive = 0;
        for (size_t i = 0; i < count; i++) {
            bool is_left_out = !is_ours(t, i) || t->folds[i] == t->fold;
            bool is_it = (int)t->corpus->rows[i].category == category;
            targets[i] = is_left_out ? 0.0 : is_it ? 1.0 : -1.0;
            positive += is_it && !is_left_out;
        }
        if (positive < CATEGORY_LEAST) continue;
        double weight = sqrt((double)count / (double)positive);
        struct heads_task task = {&t->narrow, targets, cost_narrow, weight, 0.01, NULL};
        const double *weights = heads_train(&task, t->arena);
        if (weights == NULL) continue;
        size_t head = t->model->header.category_count++;
        t->model->categories[head] = (uint8_t)category;
        model_store_narrow(t->model, head, weights);
    }
}

static size_t language_targets(const struct training *t, struct str tag,
                               double *targets) {
    size_t positive = 0;
    for (size_t i = 0; i < t->corpus->count; i++) {
        bool is_it = str_eq(t->corpus->rows[i].language, tag);
        // Of our own languages a few lines are enough, lest the others drown.
        bool is_left_out = t->folds[i] == t->fold ||
                           (is_ours(t, i) && i % LANGUAGE_STRIDE != 0);
        targets[i] = is_left_out ? 0.0 : is_it ? 1.0 : -1.0;
        positive += is_it && !is_left_out;
    }
    return positive;
}

static bool has_language(const struct training *t, struct str tag) {
    for (size_t i = 0; i < t->model->header.language_count; i++) {
        if (str_eq(str_of(t->model->languages[i]), tag)) return true;
    }
    return false;
}

// Heads in the order in which languages first stand in the corpus.
static void languages_train(struct training *t) {
    double *targets = ARENA_ARRAY(t->arena, double, t->corpus->count);
    for (size_t i = 0; i < t->corpus->count; i++) {
        struct str tag = t->corpus->rows[i].language;
        size_t head = t->model->header.category_count + t->model->header.language_count;
        if (head == MODEL_NARROW_HEADS || tag.n >= MODEL_LABEL || has_language(t, tag))
            continue;
        size_t rows = language_targets(t, tag, targets);
        if (rows < LANGUAGE_LEAST) continue;
        // Languages with few rows must not lose to those with many.
        double all = (double)t->corpus->count / LANGUAGE_STRIDE;
        double weight = sqrt(all / (double)rows);
        struct heads_task task = {&t->narrow, targets, cost_narrow, weight, 0.01, NULL};
        const double *weights = heads_train(&task, t->arena);
        if (weights == NULL) continue;
        memcpy(t->model->languages[t->model->header.language_count++], tag.p, tag.n);
        model_store_narrow(t->model, head, weights);
    }
}

// The model without the rows of a fold; is_whole: with categories and languages, which
// calibration does not need.
static bool model_train(struct training *t, bool is_whole) {
    if (!intents_train(t)) return false;
    net_of(t);
    if (is_whole) categories_train(t);
    if (is_whole) languages_train(t);
    return true;
}

// A model a fold and the one that ships, side by side: each is the work of one thread, so
// their number changes nothing.
enum { MODELS = FOLDS + 1 };

struct jobs {
    const struct training *training;
    struct triage_model *models[MODELS]; // by fold left out; NO_FOLD: that which ships
    bool is_made[MODELS];
    bool has_folds; // whole models of the folds are wanted
    atomic_int taken;
};

static void jobs_work(void *argument) {
    struct jobs *jobs = argument;
    for (int taken = 0; (taken = atomic_fetch_add(&jobs->taken, 1)) < MODELS;) {
        struct training t = *jobs->training;
        t.fold = NO_FOLD - taken; // the longest first
        t.arena = arena_new(0);
        t.model = jobs->models[t.fold];
        jobs->is_made[t.fold] = model_train(&t, t.fold == NO_FOLD || jobs->has_folds);
        arena_free(t.arena);
    }
}

static bool jobs_run(struct jobs *jobs, const struct train_input *input,
                     struct arena *arena) {
    for (int i = 0; i < MODELS; i++)
        jobs->models[i] = ARENA_NEW(arena, struct triage_model);
    if (input->side_by_side != NULL) input->side_by_side(jobs_work, jobs);
    else jobs_work(jobs);
    for (int i = 0; i < MODELS; i++)
        if (!jobs->is_made[i]) return false;
    return true;
}

static bool is_judged(const struct training *t, size_t i) {
    return head_of(t->corpus->rows[i].intent) >= 0 && is_ours(t, i);
}

static double emergency_score(const struct training *t, const struct triage_model *model,
                              size_t i, struct look *look) {
    const struct corpus_row *row = &t->corpus->rows[i];
    struct model_scores scores = {0};
    struct arena *arena = arena_new(0);
    look_text(t->triage, row->text, look, arena);
    look_classes(t->triage, language_find(t->set, row->language), look);
    struct model_input input = look_input(look);
    model_score_grams(model, &input, &scores);
    model_score_classes(model, &input, &scores);
    arena_free(arena);
    return (double)scores.intent[0];
}

static void unseen_score(struct training *t, struct triage_model *const *models) {
    struct look *look = ARENA_NEW(t->arena, struct look);
    t->unseen = ARENA_ARRAY(t->arena, double, t->corpus->count + 1);
    for (size_t i = 0; i < t->corpus->count; i++) {
        if (is_judged(t, i))
            t->unseen[i] = emergency_score(t, models[t->folds[i]], i, look);
    }
}

static void lane_report(const struct calibrate_row *rows, size_t count,
                        const struct model_lane *lane, struct buf *report) {
    struct calibrate_counts counts = calibrate_count(rows, count, lane);
    double all = (double)(counts.hit + counts.missed);
    double said = (double)(counts.hit + counts.alarm);
    buf_addf(report,
             "%s: %zu lines, threshold %.2f, model alone on unseen lines: recall "
             "%.3f precision %.3f\n",
             lane->language[0] != 0 ? lane->language : "all", count,
             (double)lane->threshold, all > 0 ? (double)counts.hit / all : 0.0,
             said > 0 ? (double)counts.hit / said : 0.0);
}

// `tag` empty: of all languages.
static void lane_make(struct training *t, struct str tag, struct model_lane *lane,
                      struct buf *report) {
    size_t count = 0;
    struct calibrate_row *rows =
        ARENA_ARRAY(t->arena, struct calibrate_row, t->corpus->count + 1);
    for (size_t i = 0; i < t->corpus->count; i++) {
        const struct corpus_row *row = &t->corpus->rows[i];
        if (!is_judged(t, i) || (tag.n > 0 && !str_eq(row->language, tag))) continue;
        rows[count++] =
            (struct calibrate_row){t->unseen[i], row->intent == INTENT_EMERGENCY};
    }
    if (tag.n > 0 && count < LANE_LEAST) {
        buf_addf(report, "%.*s: %zu lines, too few to judge by (%d)\n", (int)tag.n, tag.p,
                 count, LANE_LEAST);
        return;
    }
    if (count == 0) return;
    memcpy(lane->language, tag.p != NULL ? tag.p : "", tag.n);
    calibrate(rows, count, lane);
    lane_report(rows, count, lane, report);
}

// A language whose situations are too unlike each other has a curve that falls: the
// likelier an emergency, the less it would be said. The curve of all languages is better
// than that; where that one falls too, the model is no judge and a person reads.
static void curve_borrow(struct model_lane *lane, const struct model_lane *all,
                         struct buf *report) {
    if (lane->language[0] == 0 || lane->a > 0.0F) return;
    bool has_other = all->a > 0.0F;
    buf_addf(report, "%s: its situations tell nothing of each other, %s\n",
             lane->language,
             has_other ? "the curve is that of all" : "the model is no judge of it");
    if (!has_other) {
        *lane = (struct model_lane){0};
        return;
    }
    lane->a = all->a;
    lane->b = all->b;
}

static void lanes_make(struct training *t, struct triage_model *model,
                       struct buf *report) {
    lane_make(t, (struct str){0}, &model->lanes[0], report);
    size_t lane = 1;
    for (size_t l = 0; l < t->set->count && lane < MODEL_LANES; l++) {
        struct str tag = t->set->languages[l]->tag;
        if (tag.n >= MODEL_LABEL) continue;
        lane_make(t, tag, &model->lanes[lane], report);
        curve_borrow(&model->lanes[lane++], &model->lanes[0], report);
    }
}

static void text_write(struct str text, struct buf *out) {
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n') buf_add(out, STR("\\n"));
        else buf_add_char(out, text.p[i]);
    }
}

static void fold_write(const struct corpus_row *row, const struct triage_result *result,
                       struct buf *out) {
    buf_addf(out, "%.*s\t%.*s\t%.*s\t%s\t%s\t%s\t%s\t%.*s\t%.4f\t", (int)row->language.n,
             row->language.p, (int)row->pass.n, row->pass.p, (int)row->situation.n,
             row->situation.p, intent_text(row->intent), category_text(row->category),
             intent_text(result->intent), category_text(result->category),
             (int)result->language.n, result->language.p,
             (double)result->emergency_probability);
    text_write(row->text, out);
    buf_add_char(out, '\n');
}

static void folds_write(struct training *t, struct triage_model *const *models,
                        const struct triage_model *made, struct buf *out) {
    struct arena *arena = arena_new(0);
    for (int fold = 0; fold < FOLDS; fold++) {
        memcpy(models[fold]->lanes, made->lanes, sizeof made->lanes);
        t->triage->model = models[fold];
        for (size_t i = 0; i < t->corpus->count; i++) {
            const struct corpus_row *row = &t->corpus->rows[i];
            struct triage_input input = {.text = row->text};
            struct triage_result result;
            if (t->folds[i] != fold || !is_judged(t, i)) continue;
            triage_run(t->triage, &input, &result, arena);
            fold_write(row, &result, out);
            arena_reset(arena);
        }
    }
    arena_free(arena);
}

static void source_list(struct buf *out, struct word_list list) {
    for (size_t i = 0; i < list.count; i++) {
        buf_add(out, list.words[i]);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '\t');
}

static void source_language(struct buf *out, const struct language *language) {
    buf_add(out, language->tag);
    for (size_t i = 0; i < LANGUAGE_CLASSES_MAX; i++)
        source_list(out, language->classes[i]);
    for (size_t i = 0; i < language->rule_count; i++) {
        const struct raising_rule *rule = &language->rules[i];
        buf_addf(out, "%d", (int)rule->intent);
        source_list(out, rule->any);
        source_list(out, rule->also);
        source_list(out, rule->unless);
    }
}

uint64_t train_source(const struct corpus *corpus, const struct language_set *set) {
    struct buf all;
    buf_init(&all, SOURCE_BYTES);
    for (size_t l = 0; l < set->count; l++) source_language(&all, set->languages[l]);
    for (size_t i = 0; i < corpus->count; i++) {
        const struct corpus_row *row = &corpus->rows[i];
        buf_addf(&all, "%.*s\t%.*s\t%.*s\t%d\t%d\t", (int)row->language.n,
                 row->language.p, (int)row->pass.n, row->pass.p, (int)row->situation.n,
                 row->situation.p, (int)row->intent, (int)row->category);
        buf_add(&all, row->text);
        buf_add_char(&all, '\n');
    }
    uint64_t hash = str_hash(buf_str(&all));
    buf_free(&all);
    return hash;
}

bool train_run(const struct train_input *input, const struct train_output *output,
               struct arena *arena) {
    struct training t = {.corpus = input->corpus, .set = input->set, .arena = arena};
    heads_silence();
    t.triage = ARENA_NEW(arena, struct triage);
    t.triage->set = input->set;
    t.triage->country = input->country;
    t.folds = folds_of(input->corpus, arena);
    look_compile(t.triage, arena);
    rows_look(&t);
    struct jobs jobs = {.training = &t, .has_folds = output->folds != NULL};
    if (!jobs_run(&jobs, input, arena)) {
        buf_add(output->report, STR("the corpus has not all of emergency, "
                                    "consultation, other in every fold\n"));
        return false;
    }
    struct triage_model *made = jobs.models[NO_FOLD];
    unseen_score(&t, jobs.models);
    lanes_make(&t, made, output->report);
    if (output->folds != NULL) folds_write(&t, jobs.models, made, output->folds);
    made->header.source = train_source(input->corpus, input->set);
    model_write(made, output->model);
    return true;
}
