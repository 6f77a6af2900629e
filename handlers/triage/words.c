// SPDX-License-Identifier: Apache-2.0
//
// Equal words of many lists are one entry. A table by the hash of the first three bytes
// gives the run of entries that may begin at a place; their first eight bytes are
// compared as one number. Words shorter than three bytes are few and stand in runs of
// their own. Most places begin no word: a bit for each hash says so first, in a table
// small enough to stay in the processor's nearest cache.
#include "handlers/triage/words.h"

#include <stdlib.h>

enum { TABLE_BITS = 13, TABLE_SIZE = 1 << TABLE_BITS, PREFIX = 3, HEAD = 8 };
enum { FILTER_BITS = 16, FILTER_WORDS = (1 << FILTER_BITS) / 64, BYTES = 256 };

// A word as it was added.
struct added {
    struct str word;
    uint32_t hash; // of the first bytes; its upper bits are the key
    int32_t list;
    int32_t order; // the first of a list's words is shown first
};

struct entry {
    uint64_t head, mask; // its first bytes
    struct str word;
    uint32_t lists_from, lists_to; // in words->lists_of
};

struct words {
    struct added *added;
    size_t count, room;
    size_t lists;
    struct entry *entries;
    int32_t *lists_of;
    uint32_t starts[TABLE_SIZE + 1]; // runs of entries, by key
    uint64_t filter[FILTER_WORDS];   // by the upper bits of the hash
    bool begins_short[BYTES];        // whether a short word begins with this byte
};

struct words *words_new(struct arena *arena) {
    return ARENA_NEW(arena, struct words);
}

// The length must be told apart as well: " a" and " ab" begin alike.
static uint32_t hash_of(const char *p, size_t n) {
    uint32_t key = 0;
    for (size_t i = 0; i < n; i++) key = key << 8 | (unsigned char)p[i];
    return (uint32_t)((key + (uint32_t)n) * 2654435761U);
}

static uint32_t key_of(uint32_t hash) {
    return hash >> (32 - TABLE_BITS);
}

static uint32_t filter_of(uint32_t hash) {
    return hash >> (32 - FILTER_BITS);
}

static void grow(struct words *words, size_t more, struct arena *arena) {
    if (words->count + more <= words->room) return;
    size_t room = (words->count + more) * 2;
    struct added *added = ARENA_ARRAY(arena, struct added, room);
    if (words->count > 0) memcpy(added, words->added, words->count * sizeof *added);
    words->added = added;
    words->room = room;
}

int words_add(struct words *words, struct word_list list, struct arena *arena) {
    if (words->lists == WORDS_LISTS_MAX) return -1;
    int number = (int)words->lists++;
    grow(words, list.count, arena);
    for (size_t i = 0; i < list.count; i++) {
        struct str word = list.words[i];
        if (word.n == 0) continue;
        uint32_t hash = hash_of(word.p, word.n < PREFIX ? word.n : PREFIX);
        words->added[words->count] =
            (struct added){word, hash, number, (int32_t)words->count};
        words->count++;
    }
    return number;
}

static int added_cmp(const void *a, const void *b) {
    const struct added *left = a, *right = b;
    uint32_t one = key_of(left->hash), other = key_of(right->hash);
    if (one != other) return one < other ? -1 : 1;
    int order = str_cmp(left->word, right->word);
    if (order != 0) return order;
    return left->order < right->order ? -1 : left->order > right->order;
}

static struct entry entry_of(struct str word) {
    struct entry entry = {.word = word};
    char head[HEAD] = {0}, mask[HEAD] = {0};
    size_t n = word.n < HEAD ? word.n : HEAD;
    memcpy(head, word.p, n);
    memset(mask, 0xFF, n);
    memcpy(&entry.head, head, HEAD);
    memcpy(&entry.mask, mask, HEAD);
    return entry;
}

void words_build(struct words *words, struct arena *arena) {
    grow(words, 1, arena);
    qsort(words->added, words->count, sizeof *words->added, added_cmp);
    words->entries = ARENA_ARRAY(arena, struct entry, words->count);
    words->lists_of = ARENA_ARRAY(arena, int32_t, words->count);
    size_t at = 0, n = 0;
    for (uint32_t key = 0; key < TABLE_SIZE; key++) {
        words->starts[key] = (uint32_t)n;
        for (; at < words->count && key_of(words->added[at].hash) == key; at++) {
            struct str word = words->added[at].word;
            uint32_t bit = filter_of(words->added[at].hash);
            bool is_same = n > words->starts[key] &&
                           str_eq(words->entries[n - 1].word, word);
            if (!is_same) {
                words->entries[n] = entry_of(word);
                words->entries[n++].lists_from = (uint32_t)at;
            }
            words->lists_of[at] = words->added[at].list;
            words->entries[n - 1].lists_to = (uint32_t)at + 1;
            words->filter[bit / 64] |= 1ULL << (bit % 64);
            if (word.n < PREFIX) words->begins_short[(unsigned char)word.p[0]] = true;
        }
    }
    words->starts[TABLE_SIZE] = (uint32_t)n;
}

static void hit(const struct words *words, const struct entry *entry,
                struct words_hits *hits) {
    for (uint32_t i = entry->lists_from; i < entry->lists_to; i++) {
        int32_t list = words->lists_of[i];
        uint64_t bit = 1ULL << (list % 64);
        uint64_t *bits = &hits->bits[list / 64];
        if ((*bits & bit) != 0) continue;
        *bits |= bit;
        hits->first[list] = entry->word;
    }
}

static void look(const struct words *words, const char *p, size_t left, uint32_t hash,
                 struct words_hits *hits) {
    uint32_t bit = filter_of(hash), key = key_of(hash);
    if ((words->filter[bit / 64] >> (bit % 64) & 1) == 0) return;
    uint32_t end = words->starts[key + 1];
    uint64_t head = 0;
    if (left >= HEAD) memcpy(&head, p, HEAD);
    else memcpy(&head, p, left);
    for (uint32_t i = words->starts[key]; i < end; i++) {
        const struct entry *entry = &words->entries[i];
        if ((head & entry->mask) != entry->head || entry->word.n > left) continue;
        bool is_all = entry->word.n <= HEAD ||
                      memcmp(p + HEAD, entry->word.p + HEAD, entry->word.n - HEAD) == 0;
        if (is_all) hit(words, entry, hits);
    }
}

void words_scan(const struct words *words, struct str text, struct words_hits *hits) {
    memset(hits->bits, 0, sizeof hits->bits);
    for (size_t i = 0; i < text.n; i++) {
        const char *p = text.p + i;
        size_t left = text.n - i;
        if (left >= PREFIX) look(words, p, left, hash_of(p, PREFIX), hits);
        if (!words->begins_short[(unsigned char)*p]) continue;
        look(words, p, left, hash_of(p, 1), hits);
        if (left >= 2) look(words, p, left, hash_of(p, 2), hits);
    }
}
