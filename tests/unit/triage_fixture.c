// SPDX-License-Identifier: Apache-2.0
//
// Reading the data files as the gateway does, without the gateway.
#include "tests/unit/triage_fixture.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

struct str fixture_file(const char *path, struct arena *arena) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        (void)fprintf(stderr, "%s: cannot be read; tests run at the repository's root\n",
                      path);
        exit(1);
    }
    size_t n = (size_t)ftell(file);
    rewind(file);
    char *bytes = arena_alloc(arena, n);
    n = fread(bytes, 1, n, file);
    (void)fclose(file);
    return (struct str){bytes, n};
}

struct corpus fixture_corpus(struct triage_fixture *fixture) {
    static const char folder[] = "handlers/triage/corpus/";
    struct corpus corpus = {0};
    glob_t found;
    if (glob("handlers/triage/corpus/*/*.tsv", 0, NULL, &found) != 0) exit(1);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct str path = arena_dup(fixture->arena, str_of(found.gl_pathv[i])), language;
        struct str pass = str_slice(path, strlen(folder), path.n - strlen(".tsv"));
        (void)str_next(&pass, '/', &language);
        struct corpus_file file = {path, language, pass,
                                   fixture_file(found.gl_pathv[i], fixture->arena)};
        if (!corpus_read(&corpus, &file, fixture->arena, &fixture->errors)) {
            (void)fwrite(fixture->errors.p, 1, fixture->errors.n, stderr);
            exit(1);
        }
    }
    globfree(&found);
    return corpus;
}

static void languages_read(struct triage_fixture *fixture) {
    static const char *const paths[] = {"handlers/language/ja.json",
                                        "handlers/language/en.json",
                                        "handlers/language/id.json"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct str bytes = fixture_file(paths[i], fixture->arena);
        const struct language *language =
            language_read(bytes, str_of(paths[i]), fixture->arena, &fixture->errors);
        if (language != NULL) (void)!language_add(&fixture->languages, language);
    }
    (void)!language_danger_read(
        fixture_file("handlers/language/danger.json", fixture->arena), STR("danger.json"),
        &fixture->languages, fixture->arena, &fixture->errors);
}

struct triage_fixture *triage_fixture_new(bool with_model) {
    struct arena *arena = arena_new(1 << 22);
    struct triage_fixture *fixture = ARENA_NEW(arena, struct triage_fixture);
    fixture->arena = arena;
    buf_init(&fixture->errors, 1 << 16);
    languages_read(fixture);
    fixture->country = country_read(fixture_file("deploy/country/jp.json", arena),
                                    STR("jp.json"), arena, &fixture->errors);
    struct str model = {0};
    if (with_model) model = fixture_file("handlers/triage/model.bin", arena);
    if (fixture->country != NULL)
        fixture->triage = triage_new(model, &fixture->languages, fixture->country, arena,
                                     &fixture->errors);
    bool is_right = fixture->triage != NULL && (!with_model || fixture->errors.n == 0);
    if (is_right) return fixture;
    (void)fwrite(fixture->errors.p, 1, fixture->errors.n, stderr);
    exit(1);
}

void triage_fixture_free(struct triage_fixture *fixture) {
    buf_free(&fixture->errors);
    arena_free(fixture->arena);
}
