// SPDX-License-Identifier: Apache-2.0
//
// L2-regularised logistic regression, one against the rest, solved by liblinear's trust
// region method, which uses no random numbers. Probabilities are calibrated on rows the
// fold had not seen (Platt 1999, with the targets of Lin, Lin and Weng 2007).
#include "handlers/triage/train.h"

#include <linear.h>
#include <math.h>
#include <stdlib.h>

#include "handlers/triage/look.h"

enum { FOLDS = 5, CATEGORY_LEAST = 6, LANGUAGE_LEAST = 6 };

static const double cost_wide = 20.0, cost_narrow = 4.0;
// Of the emergencies that cross-validation has not seen, at least so many are found.
static const double recall_wanted = 0.93;

// The corpus as liblinear takes it, on one width.
struct matrix {
    struct feature_node **rows;
    int dims; // without the bias
};

struct training {
    const struct train_corpus *corpus;
    const struct language_set *set;
    struct triage *triage;
    struct arena *arena;
    struct matrix wide, narrow;
    struct triage_model *model;
    double *unseen; // decision values of the emergency head, by rows it had not seen
};

static void silent(const char *text) {
    (void)text;
}

static int index_cmp(const void *a, const void *b) {
    const uint32_t *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

// One row: n-grams counted and scaled to the length of their number, classes behind.
static struct feature_node *row_build(const struct look *look, unsigned bits,
                                      struct arena *arena) {
    uint32_t *buckets = ARENA_ARRAY(arena, uint32_t, look->gram_count + 1);
    for (size_t i = 0; i < look->gram_count; i++)
        buckets[i] = look->grams[i] >> (32 - bits);
    qsort(buckets, look->gram_count, sizeof *buckets, index_cmp);
    size_t room = look->gram_count + look->class_count + 2;
    struct feature_node *row = ARENA_ARRAY(arena, struct feature_node, room);
    double scale = look->gram_count > 0 ? 1.0 / sqrt((double)look->gram_count) : 0.0;
    size_t n = 0;
    for (size_t i = 0; i < look->gram_count; i++) {
        bool is_same = n > 0 && row[n - 1].index == (int)buckets[i] + 1;
        if (!is_same) row[n++] = (struct feature_node){(int)buckets[i] + 1, 0.0};
        row[n - 1].value += scale;
    }
    uint32_t classes[FEATURES_PAIRS_MAX];
    for (size_t i = 0; i < look->class_count; i++)
        classes[i] = (uint32_t)look->classes[i] | (i < look->single_count ? 0 : 1U << 16);
    qsort(classes, look->class_count, sizeof *classes, index_cmp);
    for (size_t i = 0; i < look->class_count; i++) {
        bool is_pair = classes[i] >> 16 != 0;
        int index = (1 << bits) + (int)(classes[i] & 0xFFFF) + 1;
        double value = is_pair ? (double)features_pair_weight
                               : (double)features_class_weight;
        row[n++] = (struct feature_node){index, value};
    }
    row[n++] = (struct feature_node){(1 << bits) + FEATURES_CLASS_DIMS + 1, 1.0};
    row[n] = (struct feature_node){-1, 0.0};
    return row;
}

static void matrices_build(struct training *t) {
    size_t count = t->corpus->count;
    t->wide.rows = ARENA_ARRAY(t->arena, struct feature_node *, count);
    t->narrow.rows = ARENA_ARRAY(t->arena, struct feature_node *, count);
    t->wide.dims = MODEL_WIDE_DIMS;
    t->narrow.dims = MODEL_NARROW_DIMS;
    struct look *look = ARENA_NEW(t->arena, struct look);
    for (size_t i = 0; i < count; i++) {
        const struct train_row *row = &t->corpus->rows[i];
        look_text(t->triage, row->text, look, t->arena);
        look_classes(t->triage, language_find(t->set, row->language), look);
        t->wide.rows[i] = row_build(look, MODEL_WIDE_BITS, t->arena);
        t->narrow.rows[i] = row_build(look, MODEL_NARROW_BITS, t->arena);
    }
}

// One head: targets are +1, -1, or 0 for a row that is left out. The weights, bias last,
// in the arena; NULL when there is only one kind of row.
// `weight`: what one row that is it counts for.
static double *head_train(struct training *t, const struct matrix *matrix,
                          const double *targets, double cost, double weight) {
    size_t count = t->corpus->count;
    struct feature_node **x = ARENA_ARRAY(t->arena, struct feature_node *, count);
    double *y = ARENA_ARRAY(t->arena, double, count);
    int n = 0, positive = 0;
    for (size_t i = 0; i < count; i++) {
        if (targets[i] == 0.0) continue;
        x[n] = matrix->rows[i];
        y[n++] = targets[i];
        positive += targets[i] > 0;
    }
    if (positive == 0 || positive == n) return NULL;
    struct problem problem = {.l = n, .n = matrix->dims + 1, .y = y, .x = x, .bias = 1.0};
    int label = 1;
    struct parameter parameter = {.solver_type = L2R_LR,
                                  .eps = 0.001,
                                  .C = cost,
                                  .nr_weight = 1,
                                  .weight_label = &label,
                                  .weight = &weight};
    struct model *trained = train(&problem, &parameter);
    // liblinear's sign is that of the label it met first.
    double sign = trained->label[0] == 1 ? 1.0 : -1.0;
    double *weights = ARENA_ARRAY(t->arena, double, (size_t)matrix->dims + 1);
    for (int i = 0; i <= matrix->dims; i++) weights[i] = sign * trained->w[i];
    free_and_destroy_model(&trained);
    return weights;
}

static double decide(const double *weights, const struct feature_node *row) {
    double sum = 0.0;
    for (; row->index != -1; row++) sum += weights[row->index - 1] * row->value;
    return sum;
}

static bool is_ours(const struct training *t, const struct train_row *row) {
    return language_find(t->set, row->language) != NULL;
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

// `fold` -1: all rows; else without that fold.
static double *intent_train(struct training *t, int head, int fold) {
    size_t count = t->corpus->count;
    double *targets = ARENA_ARRAY(t->arena, double, count);
    for (size_t i = 0; i < count; i++) {
        const struct train_row *row = &t->corpus->rows[i];
        int of = head_of(row->intent);
        bool is_left_out = of < 0 || !is_ours(t, row) || (int)(i % FOLDS) == fold;
        targets[i] = is_left_out ? 0.0 : of == head ? 1.0 : -1.0;
    }
    return head_train(t, &t->wide, targets, cost_wide, 1.0);
}

static void wide_store(struct training *t, int head, const double *weights) {
    double largest = 1e-9;
    for (int i = 0; i < MODEL_WIDE_DIMS; i++) largest = fmax(largest, fabs(weights[i]));
    double scale = largest / 32767.0;
    t->model->wide_scale[head] = (float)scale;
    t->model->wide_bias[head] = (float)weights[MODEL_WIDE_DIMS];
    for (int i = 0; i < MODEL_WIDE_DIMS; i++)
        t->model->wide[i][head] = (int16_t)lround(weights[i] / scale);
}

static void narrow_store(struct training *t, size_t head, const double *weights) {
    double largest = 1e-9;
    for (int i = 0; i < MODEL_NARROW_DIMS; i++) largest = fmax(largest, fabs(weights[i]));
    double scale = largest / 127.0;
    t->model->narrow_scale[head] = (float)scale;
    t->model->narrow_bias[head] = (float)weights[MODEL_NARROW_DIMS];
    for (int i = 0; i < MODEL_NARROW_DIMS; i++)
        t->model->narrow[i][head] = (int8_t)lround(weights[i] / scale);
}

static void categories_train(struct training *t) {
    size_t count = t->corpus->count;
    double *targets = ARENA_ARRAY(t->arena, double, count);
    for (int category = 1; category < CATEGORY_COUNT; category++) {
        size_t positive = 0;
        for (size_t i = 0; i < count; i++) {
            const struct train_row *row = &t->corpus->rows[i];
            bool is_it = (int)row->category == category;
            targets[i] = !is_ours(t, row) ? 0.0 : is_it ? 1.0 : -1.0;
            positive += is_it;
        }
        if (positive < CATEGORY_LEAST) continue;
        double weight = sqrt((double)count / (double)positive);
        double *weights = head_train(t, &t->narrow, targets, cost_narrow, weight);
        if (weights == NULL) continue;
        size_t head = t->model->header.category_count++;
        t->model->categories[head] = (uint8_t)category;
        narrow_store(t, head, weights);
    }
}

static size_t language_rows(const struct training *t, struct str tag, double *targets) {
    size_t positive = 0;
    for (size_t i = 0; i < t->corpus->count; i++) {
        bool is_it = str_eq(t->corpus->rows[i].language, tag);
        targets[i] = is_it ? 1.0 : -1.0;
        positive += is_it;
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
        size_t rows = language_rows(t, tag, targets);
        if (rows < LANGUAGE_LEAST) continue;
        // Languages with few rows must not lose to those with many.
        double weight = sqrt((double)t->corpus->count / (double)rows);
        double *weights = head_train(t, &t->narrow, targets, cost_narrow, weight);
        if (weights == NULL) continue;
        memcpy(t->model->languages[t->model->header.language_count++], tag.p, tag.n);
        narrow_store(t, head, weights);
    }
}

// Decision values of the emergency head for every row, by a head that had not seen it.
static void cross_validate(struct training *t) {
    size_t count = t->corpus->count;
    t->unseen = ARENA_ARRAY(t->arena, double, count);
    for (int fold = 0; fold < FOLDS; fold++) {
        double *weights = intent_train(t, 0, fold);
        for (size_t i = (size_t)fold; i < count && weights != NULL; i += FOLDS)
            t->unseen[i] = decide(weights, t->wide.rows[i]);
    }
}

static bool is_judged(const struct training *t, size_t i) {
    const struct train_row *row = &t->corpus->rows[i];
    return head_of(row->intent) >= 0 && is_ours(t, row);
}

static bool is_emergency(const struct training *t, size_t i) {
    return t->corpus->rows[i].intent == INTENT_EMERGENCY;
}

// Newton steps for a and b of 1/(1+exp(-(a*score+b))), with softened targets.
static void calibrate(struct training *t) {
    double yes = 0, no = 0, a = 1.0, b = 0.0;
    for (size_t i = 0; i < t->corpus->count; i++) {
        if (is_judged(t, i)) *(is_emergency(t, i) ? &yes : &no) += 1.0;
    }
    double high = (yes + 1.0) / (yes + 2.0), low = 1.0 / (no + 2.0);
    for (int round = 0; round < 50; round++) {
        double ga = 0, gb = 0, haa = 1e-9, hab = 0, hbb = 1e-9;
        for (size_t i = 0; i < t->corpus->count; i++) {
            if (!is_judged(t, i)) continue;
            double score = t->unseen[i];
            double p = 1.0 / (1.0 + exp(-(a * score + b)));
            double d = p - (is_emergency(t, i) ? high : low), w = p * (1.0 - p);
            ga += d * score;
            gb += d;
            haa += w * score * score;
            hab += w * score;
            hbb += w;
        }
        double det = haa * hbb - hab * hab;
        if (det < 1e-12) break;
        a -= (hbb * ga - hab * gb) / det;
        b -= (haa * gb - hab * ga) / det;
    }
    t->model->header.platt_a = (float)a;
    t->model->header.platt_b = (float)b;
}

struct counts {
    size_t hit, missed, alarm;
};

static struct counts count_at(const struct training *t, float threshold, struct str tag) {
    struct counts counts = {0};
    for (size_t i = 0; i < t->corpus->count; i++) {
        if (!is_judged(t, i)) continue;
        if (tag.n > 0 && !str_eq(t->corpus->rows[i].language, tag)) continue;
        bool is_said = model_probability(t->model, (float)t->unseen[i]) >= threshold;
        if (is_emergency(t, i)) *(is_said ? &counts.hit : &counts.missed) += 1;
        else counts.alarm += is_said;
    }
    return counts;
}

// The highest threshold in steps of a hundredth that still finds enough, and a lower one
// from which it is doubt.
static void threshold_choose(struct training *t) {
    float threshold = 0.50F;
    while (threshold > 0.15F) {
        struct counts counts = count_at(t, threshold, (struct str){0});
        double all = (double)(counts.hit + counts.missed);
        if ((double)counts.hit >= recall_wanted * all) break;
        threshold -= 0.01F;
    }
    t->model->header.threshold = threshold;
    t->model->header.threshold_low = threshold * 0.65F;
}

static void report_write(const struct training *t, struct buf *report) {
    buf_addf(report, "%zu lines, %u categories, %u languages, threshold %.2f\n",
             t->corpus->count, t->model->header.category_count,
             t->model->header.language_count, (double)t->model->header.threshold);
    for (size_t l = 0; l < t->set->count; l++) {
        struct str tag = t->set->languages[l]->tag;
        struct counts counts = count_at(t, t->model->header.threshold, tag);
        double all = (double)(counts.hit + counts.missed);
        double said = (double)(counts.hit + counts.alarm);
        buf_addf(report, "%.*s: cross-validated emergency recall %.3f precision %.3f\n",
                 (int)tag.n, tag.p, all > 0 ? (double)counts.hit / all : 0.0,
                 said > 0 ? (double)counts.hit / said : 0.0);
    }
}

bool train_run(const struct train_corpus *corpus, const struct language_set *set,
               struct arena *arena, struct buf *model, struct buf *report) {
    struct training t = {.corpus = corpus, .set = set, .arena = arena};
    set_print_string_function(silent);
    t.triage = ARENA_NEW(arena, struct triage);
    t.triage->set = set;
    t.model = ARENA_NEW(arena, struct triage_model);
    look_compile(t.triage, arena);
    matrices_build(&t);
    for (int head = 0; head < MODEL_WIDE_HEADS; head++) {
        double *weights = intent_train(&t, head, -1);
        if (weights == NULL) {
            buf_add(report, STR("the corpus has not all of emergency, consultation, "
                                "other\n"));
            return false;
        }
        wide_store(&t, head, weights);
    }
    categories_train(&t);
    languages_train(&t);
    cross_validate(&t);
    calibrate(&t);
    threshold_choose(&t);
    report_write(&t, report);
    model_write(t.model, model);
    return true;
}
