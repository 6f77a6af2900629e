// SPDX-License-Identifier: Apache-2.0
//
// Looking sentences up and filling them in. What to say when we do not speak the
// language is decided in one place, language_say(). Reading is language_file.c.
#include "handlers/language.h"

#include "core/text_table.h"

static const char *const word_texts[WORD_COUNT] = {
    [WORD_STOP] = "stop",   [WORD_START] = "start", [WORD_JOIN] = "join",
    [WORD_MOVE] = "move",   [WORD_INFO] = "info",   [WORD_STATUS] = "status",
    [WORD_LANG] = "lang",   [WORD_LIST] = "list",   [WORD_AREA] = "area",
    [WORD_TOPIC] = "topic", [WORD_QUIET] = "quiet", [WORD_PAUSE] = "pause",
    [WORD_ON] = "on",       [WORD_OFF] = "off",     [WORD_TAKE] = "take",
    [WORD_NO] = "no",
};

static const char *const class_names[LANGUAGE_CLASSES_MAX] = {
    "violence",  "weapon",     "injury",     "unconscious", "body",      "fire",
    "gas",       "water",      "collapse",   "crash",       "robbery",   "break_in",
    "follow",    "touch",      "missing",    "child",       "elder",     "family",
    "kidnap",    "suicide",    "scam_now",   "scam",        "fear",      "now",
    "here",      "hurry",      "help",       "past",        "habit",     "question",
    "paper",     "lost",       "noise",      "parking",     "neighbour", "animal",
    "fiction",   "joke",       "greeting",   "advert",      "plan",      "resolved",
    "volunteer", "directions", "suspicious", "cyber",       "crowd",     "stranger",
    "asking",    "possible",   "sport",      "food",        "feeling",   "news",
    "flight",    "force",      "silent",     "order",       "school",    "work",
    "weather",   "place_of",   "place_at",
};

const char *language_class_name(size_t index) {
    return index < LANGUAGE_CLASSES_MAX ? class_names[index] : NULL;
}

const char *command_word_text(enum command_word word) {
    return text_of(word_texts, WORD_COUNT, (int)word);
}

bool language_add(struct language_set *set, const struct language *language) {
    if (set->count == LANGUAGE_SET_MAX) return false;
    if (language_find(set, language->tag) != NULL) return false;
    set->languages[set->count++] = language;
    return true;
}

const struct language *language_find(const struct language_set *set, struct str tag) {
    for (size_t i = 0; i < set->count; i++) {
        if (str_eq(set->languages[i]->tag, tag)) return set->languages[i];
    }
    return NULL;
}

const struct sentence *language_sentence(const struct language *language, struct str id) {
    for (size_t i = 0; i < language->sentence_count; i++) {
        if (str_eq(language->sentences[i].id, id)) return &language->sentences[i];
    }
    return NULL;
}

static struct str value_of(struct str name, const struct sentence_argument *arguments,
                           size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(arguments[i].name, name)) return arguments[i].value;
    }
    return (struct str){0};
}

// The next {name} from `from`: its borders, braces included. False: none.
static bool hole_find(struct str template, size_t from, size_t *open, size_t *close) {
    *open = str_find(template, STR("{"), from);
    if (*open >= template.n) return false;
    *close = str_find(template, STR("}"), *open);
    return *close < template.n;
}

struct str language_render(struct str template, const struct sentence_argument *arguments,
                           size_t count, struct arena *arena) {
    struct str out = {0};
    size_t at = 0, open, close;
    while (hole_find(template, at, &open, &close)) {
        struct str value =
            value_of(str_slice(template, open + 1, close), arguments, count);
        out = arena_join(arena, out, str_slice(template, at, open));
        out = arena_join(arena, out, value);
        at = close + 1;
    }
    out = arena_join(arena, out, str_slice(template, at, template.n));
    return str_trim(out);
}

static struct str page_find(const struct page_text *list, size_t count, struct str id) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].id, id)) return list[i].text;
    }
    return (struct str){0};
}

static struct str page_in(const struct language *language, bool is_easy, struct str id) {
    struct str text = {0};
    if (language == NULL) return text;
    if (is_easy) text = page_find(language->pages_easy, language->page_easy_count, id);
    return text.n > 0 ? text : page_find(language->pages, language->page_count, id);
}

struct str language_page(const struct language_set *set, struct str tag, bool is_easy,
                         struct str id, const struct sentence_argument *arguments,
                         size_t count, struct arena *arena) {
    struct str text = page_in(language_find(set, tag), is_easy, id);
    if (text.n == 0 && set->count > 0) text = page_in(set->languages[0], false, id);
    if (text.n == 0) text = page_in(language_find(set, STR("en")), false, id);
    return language_render(text, arguments, count, arena);
}

// The variant of a manner, by the rules of fallback the check has proved.
static struct str variant_of(const struct language *language,
                             const struct sentence *sentence, enum manner manner) {
    bool is_known = manner >= 0 && manner < MANNER_COUNT;
    struct str variant = is_known ? sentence->variants[manner] : (struct str){0};
    if (variant.n > 0) return variant;
    if (manner == MANNER_DISCREET) {
        const struct sentence *neutral = language_sentence(language, STR("discreet"));
        if (neutral != NULL) return neutral->variants[MANNER_NORMAL];
    }
    return sentence->variants[MANNER_NORMAL];
}

static struct str say_in(const struct language *language, struct str id,
                         enum manner manner, bool is_easy, int32_t *life_ms) {
    const struct sentence *sentence = language_sentence(language, id);
    if (sentence == NULL) return (struct str){0};
    if (life_ms != NULL) *life_ms = sentence->life_ms;
    if (is_easy && manner == MANNER_NORMAL && sentence->easy.n > 0) return sentence->easy;
    return variant_of(language, sentence, manner);
}

struct str language_say(const struct language_set *set, struct str tag,
                        enum manner manner, struct str sentence_id,
                        const struct sentence_argument *arguments, size_t count,
                        struct arena *arena, int32_t *life_ms) {
    if (life_ms != NULL) *life_ms = 0;
    if (set->count == 0) return (struct str){0};
    const struct language *language = language_find(set, tag);
    bool is_easy = language == NULL;
    if (is_easy) language = set->languages[0];
    struct str template = say_in(language, sentence_id, manner, is_easy, life_ms);
    struct str out = language_render(template, arguments, count, arena);
    const struct language *english = language_find(set, STR("en"));
    if (!is_easy || english == NULL || english == language || out.n == 0) return out;
    struct str second = say_in(english, sentence_id, manner, false, NULL);
    second = language_render(second, arguments, count, arena);
    if (second.n == 0) return out;
    return arena_join(arena, arena_join(arena, out, STR("\n")), second);
}
