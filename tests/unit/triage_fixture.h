// SPDX-License-Identifier: Apache-2.0
//
// The project's own data files as values, for tests: language files, danger words, the
// Japanese country pack, the model that ships.
#ifndef TESTS_UNIT_TRIAGE_FIXTURE_H
#define TESTS_UNIT_TRIAGE_FIXTURE_H

#include "handlers/country.h"
#include "handlers/language.h"
#include "handlers/triage/corpus.h"
#include "handlers/triage/triage.h"

struct triage_fixture {
    struct arena *arena;
    struct buf errors;
    struct language_set languages;
    const struct country *country;
    const struct triage *triage;
};

// The bytes of a file below the repository's root (tests run there); fails the test when
// it cannot be read.
struct str fixture_file(const char *path, struct arena *arena);

// All files of handlers/triage/corpus in the order in which `koban train` reads them.
struct corpus fixture_corpus(struct triage_fixture *fixture);

// Everything read; fails the test on any error of the files. with_model false: as when
// the model cannot be read.
struct triage_fixture *triage_fixture_new(bool with_model);
void triage_fixture_free(struct triage_fixture *fixture);

#endif
