// SPDX-License-Identifier: Apache-2.0
//
// Characters: 1 to 4 in a row where a character carries much (kana, kanji), 3 to 5 where
// it carries little. Words (between spaces): one and two in a row. Digits are all one.
#include "handlers/triage/features.h"

#include "core/utf8.h"

enum { WINDOW = 5, FNV = 16777619 };

static const uint32_t seed_character = 2166136261U, seed_word = 0x9E3779B9U,
                      seed_words = 0x85EBCA6BU;

static uint32_t step(uint32_t hash, uint32_t value) {
    return (hash ^ value) * (uint32_t)FNV;
}

// Spreads into the upper bits, which the model uses.
static uint32_t finish(uint32_t hash) {
    hash ^= hash >> 15;
    hash *= 0x2C1B3C6DU;
    hash ^= hash >> 12;
    hash *= 0x297A2D39U;
    return hash;
}

struct grams {
    uint32_t *out;
    size_t n;
};

static void put(struct grams *grams, uint32_t hash) {
    if (grams->n < FEATURES_GRAMS_MAX) grams->out[grams->n++] = finish(hash);
}

static uint32_t point_of(uint32_t point) {
    return point >= '0' && point <= '9' ? '0' : point;
}

// All n-grams of characters that end with the newest one of the window.
static void characters(struct grams *grams, const uint32_t *window, size_t count) {
    bool is_dense = window[count - 1] >= 0x80;
    size_t least = is_dense ? 1 : 3;
    size_t most = is_dense ? 3 : 5;
    for (size_t n = least; n <= most && n <= count; n++) {
        uint32_t hash = step(seed_character, (uint32_t)n);
        for (size_t i = count - n; i < count; i++) hash = step(hash, window[i]);
        put(grams, hash);
    }
}

struct word_hash {
    uint32_t now, before;
    bool has_now, has_before;
};

static void word_end(struct grams *grams, struct word_hash *word) {
    if (!word->has_now) return;
    put(grams, word->now);
    if (word->has_before) put(grams, step(step(seed_words, word->before), word->now));
    word->before = word->now;
    word->has_before = true;
    word->has_now = false;
}

size_t features_grams(struct str text, uint32_t *out) {
    struct grams grams = {.out = out};
    struct word_hash word = {0};
    uint32_t window[WINDOW];
    size_t count = 0;
    for (size_t i = 0; i < text.n;) {
        uint32_t point = point_of(utf8_next(text, &i));
        if (count == WINDOW) memmove(window, window + 1, (WINDOW - 1) * sizeof *window);
        else count++;
        window[count - 1] = point;
        characters(&grams, window, count);
        if (point == ' ') {
            word_end(&grams, &word);
            continue;
        }
        if (!word.has_now) word.now = seed_word;
        word.has_now = true;
        word.now = step(word.now, point);
    }
    word_end(&grams, &word);
    return grams.n;
}

size_t features_classes(const int *classes, size_t count, uint16_t *out,
                        size_t *singles) {
    size_t n = 0;
    if (count > FEATURES_CLASSES_MAX) count = FEATURES_CLASSES_MAX;
    for (size_t i = 0; i < count; i++) out[n++] = (uint16_t)classes[i];
    *singles = n;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            // The triangle below the diagonal, row by row.
            int pair = classes[i] * (classes[i] - 1) / 2 + classes[k];
            out[n++] = (uint16_t)(LANGUAGE_CLASSES_MAX + pair);
        }
    }
    return n;
}

// What is counted in a text as it was sent.
struct shape {
    size_t mentions, tags, shouts, digits, money, upper, lower, dots, emoji, breaks;
};

static struct shape shape_count(struct str text) {
    struct shape shape = {0};
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        shape.mentions += c == '@';
        shape.tags += c == '#';
        shape.shouts += c == '!';
        shape.digits += c >= '0' && c <= '9';
        shape.money += c == '%' || c == '$';
        shape.upper += c >= 'A' && c <= 'Z';
        shape.lower += c >= 'a' && c <= 'z';
        shape.dots += c == '.' && i + 1 < text.n && text.p[i + 1] == '.';
        shape.emoji += c == 0xF0; // the first byte of what lies beyond the basic plane
        shape.breaks += c == '\n';
    }
    return shape;
}

static bool has_link(struct str text) {
    return str_contains(text, STR("http")) || str_contains(text, STR("www.")) ||
           str_contains(text, STR(".com")) || str_contains(text, STR(".example"));
}

size_t features_shape(struct str text, uint16_t *out) {
    static const uint16_t lengths[] = {16, 32, 64, 96, 140, 220};
    enum { NEEDED_DIGITS = 5, PHONE_DIGITS = 9, SHOUTED = 6 };
    struct shape shape = shape_count(text);
    const bool traits[] = {
        has_link(text),
        shape.mentions > 0,
        shape.tags > 0,
        shape.shouts > 1,
        shape.digits >= NEEDED_DIGITS,
        shape.digits >= PHONE_DIGITS,
        shape.digits == 0,
        shape.money > 0,
        shape.upper > shape.lower && shape.upper > SHOUTED,
        shape.upper == 0 && shape.lower > 0,
        shape.dots > 0,
        shape.emoji > 0,
        shape.breaks > 0,
    };
    _Static_assert(ARRAY_LEN(traits) + ARRAY_LEN(lengths) < FEATURES_SHAPE_DIMS,
                   "every trait has its number");
    const uint16_t base = LANGUAGE_CLASSES_MAX + FEATURES_PAIR_DIMS;
    size_t n = 0, length = 0;
    for (size_t i = 0; i < ARRAY_LEN(traits); i++) {
        if (traits[i]) out[n++] = (uint16_t)(base + i);
    }
    while (length < ARRAY_LEN(lengths) && text.n >= lengths[length]) length++;
    out[n++] = (uint16_t)(base + ARRAY_LEN(traits) + length);
    return n;
}
