// SPDX-License-Identifier: Apache-2.0
//
// What the model sees of a folded text: hashes of its characters' and words' n-grams, and
// which classes of words occur, alone and in pairs, and what shape the text has as it was
// sent. The same code serves training and
// judging, so they cannot differ.
#ifndef HANDLERS_TRIAGE_FEATURES_H
#define HANDLERS_TRIAGE_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "core/str.h"
#include "handlers/language.h"

enum {
    FEATURES_GRAMS_MAX = 16384,
    FEATURES_PAIR_DIMS = LANGUAGE_CLASSES_MAX * (LANGUAGE_CLASSES_MAX - 1) / 2,
    FEATURES_SHAPE_DIMS = 24,
    FEATURES_CLASS_DIMS = LANGUAGE_CLASSES_MAX + FEATURES_PAIR_DIMS + FEATURES_SHAPE_DIMS,
    FEATURES_CLASSES_MAX = 24, // present in one text; more add nothing
    FEATURES_PAIRS_MAX = FEATURES_CLASSES_MAX * (FEATURES_CLASSES_MAX + 1) / 2,
};

// What a class alone, a pair of classes and a trait of the shape weigh beside the
// n-grams, whose weights have length one.
static const float features_class_weight = 0.2F;
static const float features_pair_weight = 0.1F;
static const float features_shape_weight = 0.5F;

// 32-bit hashes of the n-grams; a model takes the upper bits. `text` is folded with a
// space at both ends. Returns how many, at most FEATURES_GRAMS_MAX.
size_t features_grams(struct str text, uint32_t *out);

// Feature numbers of classes (ascending, distinct, at most FEATURES_CLASSES_MAX): first
// those of the classes, then those of the pairs, *singles says where these begin.
size_t features_classes(const int *classes, size_t count, uint16_t *out, size_t *singles);

// Feature numbers of the shape of a text as it was sent: links, mentions, figures, length
// and the like. At most FEATURES_SHAPE_DIMS; returns how many.
size_t features_shape(struct str text, uint16_t *out);

#endif
