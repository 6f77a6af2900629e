// SPDX-License-Identifier: Apache-2.0
//
// "STOP he is hitting me" is no command: words that take no argument stand alone, the
// others take a short one.
#include "handlers/triage/command.h"

enum { ARGUMENT_WORDS = 3, ARGUMENT_BYTES = 48 };

static bool list_has(struct word_list list, struct str text) {
    for (size_t i = 0; i < list.count; i++) {
        if (str_eq(list.words[i], text)) return true;
    }
    return false;
}

enum answer command_answer(const struct language_set *set, struct str text) {
    for (size_t i = 0; i < set->count; i++) {
        if (list_has(set->languages[i]->yes, text)) return ANSWER_YES;
        if (list_has(set->languages[i]->no, text)) return ANSWER_NO;
    }
    return ANSWER_NONE;
}

static bool list_leads(const struct language *language, struct word_list list,
                       struct str text) {
    enum { LETTERS = 6 }; // bytes of two kana
    for (size_t i = 0; i < list.count; i++) {
        struct str word = list.words[i];
        if (text.n <= word.n || !str_starts(text, word)) continue;
        bool is_apart = text.p[word.n] == ' ';
        if (is_apart || (!language->has_spaces && word.n >= LETTERS)) return true;
    }
    return false;
}

enum answer command_answer_lead(const struct language_set *set, struct str text) {
    for (size_t i = 0; i < set->count; i++) {
        const struct language *language = set->languages[i];
        if (list_leads(language, language->no, text)) return ANSWER_NO;
        if (list_leads(language, language->yes, text)) return ANSWER_YES;
    }
    return ANSWER_NONE;
}

static bool list_ends(struct word_list list, struct str text) {
    for (size_t i = 0; i < list.count; i++) {
        if (text.n > list.words[i].n && str_ends(text, list.words[i])) return true;
    }
    return false;
}

bool command_answer_is_no(const struct language_set *set, struct str text) {
    enum { WORDS = 3, BYTES = 33 };
    struct str rest = text, word;
    size_t words = 0;
    while (str_next(&rest, ' ', &word)) words++;
    if (words > WORDS || text.n > BYTES) return false;
    for (size_t i = 0; i < set->count; i++) {
        const struct language *language = set->languages[i];
        if (list_leads(language, language->no, text) && list_ends(language->no, text))
            return true;
    }
    return false;
}

// Among languages that share a word: the contact's, then English, then the first.
static bool is_better(const struct language *one, const struct language *other,
                      struct str known) {
    if (other == NULL) return true;
    if (str_eq(other->tag, known)) return false;
    if (str_eq(one->tag, known)) return true;
    return str_eq(one->tag, STR("en"));
}

const struct language *command_plea(const struct language_set *set, struct str text,
                                    struct str known) {
    const struct language *found = NULL;
    for (size_t i = 0; i < set->count; i++) {
        const struct language *language = set->languages[i];
        if (list_has(language->pleas, text) && is_better(language, found, known))
            found = language;
    }
    return found;
}

enum argument {
    ARGUMENT_NONE,
    ARGUMENT_PLACE,
    ARGUMENT_TOPICS,
    ARGUMENT_DIGITS,
    ARGUMENT_HOURS,
    ARGUMENT_LANGUAGE
};

static enum argument argument_kind(enum command_word word) {
    switch (word) {
    case WORD_JOIN:
    case WORD_MOVE:
    case WORD_AREA: return ARGUMENT_PLACE;
    case WORD_TOPIC: return ARGUMENT_TOPICS;
    case WORD_QUIET: return ARGUMENT_HOURS;
    case WORD_PAUSE:
    case WORD_TAKE:
    case WORD_NO: return ARGUMENT_DIGITS;
    case WORD_LANG: return ARGUMENT_LANGUAGE;
    default: return ARGUMENT_NONE;
    }
}

static bool is_digits(struct str text) {
    for (size_t i = 0; i < text.n; i++) {
        bool is_digit = text.p[i] >= '0' && text.p[i] <= '9';
        if (!is_digit && text.p[i] != ' ') return false;
    }
    return text.n > 0;
}

static bool is_short(struct str text) {
    size_t words = 1;
    for (size_t i = 0; i < text.n; i++) words += text.p[i] == ' ';
    return text.n > 0 && text.n <= ARGUMENT_BYTES && words <= ARGUMENT_WORDS &&
           !str_contains(text, STR("?"));
}

static bool is_none(const struct language_set *set, struct str text) {
    for (size_t i = 0; i < set->count; i++) {
        if (list_has(set->languages[i]->none, text)) return true;
    }
    return false;
}

static struct str language_tag(const struct language_set *set, struct str name) {
    for (size_t i = 0; i < set->count; i++) {
        if (list_has(set->languages[i]->self, name)) return set->languages[i]->tag;
    }
    return (struct str){0};
}

// Whether `rest` (what follows the keyword, without blanks) is an argument for it.
static bool argument_read(const struct language_set *set, enum command_word word,
                          struct str rest, struct str *argument) {
    *argument = rest;
    switch (argument_kind(word)) {
    case ARGUMENT_PLACE: return rest.n == 0 || is_short(rest);
    case ARGUMENT_TOPICS: return rest.n == 0 || is_short(rest) || is_digits(rest);
    case ARGUMENT_HOURS: return is_digits(rest) || is_none(set, rest);
    case ARGUMENT_DIGITS: return is_digits(rest);
    case ARGUMENT_LANGUAGE:
        *argument = language_tag(set, rest);
        return rest.n == 0 || argument->n > 0;
    default: return rest.n == 0;
    }
}

// The keyword ends where a word ends, or where Japanese has no need of a space.
static bool keyword_strip(struct str text, struct str keyword, struct str *rest) {
    if (!str_starts(text, keyword)) return false;
    *rest = str_slice(text, keyword.n, text.n);
    if (rest->n == 0) return true;
    bool is_dense = (unsigned char)keyword.p[keyword.n - 1] >= 0x80;
    if (rest->p[0] != ' ' && !is_dense) return false;
    *rest = str_trim(*rest);
    return rest->n > 0;
}

static void keyword_try(const struct language_set *set, const struct language *language,
                        enum command_word word, struct str text,
                        struct command_match *found) {
    struct word_list list = language->keywords[word];
    for (size_t i = 0; i < list.count; i++) {
        struct str rest, argument;
        if (!keyword_strip(text, list.words[i], &rest)) continue;
        if (!argument_read(set, word, rest, &argument)) continue;
        *found = (struct command_match){word, argument, language};
        return;
    }
}

struct command_match command_read(const struct language_set *set, struct str text,
                                  struct str known) {
    struct command_match best = {0};
    struct str tag = language_tag(set, text);
    if (tag.n > 0) return (struct command_match){WORD_LANG, tag, language_find(set, tag)};
    for (size_t i = 0; i < set->count; i++) {
        const struct language *language = set->languages[i];
        struct command_match match = {0};
        for (int word = 1; word < WORD_COUNT && match.word == WORD_NONE; word++)
            keyword_try(set, language, (enum command_word)word, text, &match);
        if (match.word != WORD_NONE && is_better(language, best.language, known))
            best = match;
    }
    return best;
}
