// SPDX-License-Identifier: Apache-2.0
#include "handlers/triage/danger.h"

#include <string.h>

// Who it is about (child, elder, family) and when, where and how (from "now" on) are no
// danger; all other classes name one, and so does a rule that fired.
static bool is_danger_class(int class) {
    static const char *const people[] = {"child", "elder", "family"};
    if (class == LOOK_CLASS_RULE) return true;
    for (int c = 0; c <= class; c++) {
        const char *name = language_class_name((size_t)c);
        if (name == NULL || strcmp(name, "now") == 0) return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        if (strcmp(language_class_name((size_t)class), people[i]) == 0) return false;
    return true;
}

bool danger_in_look(const struct look *look) {
    for (size_t i = 0; i < look->single_count; i++) {
        if (is_danger_class(look->classes[i])) return true;
    }
    return false;
}

int danger_in_language(const struct look *look, const struct look_language *language) {
    for (int i = 0; i < LANGUAGE_CLASSES_MAX; i++) {
        bool is_there = words_has(&look->hits, language->classes[i]);
        if (is_there && is_danger_class(i)) return i;
    }
    return -1;
}

bool danger_has_plea(const struct look *look, const struct look_language *language) {
    for (size_t i = 0; i < LANGUAGE_CLASSES_MAX; i++) {
        const char *name = language_class_name(i);
        if (name == NULL) return false;
        if (strcmp(name, "help") == 0)
            return words_has(&look->hits, language->classes[i]);
    }
    return false;
}
