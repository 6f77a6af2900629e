// SPDX-License-Identifier: Apache-2.0
//
// The model: linear heads for intent at full width with 16-bit weights, a small network
// beside them, linear heads for category and language on fewer buckets with 8-bit
// weights. Reading a file, scoring a text, and writing what training found.
//
// File, little endian: header (struct model_header), lanes, then per head scale and bias,
// the labels, the wide and the narrow weights, the network. The header's hash covers all
// that follows.
#ifndef HANDLERS_TRIAGE_MODEL_H
#define HANDLERS_TRIAGE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "handlers/triage/features.h"
#include "handlers/triage/net.h"

enum {
    MODEL_WIDE_BITS = NET_BITS,
    MODEL_NARROW_BITS = 14,
    MODEL_WIDE_DIMS = (1 << MODEL_WIDE_BITS) + FEATURES_CLASS_DIMS,
    MODEL_NARROW_DIMS = (1 << MODEL_NARROW_BITS) + FEATURES_CLASS_DIMS,
    MODEL_WIDE_HEADS = NET_OUT, // emergency, consultation, other
    MODEL_NARROW_HEADS = 48,    // categories, then languages; unused ones are zero
    MODEL_LABEL = 8,            // bytes of a language tag
    MODEL_VERSION = 13,         // 12 hex digits
    MODEL_LANES = 16,           // our languages, and one for those that are not clear
    MODEL_BYTES_MAX = 4 * 1024 * 1024,
};

struct model_header {
    char magic[8];
    uint32_t format;
    uint32_t wide_bits, narrow_bits, class_dims;
    uint32_t category_count, language_count;
    uint64_t source; // of the rows and word lists it was made from
    uint64_t hash;   // FNV-1a of everything after the header
};

// How decision values become lanes in one language.
struct model_lane {
    char language[MODEL_LABEL]; // empty: of any language
    float a, b;                 // of the calibrated curve
    float threshold;            // probability from which it is an emergency
    float threshold_low;        // from which it is at least unclear
};

struct triage_model {
    struct model_header header;
    struct model_lane lanes[MODEL_LANES]; // the first: of any language
    float wide_scale[MODEL_WIDE_HEADS], wide_bias[MODEL_WIDE_HEADS];
    float narrow_scale[MODEL_NARROW_HEADS], narrow_bias[MODEL_NARROW_HEADS];
    uint8_t categories[MODEL_NARROW_HEADS]; // enum category of each category head
    char languages[MODEL_NARROW_HEADS][MODEL_LABEL];
    int16_t wide[MODEL_WIDE_DIMS][MODEL_WIDE_HEADS];
    int8_t narrow[MODEL_NARROW_DIMS][MODEL_NARROW_HEADS];
    struct net net;
};

// Decision values, before any sigmoid. An intent's is the linear head's and the network's
// log odds together.
struct model_scores {
    float intent[MODEL_WIDE_HEADS];
    float narrow[MODEL_NARROW_HEADS];
    float net[NET_WIDTH]; // the sum of the features' vectors
};

// One text's features as features.h gives them: n-gram hashes, classes, shape.
struct model_input {
    const uint32_t *grams;
    size_t gram_count;
    const uint16_t *classes;
    size_t class_count, single_count;
    const uint16_t *shapes;
    size_t shape_count;
};

// The model of a file; NULL and a line in errors when it is damaged or of another format.
const struct triage_model *model_read(struct str bytes, struct arena *arena,
                                      struct buf *errors);

// What tells this model from others: the beginning of its hash, in hex.
void model_version(const struct triage_model *model, char out[MODEL_VERSION]);

// Puts what training found into a head: weights of n-grams and classes, bias last.
void model_store_wide(struct triage_model *model, size_t head, const double *weights);
void model_store_narrow(struct triage_model *model, size_t head, const double *weights);

// Writes the file; the header's magic, format, sizes and hash are filled in.
void model_write(struct triage_model *model, struct buf *out);

// The part of the n-grams: the beginning of a score. Enough to tell the language, which
// tells which classes of words count.
void model_score_grams(const struct triage_model *model, const struct model_input *input,
                       struct model_scores *out);
// Adds the part of the classes and the shape, and what the network says of all together.
void model_score_classes(const struct triage_model *model,
                         const struct model_input *input, struct model_scores *out);

// The lane of a language; that of any language where it has none of its own.
const struct model_lane *model_lane(const struct triage_model *model,
                                    struct str language);

// Whether it was trained in the language with lines enough to have a lane: else it is no
// judge of it, and a person reads.
bool model_has_learnt(const struct triage_model *model, struct str language);

// Probability of an emergency from its decision value.
float model_probability(const struct model_lane *lane, float score);

#endif
