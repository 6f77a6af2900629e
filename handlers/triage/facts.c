// SPDX-License-Identifier: Apache-2.0
//
// A place is a word such as "street", "rt" or 丁目 together with what stands before or
// behind it: words, or a run of kanji, katakana and figures.
#include "handlers/triage/facts.h"

#include "core/utf8.h"
#include "handlers/fold.h"

enum { PHONE_LEAST = 9, PHONE_MOST = 13, DENSE_MOST = 10 };
enum { WORDS_BEFORE = 2, WORDS_BEHIND = 3 };

struct fact_text fact_text_new(struct str text, struct arena *arena) {
    struct fact_text out = {.text = text};
    uint32_t *from;
    struct str folded = fold_text_map(text, arena, &from);
    char *padded = arena_alloc(arena, folded.n + 2);
    out.from = ARENA_ARRAY(arena, uint32_t, folded.n + 3);
    padded[0] = ' ';
    memcpy(padded + 1, folded.p, folded.n);
    padded[folded.n + 1] = ' ';
    memcpy(out.from + 1, from, (folded.n + 1) * sizeof *from);
    out.from[folded.n + 2] = from[folded.n];
    out.folded = (struct str){padded, folded.n + 2};
    out.offsets = ARENA_ARRAY(arena, uint32_t, text.n + 1);
    for (size_t at = 0; at < text.n; (void)utf8_next(text, &at))
        out.offsets[out.count++] = (uint32_t)at;
    out.offsets[out.count] = (uint32_t)text.n;
    return out;
}

static uint32_t point_at(const struct fact_text *text, uint32_t character) {
    size_t at = text->offsets[character];
    return utf8_next(text->text, &at);
}

bool fact_find(const struct fact_text *text, struct str word, struct fact_span *out) {
    const char *found =
        word.n > 0 ? memmem(text->folded.p, text->folded.n, word.p, word.n) : NULL;
    if (found == NULL) return false;
    size_t from = (size_t)(found - text->folded.p), to = from + word.n;
    while (from < to && text->folded.p[from] == ' ') from++;
    while (to > from && text->folded.p[to - 1] == ' ') to--;
    if (from == to) return false;
    // With what folding dropped behind it: marks, lengthened vowels.
    uint32_t start = text->from[from], last = text->from[to - 1];
    uint32_t end = text->from[to] > last ? text->from[to] : last + 1;
    while (end > start + 1 &&
           (point_at(text, end - 1) == ' ' || point_at(text, end - 1) == 0x3000))
        end--;
    *out = (struct fact_span){start, end - start};
    return true;
}

struct str fact_value(const struct fact_text *text, struct fact_span span) {
    return str_slice(text->text, text->offsets[span.start],
                     text->offsets[span.start + span.length]);
}

static bool is_digit(uint32_t point) {
    return (point >= '0' && point <= '9') || (point >= 0xFF10 && point <= 0xFF19);
}

// What names of places are written with where words do not stand apart.
static bool is_dense_name(uint32_t point) {
    bool is_kanji = point >= 0x3400 && point <= 0x9FFF;
    bool is_katakana = point >= 0x30A1 && point <= 0x30FC;
    return is_kanji || is_katakana || is_digit(point) || point == 0x3005 ||
           point == '-' || point == 0xFF0D;
}

static bool is_stop(uint32_t point) {
    return point == ',' || point == '.' || point == '!' || point == '?' ||
           point == '\n' || point == 0x3001 || point == 0x3002;
}

static struct fact_span dense_extend(const struct fact_text *text, struct fact_span span,
                                     bool is_behind) {
    uint32_t start = span.start, end = span.start + span.length;
    for (int i = 0; i < DENSE_MOST && !is_behind && start > 0; i++, start--) {
        if (!is_dense_name(point_at(text, start - 1))) break;
    }
    for (int i = 0; i < DENSE_MOST && end < text->count; i++, end++) {
        uint32_t point = point_at(text, end);
        if (!is_dense_name(point) && (!is_behind || point >= 0x80)) break;
    }
    return (struct fact_span){start, end - start};
}

static struct fact_span words_extend(const struct fact_text *text, struct fact_span span,
                                     bool is_behind) {
    uint32_t start = span.start, end = span.start + span.length;
    for (int words = 0; !is_behind && words < WORDS_BEFORE && start > 1; words++) {
        if (point_at(text, start - 1) != ' ' || is_stop(point_at(text, start - 2))) break;
        start--;
        while (start > 0 && point_at(text, start - 1) != ' ') start--;
    }
    for (int words = 0; is_behind && words < WORDS_BEHIND; words++) {
        if (end + 1 >= text->count || point_at(text, end) != ' ') break;
        end++;
        while (end < text->count && point_at(text, end) != ' ' &&
               !is_stop(point_at(text, end)))
            end++;
    }
    return (struct fact_span){start, end - start};
}

struct found {
    const struct fact_text *text;
    struct fact *out;
    size_t count;
};

static void add(struct found *found, const char *code, struct fact_span span) {
    if (found->count < FACTS_MAX) found->out[found->count++] = (struct fact){code, span};
}

static bool is_separator(uint32_t point) {
    return point == ' ' || point == '-' || point == '(' || point == ')' ||
           point == 0x2010 || point == 0x2212 || point == 0xFF0D || point == 0x30FC;
}

struct run {
    uint32_t last; // its last figure
    int digits;
};

// The figures from a place on, the separators between them one by one.
static struct run run_of(const struct fact_text *text, uint32_t at) {
    struct run run = {.last = at};
    int gaps = 0;
    for (uint32_t end = at; end < text->count && gaps < 2; end++) {
        uint32_t point = point_at(text, end);
        if (is_digit(point)) {
            run = (struct run){end, run.digits + 1};
            gaps = 0;
        } else if (end > at) {
            if (!is_separator(point)) break;
            gaps++;
        }
    }
    return run;
}

// As many figures as telephone numbers have, that begin as they do.
static void phone_find(struct found *found) {
    const struct fact_text *text = found->text;
    for (uint32_t at = 0; at < text->count; at++) {
        uint32_t first = point_at(text, at);
        if (!is_digit(first) && first != '+') continue;
        struct run run = run_of(text, at);
        bool is_phone = first == '+' || first == '0' || first == 0xFF10;
        if (is_phone && run.digits >= PHONE_LEAST && run.digits <= PHONE_MOST)
            add(found, "fact:phone", (struct fact_span){at, run.last + 1 - at});
        at = run.last;
    }
}

// Which classes of words tell what, and from how many letters on where words stand apart.
static const struct {
    const char *class, *code;
    bool is_place, is_behind;
    uint32_t least;
} kinds[] = {
    {"place_of", "fact:place", true, false, 2},
    {"place_at", "fact:place", true, true, 2},
    {"now", "fact:time", false, false, 3},
    {"past", "fact:time", false, false, 5},
    {"injury", "fact:hurt", false, false, 3},
    {"weapon", "fact:weapon", false, false, 3},
    {"here", "fact:here", false, false, 4},
};

static bool has_word(struct word_list list, struct str word) {
    for (size_t i = 0; i < list.count; i++) {
        if (str_eq(list.words[i], word)) return true;
    }
    return false;
}

// The longest word of a list that stands in the text: "right now" says more than "now".
// Without the words of `not`.
static bool longest_find(const struct fact_text *text, struct word_list list,
                         struct word_list not, struct fact_span *out) {
    out->length = 0;
    for (size_t i = 0; i < list.count; i++) {
        struct fact_span span;
        if (has_word(not, list.words[i])) continue;
        if (fact_find(text, list.words[i], &span) && span.length > out->length)
            *out = span;
    }
    return out->length > 0;
}

static size_t class_index(const char *name) {
    size_t i = 0;
    while (i < LANGUAGE_CLASSES_MAX && language_class_name(i) != NULL &&
           strcmp(language_class_name(i), name) != 0)
        i++;
    return i;
}

static void language_facts(struct found *found, const struct look_language *known,
                           const struct words_hits *hits) {
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t class = class_index(kinds[i].class);
        struct fact_span span;
        bool is_apart = known->language->has_spaces;
        if (!words_has(hits, known->classes[class])) continue;
        if (!longest_find(found->text, known->language->classes[class],
                          known->language->tenses, &span))
            continue;
        if (is_apart && span.length < kinds[i].least) continue;
        if (kinds[i].is_place)
            span = is_apart ? words_extend(found->text, span, kinds[i].is_behind)
                            : dense_extend(found->text, span, kinds[i].is_behind);
        add(found, kinds[i].code, span);
    }
}

size_t facts_read(const struct triage *triage, const struct language *language,
                  const struct fact_text *text, struct fact *out) {
    struct found found = {text, out, 0};
    struct words_hits hits;
    phone_find(&found);
    words_scan(triage->words, text->folded, &hits);
    for (size_t l = 0; l < triage->set->count; l++) {
        const struct look_language *known = &triage->languages[l];
        if (language == NULL || known->language == language)
            language_facts(&found, known, &hits);
    }
    return found.count;
}
