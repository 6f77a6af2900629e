// SPDX-License-Identifier: Apache-2.0
//
// Words are folded once, at reading. "@violence" in a rule stands for the words of that
// class, so that a rule is a short sentence about classes.
#include "handlers/language_lists.h"

#include "handlers/fold.h"

static struct str word_fold(struct data_file *file, struct str word, bool has_spaces) {
    bool is_start = str_starts(word, STR("^"));
    bool is_open = str_ends(word, STR("*"));
    struct str bare = str_slice(word, is_start ? 1 : 0, word.n - (is_open ? 1 : 0));
    struct str folded = fold_text(bare, file->arena);
    if (folded.n == 0) return folded;
    const char *before = has_spaces || is_start ? " " : "";
    const char *after = has_spaces && !is_open ? " " : "";
    return arena_printf(file->arena, "%s%.*s%s", before, (int)folded.n, folded.p, after);
}

struct word_list language_words(struct data_node node, const char *key, bool has_spaces) {
    size_t count;
    const struct str *raw = data_strs(node, key, &count);
    struct str *out = ARENA_ARRAY(node.file->arena, struct str, count);
    for (size_t i = 0; i < count; i++) {
        out[i] = word_fold(node.file, raw[i], has_spaces);
        if (out[i].n == 0)
            data_error(data_element(data_member(node, key), i), "folds to nothing");
    }
    return (struct word_list){out, count};
}

// Texts that a whole message is compared with: folded, no spaces added.
static struct word_list texts_read(struct data_node node, const char *key) {
    return language_words(node, key, false);
}

static void keywords_read(struct data_node root, struct language *language) {
    struct data_node node = data_object(root, "keywords");
    for (int i = 1; i < WORD_COUNT; i++)
        language->keywords[i] = texts_read(node, command_word_text((enum command_word)i));
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)node.json, key, value) {
        (void)value;
        int i = 1;
        while (i < WORD_COUNT &&
               strcmp(command_word_text((enum command_word)i), key) != 0)
            i++;
        if (i == WORD_COUNT) data_error(data_member(node, key), "is not a command");
    }
}

static size_t class_index(struct str name) {
    size_t i = 0;
    while (language_class_name(i) != NULL &&
           !str_eq(str_of(language_class_name(i)), name))
        i++;
    return i;
}

static void classes_read(struct data_node root, struct language *language) {
    struct data_node node = data_object(root, "classes");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)node.json, key, value) {
        (void)value;
        size_t index = class_index(str_of(key));
        if (language_class_name(index) == NULL) {
            data_error(data_member(node, key), "is not a class of words");
            continue;
        }
        language->classes[index] = language_words(node, key, language->has_spaces);
    }
}

// Replaces "@class" by the words of the class.
static struct word_list classes_expand(struct data_node node, const char *key,
                                       const struct language *language) {
    size_t count, total = 0;
    const struct str *raw = data_strs(node, key, &count);
    struct word_list own = {0};
    for (size_t i = 0; i < count; i++) {
        if (!str_starts(raw[i], STR("@"))) {
            total++;
            continue;
        }
        size_t index = class_index(str_slice(raw[i], 1, raw[i].n));
        if (language_class_name(index) == NULL)
            data_error(data_element(data_member(node, key), i),
                       "is not a class of words");
        else total += language->classes[index].count;
    }
    struct str *out = ARENA_ARRAY(node.file->arena, struct str, total);
    own.words = out;
    for (size_t i = 0; i < count; i++) {
        size_t index = class_index(str_slice(raw[i], 1, raw[i].n));
        if (!str_starts(raw[i], STR("@"))) {
            out[own.count++] = word_fold(node.file, raw[i], language->has_spaces);
        } else if (language_class_name(index) != NULL) {
            const struct word_list *class = &language->classes[index];
            for (size_t k = 0; k < class->count; k++) out[own.count++] = class->words[k];
        }
    }
    return own;
}

static void rule_codes_read(struct data_node node, struct raising_rule *rule) {
    struct str intent = data_str(node, "intent", false);
    struct str category = data_str(node, "category", false);
    struct str manner = data_str(node, "manner", false);
    rule->intent = INTENT_OTHER;
    if (intent.n > 0 && !intent_from_text(intent, &rule->intent))
        data_error(data_member(node, "intent"), "is not an intent");
    if (category.n > 0 && !category_from_text(category, &rule->category))
        data_error(data_member(node, "category"), "is not a category");
    if (manner.n > 0 && !manner_from_text(manner, &rule->manner))
        data_error(data_member(node, "manner"), "is not a manner");
    // Doubt of no urgency is silent before a sure model: that must be said, not
    // forgotten.
    if (rule->intent == INTENT_UNCLEAR) rule->urgency = 1;
    if (json_object_get(node.json, "urgency") != NULL)
        rule->urgency = (int16_t)data_int(node, "urgency", 0, 3);
}

static void rule_read(struct data_node node, const struct language *language,
                      struct raising_rule *rule) {
    static const char *const keys[] = {
        "code", "any", "also", "unless", "intent", "category", "urgency", "manner", NULL};
    rule->code = data_str(node, "code", true);
    rule->any = classes_expand(node, "any", language);
    rule->also = classes_expand(node, "also", language);
    rule->unless = classes_expand(node, "unless", language);
    if (rule->any.count == 0) data_error(data_member(node, "any"), "must not be empty");
    rule_codes_read(node, rule);
    data_only(node, keys);
}

static void rules_read(struct data_node root, struct language *language) {
    struct data_node array = data_array(root, "rules");
    size_t count = array.json != NULL ? json_array_size(array.json) : 0;
    struct raising_rule *out = ARENA_ARRAY(root.file->arena, struct raising_rule, count);
    for (size_t i = 0; i < count; i++) {
        struct data_node node = data_element(array, i);
        if (json_is_object(node.json)) rule_read(node, language, &out[i]);
        else data_error(node, "must be an object");
    }
    language->rules = out;
    language->rule_count = count;
}

void language_lists_read(struct data_node root, struct language *language) {
    language->self = texts_read(root, "self");
    language->yes = texts_read(root, "yes");
    language->no = texts_read(root, "no");
    language->pleas = texts_read(root, "pleas");
    language->all = texts_read(root, "all");
    language->none = texts_read(root, "none");
    language->hours = texts_read(root, "hours");
    keywords_read(root, language);
    classes_read(root, language);
    language->tenses = language_words(root, "tenses", language->has_spaces);
    rules_read(root, language);
    if (language->pleas.count == 0) data_error(data_member(root, "pleas"), "is missing");
}

static void danger_read(struct data_node root, const char *tag,
                        struct danger_words *danger) {
    static const char *const keys[] = {"has_spaces", "words", NULL};
    struct data_node node = data_object(root, tag);
    danger->tag = arena_dup(root.file->arena, str_of(tag));
    danger->has_spaces = data_bool(node, "has_spaces", true);
    danger->words = language_words(node, "words", danger->has_spaces);
    if (danger->words.count == 0) data_error(data_member(node, "words"), "is missing");
    data_only(node, keys);
}

bool language_danger_read(struct str bytes, struct str name, struct language_set *set,
                          struct arena *arena, struct buf *errors) {
    struct data_file file = {bytes, name, arena, errors, 0};
    json_auto_t *json = data_open(&file);
    if (json == NULL) return false;
    struct data_node root = data_root(&file, json);
    struct danger_words *out =
        ARENA_ARRAY(arena, struct danger_words, json_object_size(json));
    const char *tag;
    json_t *value;
    size_t n = 0;
    json_object_foreach(json, tag, value) {
        (void)value;
        danger_read(root, tag, &out[n++]);
    }
    set->danger = out;
    set->danger_count = n;
    return file.error_count == 0;
}
