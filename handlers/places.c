// SPDX-License-Identifier: Apache-2.0
//
// Spellings stand in the order of their bytes, and a table tells where those with the
// same first two bytes begin. From there a walk along the text narrows the run byte by
// byte; the spelling that ends first stands first in its run. No memory but the folded
// text.
#include "handlers/places.h"

#include <stdlib.h>

#include "core/utf8.h"
#include "handlers/fold.h"

enum { HEAD_BYTES = 2, HEADS = 65536, LONG_VOWEL = 0x30FC };

struct entry {
    struct str folded;
    struct str name, kind;
    int32_t koban_id;
    enum place_mode mode;
};

struct places {
    const struct entry *entries; // by folded, koban
    size_t count;
    uint32_t heads[HEADS + 1]; // of each two first bytes: where their run begins
};

static int by_bytes(const void *one, const void *other) {
    const struct entry *a = one, *b = other;
    int order = str_cmp(a->folded, b->folded);
    if (order != 0) return order;
    if (a->koban_id != b->koban_id) return a->koban_id < b->koban_id ? -1 : 1;
    return (int)a->mode - (int)b->mode;
}

static size_t head_of(const char *p) {
    return (size_t)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static void heads_fill(struct places *places) {
    size_t at = 0;
    for (size_t head = 0; head <= HEADS; head++) {
        while (at < places->count && head_of(places->entries[at].folded.p) < head) at++;
        places->heads[head] = (uint32_t)at;
    }
}

struct places *places_new(const struct place_entry *entries, size_t count,
                          struct arena *arena) {
    struct places *places = ARENA_NEW(arena, struct places);
    struct arena *scratch = arena_new(0);
    if (count > PLACES_MAX) count = PLACES_MAX;
    struct entry *sorted = ARENA_ARRAY(arena, struct entry, count);
    for (size_t i = 0; i < count; i++) {
        const struct place_entry *entry = &entries[i];
        struct str folded = fold_text(entry->spelling, scratch);
        if (folded.n < PLACES_NAME_MIN) continue;
        sorted[places->count++] =
            (struct entry){arena_dup(arena, folded), arena_dup(arena, entry->name),
                           arena_dup(arena, entry->kind), entry->koban_id, entry->mode};
    }
    arena_free(scratch);
    if (places->count > 0) qsort(sorted, places->count, sizeof *sorted, by_bytes);
    places->entries = sorted;
    heads_fill(places);
    return places;
}

size_t places_count(const struct places *places) {
    return places->count;
}

// ---- one name

// A run of equal spellings: [from, to) of the entries.
struct run {
    size_t from, to;
};

static unsigned char byte_at(const struct places *places, size_t entry, size_t depth) {
    return (unsigned char)places->entries[entry].folded.p[depth];
}

// The first entry of [from, to), all longer than depth, whose byte there is >= wanted.
static size_t lower(const struct places *places, struct run run, size_t depth,
                    int wanted) {
    while (run.from < run.to) {
        size_t middle = run.from + (run.to - run.from) / 2;
        if (byte_at(places, middle, depth) < wanted) run.from = middle + 1;
        else run.to = middle;
    }
    return run.from;
}

// Those of the run that are no longer than depth: they stand first.
static struct run whole(const struct places *places, struct run run, size_t depth) {
    struct run out = {run.from, run.from};
    while (out.to < run.to && places->entries[out.to].folded.n == depth) out.to++;
    return out;
}

// What is looked through.
struct scan {
    const struct places *places;
    const struct country *country;
    struct str text; // folded
};

// Letters that make words which stand apart; kana, kanji and their kin do not.
static bool is_apart(struct str text, size_t at) {
    unsigned char byte = (unsigned char)text.p[at];
    return byte < 0x80 ? byte != ' ' && byte != '?' : byte < 0xE0;
}

static size_t before(struct str text, size_t at) {
    do at--;
    while (at > 0 && ((unsigned char)text.p[at] & 0xC0) == 0x80);
    return at;
}

// Both ends of a name are ends of words, where words stand apart.
static bool is_word(struct str text, size_t from, size_t to) {
    bool is_begun = from > 0 && is_apart(text, from) &&
                    is_apart(text, before(text, from));
    size_t last = before(text, to);
    bool goes_on = to < text.n && is_apart(text, last) && is_apart(text, to);
    return !is_begun && !goes_on;
}

static bool is_figure(struct str text, size_t at) {
    return at < text.n && text.p[at] >= '0' && text.p[at] <= '9';
}

static bool has_before(struct scan scan, size_t from, enum place_word_kind kind) {
    if (scan.country == NULL) return false;
    struct place_words list = scan.country->place_words[kind];
    size_t end = from > 0 && scan.text.p[from - 1] == ' ' ? from - 1 : from;
    for (size_t i = 0; i < list.count; i++) {
        struct str word = list.words[i];
        if (word.n > end || !str_ends(str_slice(scan.text, 0, end), word)) continue;
        if (is_word(scan.text, end - word.n, end)) return true;
    }
    return false;
}

static bool has_behind(struct scan scan, size_t to, enum place_word_kind kind) {
    if (scan.country == NULL) return false;
    struct place_words list = scan.country->place_words[kind];
    size_t begin = to < scan.text.n && scan.text.p[to] == ' ' ? to + 1 : to;
    struct str rest = str_slice(scan.text, begin, scan.text.n);
    for (size_t i = 0; i < list.count; i++) {
        if (!str_starts(rest, list.words[i])) continue;
        if (is_word(scan.text, begin, begin + list.words[i].n)) return true;
    }
    return false;
}

static bool is_person(struct scan scan, size_t from, size_t to) {
    return has_before(scan, from, PLACE_WORD_BEFORE_PERSON) ||
           has_behind(scan, to, PLACE_WORD_AFTER_PERSON);
}

// Whether an entry counts where it stands.
static bool counts(struct scan scan, const struct entry *entry, size_t from, size_t to) {
    struct str text = scan.text;
    switch (entry->mode) {
    case PLACE_MODE_NUMBER:
        return to < text.n && text.p[to] == ' ' && is_figure(text, to + 1);
    case PLACE_MODE_ORDINARY:
        return (from == 0 && to == text.n) ||
               has_before(scan, from, PLACE_WORD_BEFORE_NAME) ||
               has_behind(scan, to, PLACE_WORD_AFTER_NAME);
    default: return true;
    }
}

// Those of equal spellings that count, as one name; false when none does.
static bool name_take(struct scan scan, struct run run, size_t from,
                      struct place_name *out) {
    const struct entry *entries = scan.places->entries;
    size_t to = from + entries[run.from].folded.n;
    // "第3" of "第31" is another number.
    bool is_cut = is_figure(scan.text, to - 1) && is_figure(scan.text, to);
    *out = (struct place_name){0};
    if (is_cut || !is_word(scan.text, from, to)) return false;
    for (size_t i = run.from; i < run.to; i++) {
        const struct entry *entry = &entries[i];
        bool is_other = out->koban_count == 0 ||
                        out->kobans[out->koban_count - 1] != entry->koban_id;
        if (!is_other || !counts(scan, entry, from, to)) continue;
        if (out->koban_count == 0) {
            out->name = entry->name;
            out->kind = entry->kind;
        }
        if (out->koban_count < PLACE_KOBANS_MAX)
            out->kobans[out->koban_count++] = entry->koban_id;
    }
    bool is_box = out->koban_count > 0 && str_eq(out->kind, STR("koban"));
    return out->koban_count > 0 && (is_box || !is_person(scan, from, to));
}

// The longest name that counts and begins here; its length, 0: none.
static size_t longest_at(struct scan scan, size_t from, struct place_name *out) {
    const struct places *places = scan.places;
    size_t head = head_of(scan.text.p + from), length = 0;
    struct run run = {places->heads[head], places->heads[head + 1]};
    for (size_t depth = HEAD_BYTES; run.from < run.to; depth++) {
        struct run ended = whole(places, run, depth);
        struct place_name name;
        if (ended.to > ended.from && name_take(scan, ended, from, &name)) {
            *out = name;
            length = depth;
        }
        run.from = ended.to;
        if (from + depth >= scan.text.n) break;
        int byte = (unsigned char)scan.text.p[from + depth];
        size_t first = lower(places, run, depth, byte);
        run.to = lower(places, (struct run){first, run.to}, depth, byte + 1);
        run.from = first;
    }
    return length;
}

// ---- all names of a text

static bool is_same(const struct place_name *a, const struct place_name *b) {
    return str_eq(a->name, b->name) && a->koban_count == b->koban_count &&
           memcmp(a->kobans, b->kobans, sizeof a->kobans) == 0;
}

static bool has_name(const struct place_name *names, size_t count,
                     const struct place_name *name) {
    for (size_t i = 0; i < count; i++) {
        if (is_same(&names[i], name)) return true;
    }
    return false;
}

// The character behind one that was folded: behind its marks and lengthening too.
static uint32_t end_behind(struct str text, uint32_t character) {
    size_t at = 0;
    for (uint32_t i = 0; i < character; i++) (void)utf8_next(text, &at);
    size_t end = utf8_grapheme(text, at), next = end;
    while (end < text.n && utf8_next(text, &next) == LONG_VOWEL) end = next;
    for (; at < end; character++) (void)utf8_next(text, &at);
    return character;
}

// Where in the text as it was sent they stand: only asked for when there are some.
static void spans_put(struct str text, struct place_name *names, size_t count,
                      struct arena *arena) {
    uint32_t *characters;
    struct str folded = fold_text_map(text, arena, &characters);
    for (size_t i = 0; i < count; i++) {
        struct place_name *name = &names[i];
        // Odd sequences fold otherwise one by one: then only that it is there is told.
        size_t from = name->start, to = name->start + name->length;
        name->start = 0;
        name->length = 0;
        if (to > folded.n) continue;
        name->start = characters[from];
        name->length = end_behind(text, characters[to - 1]) - characters[from];
    }
}

size_t places_find(const struct places *places, const struct country *country,
                   struct str text, struct arena *arena, struct place_name *out) {
    if (places->count == 0 || text.n == 0 || text.n > PLACES_TEXT_MAX) return 0;
    struct scan scan = {places, country, fold_text(text, arena)};
    size_t count = 0;
    for (size_t at = 0; at + HEAD_BYTES <= scan.text.n && count < PLACE_NAMES_MAX;) {
        struct place_name *name = &out[count];
        size_t length = longest_at(scan, at, name);
        name->start = (uint32_t)at;
        name->length = (uint32_t)length;
        if (length > 0 && !has_name(out, count, name)) count++;
        size_t next = at;
        (void)utf8_next(scan.text, &next);
        at = length > 0 ? at + length : next;
    }
    if (count > 0) spans_put(text, out, count, arena);
    return count;
}

void places_each(const struct places *places,
                 void (*each)(void *context, int32_t koban_id, struct str folded),
                 void *context) {
    for (size_t i = 0; i < places->count; i++) {
        if (places->entries[i].mode == PLACE_MODE_NUMBER) continue;
        each(context, places->entries[i].koban_id, places->entries[i].folded);
    }
}
