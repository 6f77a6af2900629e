// SPDX-License-Identifier: Apache-2.0
//
// Covers handlers/places.c, handlers/place_spelling.c and fold_text_map: the last line is
// a text, those before it are listed names. A name is found in itself, and what is found
// stands within the text.
#include "core/utf8.h"
#include "handlers/fold.h"
#include "handlers/place_spelling.h"
#include "tests/fuzz/fuzz.h"

enum { NAMES_MAX = 64, TEXT_BYTES_MAX = 4096 };

static const struct str floors[] = {STR_INIT("丁目"), STR_INIT("floor")};
static const struct str stations[] = {STR_INIT("駅"), STR_INIT("station")};
static const struct str persons[] = {STR_INIT("さん"), STR_INIT("mr")};
static const struct country country = {
    .place_words = {[PLACE_WORD_AFTER_NUMBER] = {floors, 2},
                    [PLACE_WORD_AFTER_NAME] = {stations, 2},
                    [PLACE_WORD_AFTER_PERSON] = {persons, 2},
                    [PLACE_WORD_BEFORE_PERSON] = {persons, 2}},
};
static const struct language_set no_languages;

static uint32_t characters(struct str text) {
    uint32_t count = 0;
    for (size_t at = 0; at < text.n; count++) (void)utf8_next(text, &at);
    return count;
}

static void check(const struct places *places, struct str text, struct arena *arena) {
    struct place_name names[PLACE_NAMES_MAX];
    size_t count = places_find(places, &country, text, arena, names);
    FUZZ_CHECK(count <= PLACE_NAMES_MAX);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(names[i].koban_count > 0 && names[i].koban_count <= PLACE_KOBANS_MAX);
        FUZZ_CHECK(names[i].start + names[i].length <= characters(text));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(1 << 16);
    bool changed;
    struct str rest =
        utf8_repair((struct str){(const char *)data, size}, arena, &changed);
    struct str line = {0}, names[NAMES_MAX];
    struct place_entry entries[NAMES_MAX * PLACE_SPELLINGS_MAX];
    size_t count = 0, entry_count = 0;
    while (count < NAMES_MAX && str_next(&rest, '\n', &line)) {
        if (rest.n == 0) break;
        struct place_entry entry = {line, line, STR("town"), (int32_t)(count % 5 + 1),
                                    (enum place_mode)(line.n % 2)};
        names[count++] = line;
        entry_count +=
            place_spellings(entry, &country, &no_languages, arena, entries + entry_count);
    }
    const struct places *places = places_new(entries, entry_count, arena);
    check(places, line, arena);
    for (size_t i = 0; i < count; i++) {
        check(places, names[i], arena);
        struct place_name found[PLACE_NAMES_MAX];
        bool is_listed = names[i].n <= TEXT_BYTES_MAX &&
                         fold_text(names[i], arena).n >= PLACES_NAME_MIN;
        FUZZ_CHECK(!is_listed || places_find(places, NULL, names[i], arena, found) > 0);
    }
    arena_free(arena);
    return 0;
}
