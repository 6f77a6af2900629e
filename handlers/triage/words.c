// SPDX-License-Identifier: Apache-2.0
//
// Entries are sorted by their text; a table by the hash of the first three bytes gives
// the run of entries that may begin at a place. Words shorter than three bytes are few
// and stand in runs of their own.
#include "handlers/triage/words.h"

#include <stdlib.h>

enum { TABLE_BITS = 13, TABLE_SIZE = 1 << TABLE_BITS, PREFIX = 3 };

struct entry {
    struct str word;
    uint32_t key; // of the first bytes
    int32_t list;
    int32_t order; // as added: the first of a list's words is shown first
};

struct words {
    struct entry *entries;
    size_t count, room;
    size_t lists;
    uint32_t starts[TABLE_SIZE + 1]; // runs of entries, by key
    bool has_short;
};

struct words *words_new(struct arena *arena) {
    return ARENA_NEW(arena, struct words);
}

// The length must be told apart as well: " a" and " ab" begin alike.
static uint32_t key_of(const char *p, size_t n) {
    uint32_t key = 0;
    for (size_t i = 0; i < n; i++) key = key << 8 | (unsigned char)p[i];
    return (uint32_t)((key + (uint32_t)n) * 2654435761U) >> (32 - TABLE_BITS);
}

static void grow(struct words *words, size_t more, struct arena *arena) {
    if (words->count + more <= words->room) return;
    size_t room = (words->count + more) * 2;
    struct entry *entries = ARENA_ARRAY(arena, struct entry, room);
    if (words->count > 0) memcpy(entries, words->entries, words->count * sizeof *entries);
    words->entries = entries;
    words->room = room;
}

int words_add(struct words *words, struct word_list list, struct arena *arena) {
    if (words->lists == WORDS_LISTS_MAX) return -1;
    int number = (int)words->lists++;
    grow(words, list.count, arena);
    for (size_t i = 0; i < list.count; i++) {
        struct str word = list.words[i];
        if (word.n == 0) continue;
        words->entries[words->count] =
            (struct entry){word, key_of(word.p, word.n < PREFIX ? word.n : PREFIX),
                           number, (int32_t)words->count};
        words->count++;
    }
    return number;
}

static int entry_cmp(const void *a, const void *b) {
    const struct entry *left = a, *right = b;
    if (left->key != right->key) return left->key < right->key ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

void words_build(struct words *words, struct arena *arena) {
    grow(words, 1, arena);
    qsort(words->entries, words->count, sizeof *words->entries, entry_cmp);
    size_t at = 0;
    for (uint32_t key = 0; key < TABLE_SIZE; key++) {
        words->starts[key] = (uint32_t)at;
        while (at < words->count && words->entries[at].key == key) {
            if (words->entries[at].word.n < PREFIX) words->has_short = true;
            at++;
        }
    }
    words->starts[TABLE_SIZE] = (uint32_t)words->count;
}

static void look(const struct words *words, const char *p, size_t left, uint32_t key,
                 struct words_hits *hits) {
    for (size_t i = words->starts[key]; i < words->starts[key + 1]; i++) {
        const struct entry *entry = &words->entries[i];
        if (entry->word.n > left || memcmp(p, entry->word.p, entry->word.n) != 0)
            continue;
        uint64_t bit = 1ULL << (entry->list % 64);
        uint64_t *bits = &hits->bits[entry->list / 64];
        if ((*bits & bit) != 0) continue;
        *bits |= bit;
        hits->first[entry->list] = entry->word;
    }
}

void words_scan(const struct words *words, struct str text, struct words_hits *hits) {
    memset(hits->bits, 0, sizeof hits->bits);
    for (size_t i = 0; i < text.n; i++) {
        const char *p = text.p + i;
        size_t left = text.n - i;
        if (left >= PREFIX) look(words, p, left, key_of(p, PREFIX), hits);
        if (!words->has_short) continue;
        look(words, p, left, key_of(p, 1), hits);
        if (left >= 2) look(words, p, left, key_of(p, 2), hits);
    }
}
