// SPDX-License-Identifier: Apache-2.0
//
// Sums over features are of integers, so their order does not matter; what follows, the
// network's two layers above all, is in floating point.
#include "handlers/triage/model.h"

#include <math.h>
#include <stdio.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "model files are little endian, and so must be the machine");
_Static_assert(sizeof(struct model_header) == 48, "no padding in the file's header");

static const char magic[8] = {'K', 'O', 'B', 'A', 'N', 'T', 'R', 'I'};
enum { FORMAT = 4 };

static const size_t payload = sizeof(struct triage_model) - sizeof(struct model_header);

static bool is_right(const struct model_header *header) {
    return memcmp(header->magic, magic, sizeof magic) == 0 && header->format == FORMAT &&
           header->wide_bits == MODEL_WIDE_BITS &&
           header->narrow_bits == MODEL_NARROW_BITS &&
           header->class_dims == FEATURES_CLASS_DIMS &&
           header->category_count + header->language_count <= MODEL_NARROW_HEADS;
}

static bool are_figures(const float *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i])) return false;
    return true;
}

// A figure that is none would make every text chatter.
static bool has_figures(const struct triage_model *model) {
    const struct net *net = &model->net;
    return are_figures((const float *)&net->layers, sizeof net->layers / sizeof(float)) &&
           are_figures(&net->scale, 1) &&
           are_figures(model->wide_scale, MODEL_WIDE_HEADS) &&
           are_figures(model->wide_bias, MODEL_WIDE_HEADS);
}

const struct triage_model *model_read(struct str bytes, struct arena *arena,
                                      struct buf *errors) {
    struct triage_model *model = ARENA_NEW(arena, struct triage_model);
    if (bytes.n != sizeof *model) {
        buf_addf(errors, "model: %zu bytes, expected %zu\n", bytes.n, sizeof *model);
        return NULL;
    }
    memcpy(model, bytes.p, sizeof *model);
    struct str rest = str_slice(bytes, sizeof model->header, bytes.n);
    bool is_whole = is_right(&model->header) && model->header.hash == str_hash(rest);
    if (!is_whole || !has_figures(model)) {
        buf_add(errors, STR("model: damaged or of another format\n"));
        return NULL;
    }
    return model;
}

void model_version(const struct triage_model *model, char out[MODEL_VERSION]) {
    (void)snprintf(out, MODEL_VERSION, "%012llx",
                   (unsigned long long)(model->header.hash >> 16));
}

void model_write(struct triage_model *model, struct buf *out) {
    memcpy(model->header.magic, magic, sizeof magic);
    model->header.format = FORMAT;
    model->header.wide_bits = MODEL_WIDE_BITS;
    model->header.narrow_bits = MODEL_NARROW_BITS;
    model->header.class_dims = FEATURES_CLASS_DIMS;
    const char *bytes = (const char *)model;
    struct str rest = {bytes + sizeof model->header, payload};
    model->header.hash = str_hash(rest);
    buf_add(out, (struct str){bytes, sizeof *model});
}

static double scale_of(const double *weights, int count, double steps) {
    double largest = 1e-9;
    for (int i = 0; i < count; i++) largest = fmax(largest, fabs(weights[i]));
    return largest / steps;
}

void model_store_wide(struct triage_model *model, size_t head, const double *weights) {
    double scale = scale_of(weights, MODEL_WIDE_DIMS, 32767.0);
    model->wide_scale[head] = (float)scale;
    model->wide_bias[head] = (float)weights[MODEL_WIDE_DIMS];
    for (int i = 0; i < MODEL_WIDE_DIMS; i++)
        model->wide[i][head] = (int16_t)lround(weights[i] / scale);
}

void model_store_narrow(struct triage_model *model, size_t head, const double *weights) {
    double scale = scale_of(weights, MODEL_NARROW_DIMS, 127.0);
    model->narrow_scale[head] = (float)scale;
    model->narrow_bias[head] = (float)weights[MODEL_NARROW_DIMS];
    for (int i = 0; i < MODEL_NARROW_DIMS; i++)
        model->narrow[i][head] = (int8_t)lround(weights[i] / scale);
}

// Sixteen weights are added at once (any SIMD of the machine): 8-bit weights into 16-bit
// sums, which hold 256 of them and are then emptied into the 32-bit ones. The network's
// vectors are the last block.
enum { LANES = 16, BLOCKS = MODEL_NARROW_HEADS / LANES, FLUSH = 256 };
typedef int8_t weights16 __attribute__((vector_size(LANES)));
typedef int16_t sums16 __attribute__((vector_size(2 * LANES)));
_Static_assert(MODEL_NARROW_HEADS % LANES == 0, "heads fill whole blocks");
_Static_assert((int)NET_WIDTH == (int)LANES, "a vector is a block");
_Static_assert((int)NET_DIMS == (int)MODEL_WIDE_DIMS, "one number a feature");

struct sums {
    sums16 partial[BLOCKS + 1];
    size_t pending; // weights in partial
    int32_t wide[MODEL_WIDE_HEADS];
    int32_t narrow[MODEL_NARROW_HEADS + NET_WIDTH];
};

static void flush(struct sums *sums) {
    for (size_t h = 0; h < MODEL_NARROW_HEADS + NET_WIDTH; h++)
        sums->narrow[h] += sums->partial[h / LANES][h % LANES];
    memset(sums->partial, 0, sizeof sums->partial);
    sums->pending = 0;
}

static void add_block(const int8_t *from, sums16 *sums) {
    weights16 weights;
    memcpy(&weights, from, sizeof weights);
    *sums += __builtin_convertvector(weights, sums16);
}

// A feature by its numbers among the wide and among the narrow ones.
static void add(const struct triage_model *model, size_t wide, size_t narrow,
                struct sums *sums) {
    if (sums->pending == FLUSH) flush(sums);
    sums->pending++;
    for (size_t h = 0; h < MODEL_WIDE_HEADS; h++) sums->wide[h] += model->wide[wide][h];
    for (size_t b = 0; b < BLOCKS; b++)
        add_block(&model->narrow[narrow][b * LANES], &sums->partial[b]);
    add_block(model->net.rows[wide], &sums->partial[BLOCKS]);
}

static void add_scaled(const struct triage_model *model, struct sums *sums, float weight,
                       struct model_scores *out) {
    flush(sums);
    for (size_t h = 0; h < MODEL_WIDE_HEADS; h++)
        out->intent[h] += (float)sums->wide[h] * model->wide_scale[h] * weight;
    for (size_t h = 0; h < MODEL_NARROW_HEADS; h++)
        out->narrow[h] += (float)sums->narrow[h] * model->narrow_scale[h] * weight;
    for (size_t i = 0; i < NET_WIDTH; i++)
        out->net[i] += (float)sums->narrow[MODEL_NARROW_HEADS + i] * model->net.scale *
                       weight;
}

static void add_listed(const struct triage_model *model, const uint16_t *features,
                       size_t count, float weight, struct model_scores *out) {
    struct sums sums = {0};
    for (size_t i = 0; i < count; i++)
        add(model, ((size_t)1 << MODEL_WIDE_BITS) + features[i],
            ((size_t)1 << MODEL_NARROW_BITS) + features[i], &sums);
    add_scaled(model, &sums, weight, out);
}

void model_score_classes(const struct triage_model *model,
                         const struct model_input *input, struct model_scores *out) {
    const uint16_t *pairs = input->classes + input->single_count;
    add_listed(model, input->classes, input->single_count, features_class_weight, out);
    add_listed(model, pairs, input->class_count - input->single_count,
               features_pair_weight, out);
    add_listed(model, input->shapes, input->shape_count, features_shape_weight, out);
    float odds[NET_OUT];
    net_odds(&model->net, out->net, odds);
    for (size_t h = 0; h < MODEL_WIDE_HEADS; h++) out->intent[h] += odds[h];
}

void model_score_grams(const struct triage_model *model, const struct model_input *input,
                       struct model_scores *out) {
    struct sums sums = {0};
    for (size_t i = 0; i < input->gram_count; i++) {
        uint32_t gram = input->grams[i];
        add(model, gram >> (32 - MODEL_WIDE_BITS), gram >> (32 - MODEL_NARROW_BITS),
            &sums);
    }
    for (size_t h = 0; h < MODEL_WIDE_HEADS; h++) out->intent[h] = model->wide_bias[h];
    for (size_t h = 0; h < MODEL_NARROW_HEADS; h++)
        out->narrow[h] = model->narrow_bias[h];
    memset(out->net, 0, sizeof out->net);
    if (input->gram_count > 0)
        add_scaled(model, &sums, 1.0F / sqrtf((float)input->gram_count), out);
}

const struct model_lane *model_lane(const struct triage_model *model,
                                    struct str language) {
    for (size_t i = 1; i < MODEL_LANES && language.n > 0; i++) {
        if (str_eq(str_of(model->lanes[i].language), language)) return &model->lanes[i];
    }
    return &model->lanes[0];
}

bool model_has_learnt(const struct triage_model *model, struct str language) {
    return model_lane(model, language) != &model->lanes[0];
}

float model_probability(const struct model_lane *lane, float score) {
    return 1.0F / (1.0F + expf(-(lane->a * score + lane->b)));
}
