// SPDX-License-Identifier: Apache-2.0
//
// Words that mean two things are looked for in all languages together, since a text may
// be in any of them: a keyword that is a plea somewhere would silence it.
#include "handlers/house_check.h"

#include "core/segments.h"
#include "handlers/data_file.h"

struct checking {
    const struct country *country;
    const struct language_set *set;
    struct arena *arena;
    struct buf *errors;
    size_t found;
};

// A place in one of the files, with a path made of what is already known.
static struct data_file file_of(struct checking *checking, struct str name,
                                struct str bytes) {
    return (struct data_file){bytes, name, checking->arena, checking->errors, 0};
}

#define HOLE(checking, place, path, ...)                                                 \
    do {                                                                                 \
        struct data_file file_ = file_of(checking, (place)->file, (place)->bytes);       \
        data_error((struct data_node){&file_, NULL, path}, __VA_ARGS__);                 \
        (checking)->found++;                                                             \
    } while (0)

// ---- a language of the pack without a file

static void files_check(struct checking *checking) {
    const struct country *country = checking->country;
    for (size_t i = 0; i < country->language_count; i++) {
        struct str tag = country->languages[i];
        if (language_find(checking->set, tag) != NULL) continue;
        struct str path = arena_printf(checking->arena, "languages.%zu", i);
        HOLE(checking, country, path, "\"%.*s\" has no language file that can be used",
             (int)tag.n, tag.p);
    }
}

// ---- said in one language and not in another

static bool has_phrase(const struct language *language, struct str id) {
    for (size_t i = 0; i < language->phrase_count; i++) {
        if (str_eq(language->phrases[i].id, id)) return true;
    }
    return false;
}

static void missing(struct checking *checking, const struct language *one,
                    const struct language *other, const char *key, struct str id) {
    struct str path = arena_printf(checking->arena, "%s.%.*s", key, (int)id.n, id.p);
    HOLE(checking, one, path, "is missing; %.*s has it", (int)other->file.n,
         other->file.p);
}

// Whether a language before `until` says it too: then it has been told.
static bool is_told(const struct checking *checking, size_t until, struct str id,
                    bool is_phrase) {
    for (size_t i = 0; i < until; i++) {
        const struct language *language = checking->set->languages[i];
        if (is_phrase ? has_phrase(language, id)
                      : language_sentence(language, id) != NULL)
            return true;
    }
    return false;
}

// What language k has and `one` has not.
static void sentences_compare(struct checking *checking, const struct language *one,
                              size_t k) {
    const struct language *other = checking->set->languages[k];
    for (size_t i = 0; i < other->sentence_count; i++) {
        struct str id = other->sentences[i].id;
        if (language_sentence(one, id) == NULL && !is_told(checking, k, id, false))
            missing(checking, one, other, "sentences", id);
    }
    for (size_t i = 0; i < other->phrase_count; i++) {
        struct str id = other->phrases[i].id;
        if (!has_phrase(one, id) && !is_told(checking, k, id, true))
            missing(checking, one, other, "phrases", id);
    }
}

// A button that an officer has in our languages and not in one we do not speak.
static void foreign_check(struct checking *checking, const struct language *foreign) {
    const struct language *site = checking->set->languages[0];
    for (size_t i = 0; i < site->phrase_count; i++) {
        if (!has_phrase(foreign, site->phrases[i].id))
            missing(checking, foreign, site,
                    arena_cstr(checking->arena,
                               arena_printf(checking->arena, "%.*s.phrases",
                                            (int)foreign->tag.n, foreign->tag.p)),
                    site->phrases[i].id);
    }
}

static bool has_page(const struct language *language, struct str id) {
    for (size_t i = 0; i < language->page_count; i++) {
        if (str_eq(language->pages[i].id, id)) return true;
    }
    return false;
}

static void pages_check(struct checking *checking, const struct language *one) {
    for (size_t k = 0; k < checking->set->count; k++) {
        const struct language *other = checking->set->languages[k];
        for (size_t i = 0; i < other->page_count; i++) {
            struct str id = other->pages[i].id;
            bool is_known = has_page(one, id);
            for (size_t j = 0; j < k && !is_known; j++)
                is_known = has_page(checking->set->languages[j], id);
            if (!is_known) missing(checking, one, other, "pages", id);
        }
    }
}

// A command that can be given in one language and not in another.
static void keywords_check(struct checking *checking, const struct language *one) {
    for (int word = 1; word < WORD_COUNT; word++) {
        const struct language *other = NULL;
        for (size_t k = 0; k < checking->set->count && other == NULL; k++) {
            if (checking->set->languages[k]->keywords[word].count > 0)
                other = checking->set->languages[k];
        }
        if (one->keywords[word].count == 0 && other != NULL)
            missing(checking, one, other, "keywords",
                    str_of(command_word_text((enum command_word)word)));
    }
}

// ---- the pack's values are longer than what the sentences were counted with

static struct str longest_number(const struct country *country) {
    struct str longest = country->numbers_all;
    for (int i = 0; i < CATEGORY_COUNT; i++) {
        if (country->numbers_by_category[i].n > longest.n)
            longest = country->numbers_by_category[i];
    }
    return longest;
}

static const char *const variant_keys[MANNER_COUNT] = {"normal", "text_only", "discreet"};

static void parts_check(struct checking *checking, const struct language *language,
                        const struct sentence_argument *values) {
    for (size_t i = 0; i < language->sentence_count; i++) {
        const struct sentence *sentence = &language->sentences[i];
        for (int k = 0; k < MANNER_COUNT; k++) {
            struct str text = language_render(sentence->variants[k], values,
                                              language->longest_count, checking->arena);
            size_t parts = segments_count(text).parts;
            if (parts <= (size_t)sentence->parts) continue;
            struct str path = arena_printf(checking->arena, "sentences.%.*s.%s",
                                           (int)sentence->id.n, sentence->id.p,
                                           variant_keys[k]);
            HOLE(checking, language, path,
                 "needs %zu SMS parts with the values of %.*s, %d allowed", parts,
                 (int)checking->country->file.n, checking->country->file.p,
                 (int)sentence->parts);
        }
    }
}

static void values_check(struct checking *checking, const struct language *language) {
    const struct country *country = checking->country;
    struct str number = longest_number(country);
    struct sentence_argument *values =
        ARENA_ARRAY(checking->arena, struct sentence_argument, language->longest_count);
    bool is_longer = false;
    for (size_t i = 0; i < language->longest_count; i++) {
        values[i] = language->longest[i];
        struct str mine = {0};
        if (str_eq(values[i].name, STR("number"))) mine = number;
        if (str_eq(values[i].name, STR("consultation")))
            mine = country->consultation_number;
        if (mine.n <= values[i].value.n) continue;
        values[i].value = mine;
        is_longer = true;
    }
    if (is_longer) parts_check(checking, language, values);
}

// ---- a word that means two things

enum meaning_kind { MEANS_YES, MEANS_NO, MEANS_PLEA, MEANS_LANGUAGE, MEANS_COMMAND };

struct meaning {
    const struct language *language;
    enum meaning_kind kind;
    enum command_word command; // of MEANS_COMMAND
    const char *key;           // "pleas", "keywords.stop"
    struct word_list words;
};

// TAKE, NO are nothing without a number; a language's name after LANG or alone is the
// same wish; "danger" is a plea, and to our question whether there is danger it is a yes.
static bool may_share(const struct meaning *one, const struct meaning *other) {
    if (one->kind == other->kind) {
        if (one->kind == MEANS_COMMAND) return one->command == other->command;
        if (one->kind == MEANS_LANGUAGE) return one->language == other->language;
        return true;
    }
    bool is_command = other->kind == MEANS_COMMAND;
    if (is_command && one->kind == MEANS_LANGUAGE) return other->command == WORD_LANG;
    if (is_command && (one->kind == MEANS_NO || one->kind == MEANS_YES))
        return other->command == WORD_NO || other->command == WORD_TAKE;
    return one->kind == MEANS_YES && other->kind == MEANS_PLEA;
}

static bool has_word(struct word_list list, struct str word) {
    for (size_t i = 0; i < list.count; i++) {
        if (str_eq(list.words[i], word)) return true;
    }
    return false;
}

static void meanings_compare(struct checking *checking, const struct meaning *one,
                             const struct meaning *other) {
    const struct meaning *low = one->kind <= other->kind ? one : other;
    if (may_share(low, low == one ? other : one)) return;
    for (size_t i = 0; i < other->words.count; i++) {
        struct str word = other->words.words[i];
        if (word.n == 0 || !has_word(one->words, word)) continue;
        struct str path = arena_printf(checking->arena, "%s.%zu", other->key, i);
        HOLE(checking, other->language, path, "\"%.*s\" is also of %s in %.*s",
             (int)word.n, word.p, one->key, (int)one->language->file.n,
             one->language->file.p);
    }
}

static size_t meanings_of(const struct language *language, struct arena *arena,
                          struct meaning *out) {
    size_t n = 0;
    out[n++] = (struct meaning){language, MEANS_YES, WORD_NONE, "yes", language->yes};
    out[n++] = (struct meaning){language, MEANS_NO, WORD_NONE, "no", language->no};
    out[n++] =
        (struct meaning){language, MEANS_PLEA, WORD_NONE, "pleas", language->pleas};
    out[n++] =
        (struct meaning){language, MEANS_LANGUAGE, WORD_NONE, "self", language->self};
    for (int word = 1; word < WORD_COUNT; word++) {
        enum command_word command = (enum command_word)word;
        struct str key = arena_printf(arena, "keywords.%s", command_word_text(command));
        out[n++] = (struct meaning){language, MEANS_COMMAND, command,
                                    arena_cstr(arena, key), language->keywords[word]};
    }
    return n;
}

static void meanings_check(struct checking *checking) {
    enum { MEANINGS = LANGUAGE_SET_MAX * (4 + WORD_COUNT) };
    struct meaning *all = ARENA_ARRAY(checking->arena, struct meaning, MEANINGS);
    size_t count = 0;
    for (size_t i = 0; i < checking->set->count; i++)
        count += meanings_of(checking->set->languages[i], checking->arena, &all[count]);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++)
            meanings_compare(checking, &all[i], &all[k]);
    }
}

size_t house_check(const struct country *country, const struct language_set *set,
                   struct arena *arena, struct buf *errors) {
    struct checking checking = {country, set, arena, errors, 0};
    files_check(&checking);
    for (size_t i = 0; i < set->count; i++) {
        for (size_t k = 0; k < set->count; k++) {
            if (i != k) sentences_compare(&checking, set->languages[i], k);
        }
        keywords_check(&checking, set->languages[i]);
        pages_check(&checking, set->languages[i]);
        values_check(&checking, set->languages[i]);
    }
    for (size_t i = 0; i < set->foreign_count && set->count > 0; i++)
        foreign_check(&checking, &set->foreign[i]);
    meanings_check(&checking);
    return checking.found;
}
