// SPDX-License-Identifier: Apache-2.0
//
// Looking at one text: folded, scanned for the words of all lists, its features counted.
// Shared by judging (triage.c) and training (train.c), so that both see the same.
#ifndef HANDLERS_TRIAGE_LOOK_H
#define HANDLERS_TRIAGE_LOOK_H

#include "core/arena.h"
#include "core/str.h"
#include "handlers/country.h"
#include "handlers/language.h"
#include "handlers/triage/features.h"
#include "handlers/triage/model.h"
#include "handlers/triage/words.h"

// Feature of "a rule that raises to emergency fired", beyond the named classes.
enum { LOOK_CLASS_RULE = LANGUAGE_CLASSES_MAX - 1 };

// Longer texts are looked at by their beginning and their end.
enum { LOOK_TEXT_MAX = 8192 };

// The lists of one rule by their numbers; -1: the rule has none.
struct look_rule {
    const struct raising_rule *rule;
    int any, also, unless;
};

struct look_language {
    const struct language *language;
    int classes[LANGUAGE_CLASSES_MAX];
    const struct look_rule *rules;
    size_t rule_count;
};

struct triage {
    const struct language_set *set;
    const struct country *country;
    const struct triage_model *model; // NULL: none; everything is at least unclear
    char version[MODEL_VERSION];      // of the model; empty: none
    struct words *words;
    struct look_language languages[LANGUAGE_SET_MAX];
    const int *danger; // list of each language of the set's danger words
};

struct look {
    struct str text; // folded, one space at both ends
    struct words_hits hits;
    uint32_t grams[FEATURES_GRAMS_MAX];
    size_t gram_count;
    uint16_t classes[FEATURES_PAIRS_MAX];
    size_t class_count, single_count;
    uint16_t shapes[FEATURES_SHAPE_DIMS];
    size_t shape_count;
};

// Compiles all lists of the languages.
void look_compile(struct triage *triage, struct arena *arena);

// Folds and scans; classes are left for look_classes.
void look_text(const struct triage *triage, struct str text, struct look *look,
               struct arena *arena);

// Class features by the lists of one language; NULL: of all.
void look_classes(const struct triage *triage, const struct language *language,
                  struct look *look);

// Whether a rule fires.
bool look_rule_fires(const struct look_rule *rule, const struct look *look);

// The look as the model takes it.
struct model_input look_input(const struct look *look);

#endif
