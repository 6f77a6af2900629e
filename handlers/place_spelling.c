// SPDX-License-Identifier: Apache-2.0
//
// Spellings are kept folded here: they are only ever compared.
#include "handlers/place_spelling.h"

#include "core/utf8.h"
#include "handlers/fold.h"

enum { ALONE_MIN = 4, TENS_MAX = 9 };

static const char *const figures[] = {"一", "二", "三", "四", "五",
                                      "六", "七", "八", "九"};

// ---- ordinary words

static bool list_has(struct word_list list, struct str word) {
    for (size_t i = 0; i < list.count; i++) {
        if (str_eq(str_trim(list.words[i]), word)) return true;
    }
    return false;
}

static bool is_word_of(const struct language *language, struct str word) {
    if (list_has(language->pleas, word) || list_has(language->yes, word) ||
        list_has(language->no, word))
        return true;
    for (size_t i = 0; i < LANGUAGE_CLASSES_MAX; i++) {
        if (list_has(language->classes[i], word)) return true;
    }
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (list_has(language->keywords[i], word)) return true;
    }
    return false;
}

static bool is_place_word(const struct country *country, struct str word) {
    for (size_t kind = 0; kind < PLACE_WORD_COUNT; kind++) {
        struct place_words list = country->place_words[kind];
        if (list_has((struct word_list){list.words, list.count}, word)) return true;
    }
    return false;
}

static bool is_ordinary(struct str folded, const struct country *country,
                        const struct language_set *languages) {
    if (folded.n < ALONE_MIN || is_place_word(country, folded)) return true;
    for (size_t i = 0; i < languages->count; i++) {
        if (is_word_of(languages->languages[i], folded)) return true;
    }
    return false;
}

// ---- numbers

// The one that the text ends with, in figures or in kanji up to 99; `before` is what
// stands in front of it. 0: none.
static int number_behind(struct str text, struct str *before) {
    int number = 0, unit = 1;
    size_t end = text.n;
    while (end > 0 && text.p[end - 1] >= '0' && text.p[end - 1] <= '9' && unit <= 100) {
        number += unit * (text.p[--end] - '0');
        unit *= 10;
    }
    *before = str_slice(text, 0, end);
    if (number > 0) return number;
    for (int i = 0; i < TENS_MAX; i++) {
        if (!str_ends(*before, str_of(figures[i]))) continue;
        number = i + 1;
        *before = str_slice(*before, 0, before->n - strlen(figures[i]));
        break;
    }
    if (!str_ends(*before, STR("十"))) return number;
    *before = str_slice(*before, 0, before->n - strlen("十"));
    for (int i = 0; i < TENS_MAX; i++) {
        if (!str_ends(*before, str_of(figures[i]))) continue;
        *before = str_slice(*before, 0, before->n - strlen(figures[i]));
        return number + (i + 1) * 10;
    }
    return number + 10;
}

// ---- the spellings

struct spellings {
    struct place_entry entry;
    const struct country *country;
    const struct language_set *languages;
    struct arena *arena;
    struct place_entry *out;
    size_t count;
};

static void add(struct spellings *s, struct str spelling, enum place_mode mode) {
    struct str folded = fold_text(spelling, s->arena);
    if (folded.n < PLACES_NAME_MIN || s->count == PLACE_SPELLINGS_MAX) return;
    for (size_t i = 0; i < s->count; i++) {
        if (str_eq(fold_text(s->out[i].spelling, s->arena), folded)) return;
    }
    if (mode == PLACE_MODE_PLAIN && is_ordinary(folded, s->country, s->languages))
        mode = PLACE_MODE_ORDINARY;
    s->out[s->count] = s->entry;
    s->out[s->count].spelling = spelling;
    s->out[s->count++].mode = mode;
}

static void joined_add(struct spellings *s, struct str folded) {
    char *joined = arena_alloc(s->arena, folded.n);
    size_t n = 0;
    for (size_t i = 0; i < folded.n; i++) {
        if (folded.p[i] != ' ') joined[n++] = folded.p[i];
    }
    // Of figures and blanks another number would come.
    bool has_number = false;
    for (size_t i = 0; i < n; i++) has_number |= joined[i] >= '0' && joined[i] <= '9';
    if (n < folded.n && !has_number) add(s, (struct str){joined, n}, s->entry.mode);
}

// "大久保三丁目": 大久保3丁目, 大久保3 with figures behind it, and 大久保.
static void number_add(struct spellings *s, struct str folded, struct str word) {
    struct str before;
    struct str rest = str_trim(str_slice(folded, 0, folded.n - word.n));
    int number = number_behind(rest, &before);
    struct str town = str_trim(before);
    if (number == 0 || town.n < PLACES_NAME_MIN) return;
    const char *gap = town.n < before.n ? " " : "";
    struct str numbered =
        arena_printf(s->arena, "%.*s%s%d", (int)town.n, town.p, gap, number);
    add(s, arena_join(s->arena, numbered, str_slice(folded, rest.n, folded.n)),
        s->entry.mode);
    add(s, numbered, PLACE_MODE_NUMBER);
    add(s, town, s->entry.mode);
}

size_t place_spellings(struct place_entry entry, const struct country *country,
                       const struct language_set *languages, struct arena *arena,
                       struct place_entry *out) {
    struct spellings s = {entry, country, languages, arena, out, 0};
    struct str folded = fold_text(entry.spelling, arena);
    struct place_words behind = country->place_words[PLACE_WORD_AFTER_NUMBER];
    add(&s, entry.spelling, entry.mode);
    joined_add(&s, folded);
    for (size_t i = 0; i < behind.count; i++) {
        if (!str_ends(folded, behind.words[i])) continue;
        number_add(&s, folded, behind.words[i]);
        break;
    }
    return s.count;
}
