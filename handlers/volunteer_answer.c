// SPDX-License-Identifier: Apache-2.0
//
// Names are compared folded, so width, case and kana do not matter; the closest one is
// found by the number of letters to change.
#include "handlers/volunteer_answer.h"

#include "core/utf8.h"
#include "handlers/fold.h"
#include "handlers/places.h"

enum { NAME_LETTERS_MAX = 40, ANSWER_BYTES_MAX = 64, HOURS_PARTS = 4 };

static bool list_has(struct word_list list, struct str text) {
    for (size_t i = 0; i < list.count; i++) {
        if (str_eq(list.words[i], text)) return true;
    }
    return false;
}

// ---- places

enum { LETTERS_MIN = 3, LETTERS_A_SLIP = 5, UTF8_BYTES = 4 };

static size_t letters_of(struct str text, uint32_t out[NAME_LETTERS_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < text.n && count < NAME_LETTERS_MAX;)
        out[count++] = utf8_next(text, &i);
    return count;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

// Letters to add, drop or change (Levenshtein), one row at a time.
static size_t distance(struct str one, struct str other) {
    uint32_t a[NAME_LETTERS_MAX], b[NAME_LETTERS_MAX];
    size_t row[NAME_LETTERS_MAX + 1];
    size_t n = letters_of(one, a), m = letters_of(other, b);
    for (size_t k = 0; k <= m; k++) row[k] = k;
    for (size_t i = 1; i <= n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t k = 1; k <= m; k++) {
            size_t above = row[k];
            size_t changed = corner + (a[i - 1] != b[k - 1]);
            row[k] = least(changed, least(above, row[k - 1]) + 1);
            corner = above;
        }
    }
    return row[m];
}

// The best so far of all names.
struct nearest {
    struct str text;
    struct arena *arena;
    size_t letters, best;
    int32_t koban_id;
};

static void name_try(struct nearest *nearest, int32_t koban_id, struct str name) {
    struct str folded = fold_text(name, nearest->arena);
    if (folded.n == 0) return;
    size_t found = distance(nearest->text, folded);
    if (found >= nearest->best) return;
    nearest->best = found;
    nearest->koban_id = koban_id;
}

// A name, and the same without the word for "box": "Sakura Koban" is called Sakura.
static void names_try(struct nearest *nearest, const struct decision *decision,
                      const struct koban *koban) {
    const struct country *country = decision->house->country;
    struct str names[] = {koban->name, koban->name_ja, koban->name_id, koban->name_en};
    name_try(nearest, koban->id, koban->slug);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        name_try(nearest, koban->id, names[i]);
        for (size_t l = 0; l < country->language_count; l++) {
            struct str box = country_name(country, STR("box"), country->languages[l]);
            if (box.n == 0 || names[i].n <= box.n) continue;
            if (str_starts(names[i], box))
                name_try(nearest, koban->id, str_slice(names[i], box.n, names[i].n));
            if (str_ends(names[i], box))
                name_try(nearest, koban->id, str_slice(names[i], 0, names[i].n - box.n));
        }
    }
}

static bool is_of_force(const struct decision *decision, const struct koban *koban) {
    const struct area *area = roster_area(decision->facts->roster, koban->area_id);
    return area != NULL && area->force_id == decision->facts->channel->force_id;
}

// How many letters may be wrong.
static size_t slips(const struct nearest *nearest) {
    return 1 + nearest->letters / LETTERS_A_SLIP;
}

// The listed places, which are many: those that can be no better are not compared.
struct listed {
    struct nearest *nearest;
    const struct decision *decision;
};

static void listed_try(void *context, int32_t koban_id, struct str folded) {
    const struct listed *listed = context;
    struct nearest *nearest = listed->nearest;
    size_t most = slips(nearest) * UTF8_BYTES, n = nearest->text.n;
    bool is_far = folded.n > n + most || n > folded.n + most;
    if (is_far || nearest->best == 0) return;
    const struct koban *koban = roster_koban(listed->decision->facts->roster, koban_id);
    if (koban == NULL || !is_of_force(listed->decision, koban)) return;
    size_t found = distance(nearest->text, folded);
    if (found >= nearest->best) return;
    nearest->best = found;
    nearest->koban_id = koban_id;
}

enum place_match volunteer_place(const struct decision *decision, struct str text,
                                 struct arena *arena, int32_t *koban_id) {
    const struct facts *facts = decision->facts;
    if (text.n == 0 || text.n > ANSWER_BYTES_MAX) return PLACE_MATCH_NONE;
    uint32_t letters[NAME_LETTERS_MAX];
    struct nearest nearest = {.text = text,
                              .arena = arena,
                              .letters = letters_of(text, letters),
                              .best = SIZE_MAX};
    for (size_t i = 0; i < facts->roster->koban_count; i++) {
        const struct koban *koban = &facts->roster->kobans[i];
        if (is_of_force(decision, koban)) names_try(&nearest, decision, koban);
    }
    *koban_id = nearest.koban_id;
    if (nearest.best == 0) return PLACE_MATCH_EXACT;
    if (facts->place == PLACE_TEXT) {
        *koban_id = facts->place_koban_id;
        return PLACE_MATCH_WITHIN;
    }
    if (facts->place == PLACE_WHICH) {
        // One of several: asked as "did you mean".
        *koban_id = facts->place_choice[0];
        return PLACE_MATCH_CLOSE;
    }
    struct listed listed = {&nearest, decision};
    if (facts->places != NULL) places_each(facts->places, listed_try, &listed);
    *koban_id = nearest.koban_id;
    bool is_close = nearest.letters >= LETTERS_MIN && nearest.best <= slips(&nearest);
    return is_close ? PLACE_MATCH_CLOSE : PLACE_MATCH_NONE;
}

// ---- topics

static bool number_take(struct str *text, int64_t *number) {
    size_t n = 0;
    while (n < text->n && text->p[n] >= '0' && text->p[n] <= '9') n++;
    if (n == 0 || n > 4 || !str_to_i64(str_slice(*text, 0, n), number)) return false;
    *text = str_slice(*text, n, text->n);
    return true;
}

static bool is_all(const struct house *house, struct str text) {
    for (size_t i = 0; i < house->languages->count; i++) {
        if (list_has(house->languages->languages[i]->all, text)) return true;
    }
    return str_eq(text, STR("0"));
}

static bool number_topic(const struct country *country, int64_t number,
                         uint32_t *topics) {
    for (size_t i = 0; i < country->topic_count; i++) {
        if (country->topics[i].id != number) continue;
        *topics |= 1U << number;
        return true;
    }
    return false;
}

// Takes the longest name of a topic that the text begins with.
static bool name_topic(const struct house *house, struct arena *arena, struct str *text,
                       uint32_t *topics) {
    const struct country *country = house->country;
    size_t longest = 0;
    int found = 0;
    for (size_t i = 0; i < country->topic_count; i++) {
        for (size_t l = 0; l < house->languages->count; l++) {
            struct str name =
                fold_text(country_topic_name(country, country->topics[i].id,
                                             house->languages->languages[l]->tag),
                          arena);
            if (name.n <= longest || !str_starts(*text, name)) continue;
            longest = name.n;
            found = country->topics[i].id;
        }
    }
    if (longest == 0) return false;
    *topics |= 1U << found;
    *text = str_slice(*text, longest, text->n);
    return true;
}

bool volunteer_topics(const struct house *house, struct str text, struct arena *arena,
                      uint32_t *topics) {
    const struct country *country = house->country;
    uint32_t found = 0;
    int64_t number;
    if (is_all(house, text)) {
        for (size_t i = 0; i < country->topic_count; i++)
            found |= 1U << country->topics[i].id;
        *topics = found;
        return true;
    }
    for (struct str rest = str_trim(text); rest.n > 0; rest = str_trim(rest)) {
        bool is_taken = number_take(&rest, &number)
                            ? number_topic(country, number, &found)
                            : name_topic(house, arena, &rest, &found);
        if (!is_taken) return false;
    }
    *topics = found;
    return found != 0;
}

// ---- languages

bool volunteer_language(const struct house *house, struct str text, struct str *tag) {
    for (size_t i = 0; i < house->languages->count; i++) {
        const struct language *language = house->languages->languages[i];
        if (!list_has(language->self, text)) continue;
        *tag = language->tag;
        return true;
    }
    return false;
}

// ---- hours

static bool is_none(const struct house *house, struct str text) {
    for (size_t i = 0; i < house->languages->count; i++) {
        if (list_has(house->languages->languages[i]->none, text)) return true;
    }
    return false;
}

// Drops a word that may stand beside hours; false when there is another one.
static bool beside_drop(const struct house *house, struct str *text) {
    for (size_t l = 0; l < house->languages->count; l++) {
        struct word_list list = house->languages->languages[l]->hours;
        for (size_t i = 0; i < list.count; i++) {
            struct str word = list.words[i];
            if (!str_starts(*text, word)) continue;
            *text = str_slice(*text, word.n, text->n);
            return true;
        }
    }
    return false;
}

enum { DAY_HOURS = 24, MINUTE_LAST = 59 };

// Of three numbers one is minutes: the one that can be no hour, or "00".
static bool is_minutes(int64_t number) {
    return number > DAY_HOURS || number == 0;
}

// Hours with or without minutes: minutes of the day of both.
static bool minutes_of(const int64_t *n, size_t count, int16_t *from, int16_t *to) {
    bool is_first = count == HOURS_PARTS || (count == 3 && is_minutes(n[1]));
    bool is_second = count == HOURS_PARTS || (count == 3 && !is_first);
    size_t second = is_first ? 2 : 1;
    if (count < 2 || (is_second && count == 3 && !is_minutes(n[2]))) return false;
    int64_t minutes[2] = {is_first ? n[1] : 0, is_second ? n[second + 1] : 0};
    int64_t hours[2] = {n[0], n[second]};
    for (size_t i = 0; i < 2; i++) {
        if (hours[i] > DAY_HOURS || minutes[i] > MINUTE_LAST) return false;
        hours[i] = (hours[i] % DAY_HOURS) * (MINUTE_LAST + 1) + minutes[i];
    }
    *from = (int16_t)hours[0];
    *to = (int16_t)hours[1];
    return true;
}

bool volunteer_hours(const struct house *house, struct str text, int16_t *from,
                     int16_t *to) {
    int64_t numbers[HOURS_PARTS] = {0};
    size_t count = 0;
    if (is_none(house, text)) {
        *from = 0;
        *to = 0;
        return true;
    }
    for (struct str rest = str_trim(text); rest.n > 0; rest = str_trim(rest)) {
        int64_t number;
        if (!number_take(&rest, &number)) {
            if (!beside_drop(house, &rest)) return false;
            continue;
        }
        if (count == HOURS_PARTS) return false;
        numbers[count++] = number;
    }
    return minutes_of(numbers, count, from, to);
}
