// SPDX-License-Identifier: Apache-2.0
//
// Covers handlers/data_file.c, language_file.c, language_lists.c, country.c, and the
// corpus: any bytes as a data file give a value or errors with file and line, never both
// nothing.
#include "handlers/country.h"
#include "handlers/language.h"
#include "handlers/triage/corpus.h"
#include "handlers/triage/model.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(1 << 16);
    struct str bytes = {(const char *)data, size}, name = STR("x");
    struct language_set set = {0};
    struct corpus corpus = {0};
    struct buf errors;
    buf_init(&errors, 1 << 20);
    FUZZ_CHECK(language_read(bytes, name, arena, &errors) != NULL || errors.n > 0);
    errors.n = 0;
    FUZZ_CHECK(country_read(bytes, name, arena, &errors) != NULL || errors.n > 0);
    errors.n = 0;
    FUZZ_CHECK(language_danger_read(bytes, name, &set, arena, &errors) || errors.n > 0);
    errors.n = 0;
    struct corpus_file file = {name, STR("en"), STR("a"), bytes};
    FUZZ_CHECK(corpus_read(&corpus, &file, arena, &errors) || errors.n > 0);
    errors.n = 0;
    FUZZ_CHECK(model_read(bytes, arena, &errors) != NULL || errors.n > 0);
    buf_free(&errors);
    arena_free(arena);
    return 0;
}
