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
