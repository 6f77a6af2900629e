// SPDX-License-Identifier: Apache-2.0
//
// Reading and checking a language file. A mistake in a sentence is found here, at start,
// and never by a resident.
#include "handlers/language.h"

#include <string.h>

#include "core/segments.h"
#include "core/text_table.h"
#include "handlers/data_file.h"
#include "handlers/fold.h"
#include "handlers/language_lists.h"

// Every sentence the handlers may say. Missing ones are an error of the file.
static const char *const sentence_ids[] = {"emergency_first",
                                           "emergency_direct",
                                           "surge",
                                           "not_opened",
                                           "not_opened_second",
                                           "opened",
                                           "on_the_way",
                                           "passed_on",
                                           "closed",
                                           "ask_place",
                                           "ask_which",
                                           "ask_danger",
                                           "help_alone",
                                           "out_of_territory",
                                           "receipt_staffed",
                                           "receipt_unstaffed",
                                           "receipt_tomorrow",
                                           "discreet",
                                           "stop_confirmed",
                                           "start_confirmed",
                                           "move_confirmed",
                                           "status_none",
                                           "status_opened",
                                           "status_waiting",
                                           "language_confirmed",
                                           "info",
                                           "join_area",
                                           "join_closest",
                                           "join_unknown",
                                           "join_topics",
                                           "join_language",
                                           "join_quiet",
                                           "join_consent",
                                           "join_done",
                                           "join_refused",
                                           "join_code",
                                           "subscription_list",
                                           "subscription_paused",
                                           "subscription_stopped",
                                           "subscription_none",
                                           "group_on",
                                           "group_off",
                                           "group_none",
                                           "group_out",
                                           "page",
                                           "page_console",
                                           "page_desk",
                                           "page_no_console",
                                           "page_unopened",
                                           "page_still_on_the_way",
                                           "page_taken",
                                           "page_taken_by_other",
                                           "page_no_confirmed",
                                           "page_done_confirmed",
                                           "page_unknown_number",
                                           "duty_on",
                                           "duty_off"};

static const char *const argument_names[] = {
    "koban", "case",   "number",    "consultation", "minutes", "hour", "link",
    "list",  "topics", "languages", "quiet",        "days",    "code", "name"};

static const char *const manner_keys[MANNER_COUNT] = {"normal", "text_only", "discreet"};

enum { PARTS_MAX = 3, LIFE_MAX_S = 7 * 24 * 60 * 60, UND_PARTS = 4 };

// What the check of one file needs besides the file.
struct reading {
    struct data_file *file;
    struct language *language;
    struct sentence_argument longest[ARRAY_LEN(argument_names)];
    struct word_list call_words; // never in a text for people who cannot call
};

// One template: known arguments only, no stray braces.
static void template_check(struct data_node node, struct str template) {
    size_t at = 0;
    while (at < template.n) {
        size_t open = str_find(template, STR("{"), at);
        if (open >= template.n) break;
        size_t close = str_find(template, STR("}"), open);
        struct str name = str_slice(template, open + 1, close);
        size_t i = 0;
        while (i < ARRAY_LEN(argument_names) && !str_eq(name, str_of(argument_names[i])))
            i++;
        if (i == ARRAY_LEN(argument_names))
            data_error(node, "{%.*s} is not an argument", (int)name.n, name.p);
        at = close < template.n ? close + 1 : template.n;
    }
}

static void parts_check(struct data_node node, const struct reading *reading,
                        struct str template, int32_t allowed) {
    struct str text = language_render(template, reading->longest,
                                      ARRAY_LEN(reading->longest), node.file->arena);
    struct segments segments = segments_count(text);
    if (segments.parts > (size_t)allowed)
        data_error(node, "needs %zu SMS parts (%zu units) with its longest values, %d %s",
                   segments.parts, segments.units, (int)allowed,
                   allowed == 1 ? "is allowed" : "are allowed");
}

static bool has_word(struct str folded, struct word_list list, struct str *found) {
    for (size_t i = 0; i < list.count; i++) {
        *found = list.words[i];
        if (str_contains(folded, *found)) return true;
    }
    return false;
}

// People who cannot speak are never told to call.
static void no_call_check(struct data_node node, const struct reading *reading,
                          struct str template) {
    struct arena *arena = node.file->arena;
    struct str folded = arena_printf(arena, " %.*s ", (int)template.n, template.p);
    folded = arena_join(arena, STR(" "), fold_text(folded, arena));
    folded = arena_join(arena, folded, STR(" "));
    struct str found;
    if (has_word(folded, reading->call_words, &found)) {
        found = str_trim(found);
        data_error(node, "says \"%.*s\" to somebody who cannot call", (int)found.n,
                   found.p);
    }
}

// The neutral text shows no number, name or link on a screen somebody else may see.
static void discreet_check(struct data_node node, const struct reading *reading,
                           struct str template) {
    no_call_check(node, reading, template);
    size_t open = str_find(template, STR("{"), 0);
    if (open < template.n) data_error(node, "must have no arguments: it is neutral");
    size_t digits = 0;
    for (size_t i = 0; i < template.n; i++) {
        bool is_digit = template.p[i] >= '0' && template.p[i] <= '9';
        digits = is_digit ? digits + 1 : 0;
        if (digits == 3) data_error(node, "must hold no telephone number");
    }
}

static void variants_read(struct data_node node, struct reading *reading,
                          struct sentence *sentence) {
    for (int i = 0; i < MANNER_COUNT; i++) {
        struct str text = data_str(node, manner_keys[i], i == MANNER_NORMAL);
        sentence->variants[i] = text;
        if (text.n == 0) continue;
        struct data_node variant = data_member(node, manner_keys[i]);
        template_check(variant, text);
        parts_check(variant, reading, text, sentence->parts);
        if (i == MANNER_TEXT_ONLY) no_call_check(variant, reading, text);
        if (i == MANNER_DISCREET) discreet_check(variant, reading, text);
    }
    sentence->easy = data_str(node, "easy", false);
    if (sentence->easy.n == 0) return;
    template_check(data_member(node, "easy"), sentence->easy);
    parts_check(data_member(node, "easy"), reading, sentence->easy, UND_PARTS);
}

static bool is_officers(struct str id) {
    return str_starts(id, STR("page")) || str_starts(id, STR("duty_"));
}

static void sentence_read(struct data_node node, struct str id, struct reading *reading,
                          struct sentence *sentence) {
    static const char *const keys[] = {"normal", "text_only", "discreet", "easy",
                                       "life_s", "parts",     "draft",    NULL};
    sentence->id = id;
    sentence->parts = 1;
    if (json_object_get(node.json, "parts") != NULL)
        sentence->parts = (int32_t)data_int(node, "parts", 1, PARTS_MAX);
    sentence->life_ms = (int32_t)data_int(node, "life_s", 0, LIFE_MAX_S) * 1000;
    sentence->is_draft = data_bool(node, "draft", reading->language->is_draft);
    variants_read(node, reading, sentence);
    data_only(node, keys);
    struct str normal = sentence->variants[MANNER_NORMAL];
    struct data_node at = data_member(node, "normal");
    if (str_eq(id, STR("discreet"))) discreet_check(at, reading, normal);
    // Without a variant of its own the normal text is said to people who cannot call.
    if (sentence->variants[MANNER_TEXT_ONLY].n == 0 && !is_officers(id))
        no_call_check(at, reading, normal);
}

static void sentences_read(struct data_node root, struct reading *reading) {
    struct data_node node = data_object(root, "sentences");
    size_t count = node.json != NULL ? json_object_size(node.json) : 0;
    struct sentence *out = ARENA_ARRAY(root.file->arena, struct sentence, count);
    const char *key;
    json_t *value;
    size_t n = 0;
    json_object_foreach((json_t *)(uintptr_t)node.json, key, value) {
        (void)value;
        struct data_node member = data_object(node, key);
        if (member.json == NULL) continue;
        struct str id = arena_dup(root.file->arena, str_of(key));
        sentence_read(member, id, reading, &out[n++]);
    }
    reading->language->sentences = out;
    reading->language->sentence_count = n;
    for (size_t i = 0; i < ARRAY_LEN(sentence_ids); i++) {
        if (language_sentence(reading->language, str_of(sentence_ids[i])) == NULL)
            data_error(data_member(node, sentence_ids[i]), "is missing");
    }
}

static void longest_read(struct data_node root, struct reading *reading) {
    struct data_node node = data_object(root, "longest");
    for (size_t i = 0; i < ARRAY_LEN(argument_names); i++) {
        reading->longest[i] = (struct sentence_argument){
            str_of(argument_names[i]), data_str(node, argument_names[i], true)};
    }
}

static void phrases_read(struct data_node root, struct language *language) {
    static const char *const keys[] = {"id", "text", "draft", NULL};
    struct data_node array = data_array(root, "phrases");
    size_t count = array.json != NULL ? json_array_size(array.json) : 0;
    struct phrase *out = ARENA_ARRAY(root.file->arena, struct phrase, count);
    for (size_t i = 0; i < count; i++) {
        struct data_node node = data_element(array, i);
        out[i].id = data_str(node, "id", true);
        out[i].text = data_str(node, "text", true);
        out[i].is_draft = data_bool(node, "draft", language->is_draft);
        data_only(node, keys);
    }
    language->phrases = out;
    language->phrase_count = count;
}

static const struct page_text *pages_read(struct data_node root, const char *key,
                                          size_t *count) {
    *count = 0;
    struct data_node node = data_member(root, key);
    if (node.json == NULL) return NULL;
    node = data_object(root, key);
    struct page_text *out =
        ARENA_ARRAY(root.file->arena, struct page_text,
                    node.json != NULL ? json_object_size(node.json) : 0);
    const char *id;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)node.json, id, value) {
        (void)value;
        struct str text = data_str(node, id, true);
        out[(*count)++] =
            (struct page_text){arena_dup(root.file->arena, str_of(id)), text};
    }
    return out;
}

const struct language *language_read(struct str bytes, struct str name,
                                     struct arena *arena, struct buf *errors) {
    static const char *const keys[] = {
        "language", "name",      "draft",      "has_spaces", "self",   "call_words",
        "longest",  "sentences", "keywords",   "yes",        "no",     "pleas",
        "all",      "none",      "hours",      "classes",    "tenses", "rules",
        "phrases",  "pages",     "pages_easy", NULL};
    struct data_file file = {bytes, name, arena, errors, 0};
    json_auto_t *json = data_open(&file);
    if (json == NULL) return NULL;
    struct data_node root = data_root(&file, json);
    struct language *language = ARENA_NEW(arena, struct language);
    struct reading reading = {.file = &file, .language = language};
    language->file = name;
    language->bytes = bytes;
    language->tag = data_str(root, "language", true);
    language->name = data_str(root, "name", true);
    language->is_draft = data_bool(root, "draft", true);
    language->has_spaces = data_bool(root, "has_spaces", true);
    reading.call_words = language_words(root, "call_words", language->has_spaces);
    longest_read(root, &reading);
    struct sentence_argument *longest =
        ARENA_ARRAY(arena, struct sentence_argument, ARRAY_LEN(argument_names));
    memcpy(longest, reading.longest, sizeof reading.longest);
    language->longest = longest;
    language->longest_count = ARRAY_LEN(argument_names);
    sentences_read(root, &reading);
    language_lists_read(root, language);
    phrases_read(root, language);
    language->pages = pages_read(root, "pages", &language->page_count);
    language->pages_easy = pages_read(root, "pages_easy", &language->page_easy_count);
    data_only(root, keys);
    return file.error_count == 0 ? language : NULL;
}

static void foreign_read(struct data_node root, const char *tag,
                         struct language *language) {
    static const char *const keys[] = {"name", "draft", "phrases", NULL};
    struct data_node node = data_object(root, tag);
    language->file = root.file->name;
    language->bytes = root.file->bytes;
    language->tag = arena_dup(root.file->arena, str_of(tag));
    language->name = data_str(node, "name", true);
    language->is_draft = data_bool(node, "draft", false);
    phrases_read(node, language);
    data_only(node, keys);
}

bool language_phrases_read(struct str bytes, struct str name, struct language_set *set,
                           struct arena *arena, struct buf *errors) {
    struct data_file file = {bytes, name, arena, errors, 0};
    json_auto_t *json = data_open(&file);
    if (json == NULL) return false;
    struct data_node root = data_root(&file, json);
    struct language *out = ARENA_ARRAY(arena, struct language, json_object_size(json));
    const char *tag;
    json_t *value;
    size_t n = 0;
    json_object_foreach(json, tag, value) {
        (void)value;
        foreign_read(root, tag, &out[n++]);
    }
    set->foreign = out;
    set->foreign_count = n;
    return file.error_count == 0;
}
