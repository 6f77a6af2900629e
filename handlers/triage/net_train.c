// SPDX-License-Identifier: Apache-2.0
#include "handlers/triage/net_train.h"

#include <linear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EPOCHS = 6, BATCH = 256 };

// What is left out by chance, so that no feature is relied on alone: half of a text's
// features, some of the sum and of the hidden units.
static const float drop_feature = 0.5F, drop_sum = 0.2F, drop_hidden = 0.3F;
// How far one step goes: vectors are rarely met, the layers at every step.
static const float rate_vectors = 0.003F, rate_layers = 0.001F;
static const float vectors_begin = 0.085F; // they begin within this of zero

// A vector with what Adam keeps of it.
struct vector {
    float now[NET_WIDTH], first[NET_WIDTH], second[NET_WIDTH], slope[NET_WIDTH];
    bool is_touched; // by the rows of this batch
};

struct learner {
    const struct net_task *task;
    struct vector *vectors; // by feature
    struct net_layers now, first, second, slope;
    uint32_t *touched;
    size_t touched_count;
    uint64_t random;
    int step, steps;
};

// One row on its way through: what was kept of it, and the values at each layer.
struct pass {
    const struct feature_node *features[FEATURES_GRAMS_MAX];
    size_t count;
    float sum[NET_WIDTH], hidden[NET_HIDDEN], out[NET_OUT];
    float keep_sum[NET_WIDTH], keep_hidden[NET_HIDDEN]; // 0, or what is left weighs more
};

// xorshift64* (Vigna 2016), its upper half.
static uint32_t random_next(struct learner *l) {
    l->random ^= l->random >> 12;
    l->random ^= l->random << 25;
    l->random ^= l->random >> 27;
    return (uint32_t)((l->random * 0x2545F4914F6CDD1DULL) >> 32);
}

// 0 <= x < 1.
static float chance(struct learner *l) {
    return (float)(random_next(l) >> 8) / 16777216.0F;
}

static void begin(struct learner *l, float *values, size_t count, float within) {
    for (size_t i = 0; i < count; i++) values[i] = (2.0F * chance(l) - 1.0F) * within;
}

static void learner_begin(struct learner *l) {
    float within_hidden = 1.0F / sqrtf(NET_WIDTH), within_out = 1.0F / sqrtf(NET_HIDDEN);
    for (size_t i = 0; i < NET_DIMS; i++)
        begin(l, l->vectors[i].now, NET_WIDTH, vectors_begin);
    begin(l, l->now.hidden[0], (size_t)NET_WIDTH * NET_HIDDEN, within_hidden);
    begin(l, l->now.hidden_bias, NET_HIDDEN, within_hidden);
    begin(l, l->now.out[0], (size_t)NET_HIDDEN * NET_OUT, within_out);
    begin(l, l->now.out_bias, NET_OUT, within_out);
}

static float keep(struct learner *l, float drop) {
    return chance(l) < drop ? 0.0F : 1.0F / (1.0F - drop);
}

static void sum_up(struct learner *l, size_t row, struct pass *pass) {
    const struct feature_node *at = l->task->matrix->rows[row];
    float weight = 1.0F / (1.0F - drop_feature);
    memset(pass->sum, 0, sizeof pass->sum);
    pass->count = 0;
    // The last one is the linear heads' bias.
    for (; at->index > 0 && at->index <= NET_DIMS; at++) {
        if (chance(l) < drop_feature || pass->count == FEATURES_GRAMS_MAX) continue;
        const float *vector = l->vectors[at->index - 1].now;
        pass->features[pass->count++] = at;
        for (size_t i = 0; i < NET_WIDTH; i++)
            pass->sum[i] += vector[i] * (float)at->value * weight;
    }
    for (size_t i = 0; i < NET_WIDTH; i++) {
        pass->keep_sum[i] = keep(l, drop_sum);
        pass->sum[i] *= pass->keep_sum[i];
    }
}

// Probabilities of the outcomes.
static void forward(struct learner *l, struct pass *pass) {
    const struct net_layers *now = &l->now;
    memcpy(pass->hidden, now->hidden_bias, sizeof pass->hidden);
    memcpy(pass->out, now->out_bias, sizeof pass->out);
    for (size_t i = 0; i < NET_WIDTH; i++)
        for (size_t h = 0; h < NET_HIDDEN; h++)
            pass->hidden[h] += pass->sum[i] * now->hidden[i][h];
    for (size_t h = 0; h < NET_HIDDEN; h++) {
        pass->keep_hidden[h] = pass->hidden[h] > 0.0F ? keep(l, drop_hidden) : 0.0F;
        pass->hidden[h] *= pass->keep_hidden[h];
        for (size_t o = 0; o < NET_OUT; o++)
            pass->out[o] += pass->hidden[h] * now->out[h][o];
    }
    float largest = fmaxf(pass->out[0], fmaxf(pass->out[1], pass->out[2])), all = 0.0F;
    for (size_t o = 0; o < NET_OUT; o++)
        all += pass->out[o] = expf(pass->out[o] - largest);
    for (size_t o = 0; o < NET_OUT; o++) pass->out[o] /= all;
}

static void vectors_slope(struct learner *l, const struct pass *pass,
                          const float slope[NET_WIDTH]) {
    float weight = 1.0F / (1.0F - drop_feature);
    for (size_t f = 0; f < pass->count; f++) {
        uint32_t index = (uint32_t)pass->features[f]->index - 1;
        struct vector *vector = &l->vectors[index];
        float value = (float)pass->features[f]->value * weight;
        if (!vector->is_touched) l->touched[l->touched_count++] = index;
        vector->is_touched = true;
        for (size_t i = 0; i < NET_WIDTH; i++) vector->slope[i] += value * slope[i];
    }
}

// Slopes of the loss (cross-entropy), from the outcomes back to the vectors.
static void backward(struct learner *l, struct pass *pass, int target) {
    const struct net_layers *now = &l->now;
    struct net_layers *slope = &l->slope;
    float hidden[NET_HIDDEN] = {0}, sum[NET_WIDTH] = {0};
    for (size_t o = 0; o < NET_OUT; o++) {
        float out = (pass->out[o] - ((int)o == target ? 1.0F : 0.0F)) / BATCH;
        slope->out_bias[o] += out;
        for (size_t h = 0; h < NET_HIDDEN; h++) {
            slope->out[h][o] += out * pass->hidden[h];
            hidden[h] += out * now->out[h][o];
        }
    }
    for (size_t h = 0; h < NET_HIDDEN; h++) {
        hidden[h] *= pass->keep_hidden[h];
        slope->hidden_bias[h] += hidden[h];
    }
    for (size_t i = 0; i < NET_WIDTH; i++) {
        for (size_t h = 0; h < NET_HIDDEN; h++) {
            slope->hidden[i][h] += hidden[h] * pass->sum[i];
            sum[i] += hidden[h] * now->hidden[i][h];
        }
        sum[i] *= pass->keep_sum[i];
    }
    vectors_slope(l, pass, sum);
}

// Figures that are learnt together, with what Adam keeps of them.
struct figures {
    float *now, *first, *second, *slope;
    size_t count;
};

// Adam, with the rate falling to nothing at the end; empties the slopes.
static void descend(const struct learner *l, const struct figures *f, float rate) {
    float first_part = 1.0F - powf(0.9F, (float)l->step);
    float second_part = 1.0F - powf(0.999F, (float)l->step);
    float left = 1.0F - (float)(l->step - 1) / (float)l->steps;
    for (size_t i = 0; i < f->count; i++) {
        f->first[i] = 0.9F * f->first[i] + 0.1F * f->slope[i];
        f->second[i] = 0.999F * f->second[i] + 0.001F * f->slope[i] * f->slope[i];
        f->now[i] -= rate * left * (f->first[i] / first_part) /
                     (sqrtf(f->second[i] / second_part) + 1e-8F);
        f->slope[i] = 0.0F;
    }
}

static void batch_end(struct learner *l) {
    l->step++;
    struct figures layers = {(float *)&l->now, (float *)&l->first, (float *)&l->second,
                             (float *)&l->slope, sizeof l->now / sizeof(float)};
    descend(l, &layers, rate_layers);
    for (size_t t = 0; t < l->touched_count; t++) {
        struct vector *vector = &l->vectors[l->touched[t]];
        struct figures own = {vector->now, vector->first, vector->second, vector->slope,
                              NET_WIDTH};
        descend(l, &own, rate_vectors);
        vector->is_touched = false;
    }
    l->touched_count = 0;
}

static void shuffle(struct learner *l, uint32_t *rows, size_t count) {
    for (size_t i = count; i > 1; i--) {
        size_t other = random_next(l) % i;
        uint32_t row = rows[other];
        rows[other] = rows[i - 1];
        rows[i - 1] = row;
    }
}

static void learn(struct learner *l, uint32_t *rows, size_t count, struct pass *pass) {
    l->steps = EPOCHS * (int)((count + BATCH - 1) / BATCH);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        shuffle(l, rows, count);
        for (size_t i = 0; i < count; i++) {
            sum_up(l, rows[i], pass);
            forward(l, pass);
            backward(l, pass, l->task->targets[rows[i]]);
            if ((i + 1) % BATCH == 0 || i + 1 == count) batch_end(l);
        }
    }
}

static void store(const struct learner *l, struct net *net) {
    float largest = 1e-9F;
    for (size_t r = 0; r < NET_DIMS; r++)
        for (size_t i = 0; i < NET_WIDTH; i++)
            largest = fmaxf(largest, fabsf(l->vectors[r].now[i]));
    net->layers = l->now;
    net->scale = largest / 127.0F;
    for (size_t r = 0; r < NET_DIMS; r++)
        for (size_t i = 0; i < NET_WIDTH; i++)
            net->rows[r][i] = (int8_t)lroundf(l->vectors[r].now[i] / net->scale);
}

void net_train(const struct net_task *task, struct net *net) {
    size_t all = task->matrix->count, count = 0;
    struct arena *arena = arena_new(0);
    struct learner *l = ARENA_NEW(arena, struct learner);
    uint32_t *rows = ARENA_ARRAY(arena, uint32_t, all + 1);
    *l = (struct learner){.task = task, .random = 0x9E3779B97F4A7C15ULL};
    l->vectors = ARENA_ARRAY(arena, struct vector, NET_DIMS);
    l->touched = ARENA_ARRAY(arena, uint32_t, NET_DIMS);
    for (size_t i = 0; i < all; i++)
        if (task->targets[i] >= 0) rows[count++] = (uint32_t)i;
    learner_begin(l);
    learn(l, rows, count, ARENA_NEW(arena, struct pass));
    store(l, net);
    arena_free(arena);
}
