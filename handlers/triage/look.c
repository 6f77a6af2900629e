// SPDX-License-Identifier: Apache-2.0
//
// Every list of every language is scanned for in one pass; which of them count is
// decided when the language is known.
#include "handlers/triage/look.h"

#include "handlers/fold.h"

static int list_add(struct triage *triage, struct word_list list, struct arena *arena) {
    return list.count == 0 ? -1 : words_add(triage->words, list, arena);
}

static void language_compile(struct triage *triage, size_t index, struct arena *arena) {
    const struct language *language = triage->set->languages[index];
    struct look_language *out = &triage->languages[index];
    out->language = language;
    for (size_t i = 0; i < LANGUAGE_CLASSES_MAX; i++)
        out->classes[i] = list_add(triage, language->classes[i], arena);
    struct look_rule *rules = ARENA_ARRAY(arena, struct look_rule, language->rule_count);
    for (size_t i = 0; i < language->rule_count; i++) {
        const struct raising_rule *rule = &language->rules[i];
        rules[i].rule = rule;
        rules[i].any = list_add(triage, rule->any, arena);
        rules[i].also = list_add(triage, rule->also, arena);
        rules[i].unless = list_add(triage, rule->unless, arena);
    }
    out->rules = rules;
    out->rule_count = language->rule_count;
}

void look_compile(struct triage *triage, struct arena *arena) {
    triage->words = words_new(arena);
    for (size_t i = 0; i < triage->set->count; i++) language_compile(triage, i, arena);
    int *danger = ARENA_ARRAY(arena, int, triage->set->danger_count);
    for (size_t i = 0; i < triage->set->danger_count; i++)
        danger[i] = list_add(triage, triage->set->danger[i].words, arena);
    triage->danger = danger;
    words_build(triage->words, arena);
}

void look_text(const struct triage *triage, struct str text, struct look *look,
               struct arena *arena) {
    struct str folded = fold_text(text, arena);
    char *padded = arena_alloc(arena, folded.n + 2);
    padded[0] = ' ';
    memcpy(padded + 1, folded.p, folded.n);
    padded[folded.n + 1] = ' ';
    look->text = (struct str){padded, folded.n + 2};
    words_scan(triage->words, look->text, &look->hits);
    look->gram_count = features_grams(look->text, look->grams);
    look->shape_count = features_shape(text, look->shapes);
    look->class_count = 0;
    look->single_count = 0;
}

bool look_rule_fires(const struct look_rule *rule, const struct look *look) {
    if (!words_has(&look->hits, rule->any)) return false;
    if (rule->also >= 0 && !words_has(&look->hits, rule->also)) return false;
    return !words_has(&look->hits, rule->unless);
}

static bool is_counted(const struct look_language *known,
                       const struct language *language) {
    return language == NULL || known->language == language;
}

static bool has_emergency_rule(const struct look_language *language,
                               const struct look *look) {
    for (size_t i = 0; i < language->rule_count; i++) {
        const struct look_rule *rule = &language->rules[i];
        if (rule->rule->intent == INTENT_EMERGENCY && look_rule_fires(rule, look))
            return true;
    }
    return false;
}

void look_classes(const struct triage *triage, const struct language *language,
                  struct look *look) {
    bool is_present[LANGUAGE_CLASSES_MAX] = {false};
    for (size_t l = 0; l < triage->set->count; l++) {
        const struct look_language *known = &triage->languages[l];
        if (!is_counted(known, language)) continue;
        for (size_t i = 0; i < LANGUAGE_CLASSES_MAX; i++) {
            if (words_has(&look->hits, known->classes[i])) is_present[i] = true;
        }
        if (has_emergency_rule(known, look)) is_present[LOOK_CLASS_RULE] = true;
    }
    int classes[FEATURES_CLASSES_MAX];
    size_t count = 0;
    for (int i = LANGUAGE_CLASSES_MAX - 1; i >= 0 && count < FEATURES_CLASSES_MAX; i--) {
        if (is_present[i]) classes[count++] = i;
    }
    // Ascending: the last class (a rule fired) is never the one left out.
    for (size_t i = 0; i < count / 2; i++) {
        int swap = classes[i];
        classes[i] = classes[count - 1 - i];
        classes[count - 1 - i] = swap;
    }
    look->class_count =
        features_classes(classes, count, look->classes, &look->single_count);
}

struct model_input look_input(const struct look *look) {
    return (struct model_input){
        .grams = look->grams,
        .gram_count = look->gram_count,
        .classes = look->classes,
        .class_count = look->class_count,
        .single_count = look->single_count,
        .shapes = look->shapes,
        .shape_count = look->shape_count,
    };
}
