// SPDX-License-Identifier: Apache-2.0
//
// `koban train [--folds FILE] [corpus-folder [model-file]]`: makes the triage model from
// the corpus and the language files alone; the same files give the same bytes. Prints
// what cross-validation found, and writes every judgement of it to FILE for `make eval`.
// The new model is in place whole or not at all. `--with-corrections` and `--rollback`:
// cmd_learn.c.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/command_line.h"
#include "gateway/file.h"
#include "gateway/house.h"
#include "gateway/side_by_side.h"
#include "gateway/training.h"
#include "handlers/triage/model.h"
#include "handlers/triage/train.h"

enum { FOLDS_BYTES = 1 << 26 };

struct training_job {
    const struct config *config;
    struct str folds;  // file; empty: not wanted
    struct str folder; // of the corpus
    struct str model;  // file
    struct arena *arena;
    struct buf errors;
};

struct str training_beside(const char *model, const char *name, struct arena *arena) {
    const char *slash = strrchr(model, '/');
    size_t n = slash != NULL ? (size_t)(slash - model) : 0;
    if (n == 0) return arena_printf(arena, "%s", name);
    return arena_printf(arena, "%.*s/%s", (int)n, model, name);
}

static bool arguments_read(struct training_job *job, int argc, char **argv) {
    int at = 1;
    if (argc > 2 && strcmp(argv[1], "--folds") == 0) {
        job->folds = str_of(argv[2]);
        at = 3;
    }
    const char *model = job->config->model;
    job->model = str_of(model);
    job->folder = training_beside(model, "corpus", job->arena);
    if (at < argc) job->folder = str_of(argv[at++]);
    if (at < argc) job->model = str_of(argv[at++]);
    return at == argc && !str_starts(job->folder, STR("--"));
}

struct reading {
    struct str folder;
    struct corpus *corpus;
    struct arena *arena;
    struct buf *errors;
};

// One language: what its authors wrote.
static bool language_files(const struct reading *reading, struct str tag) {
    struct arena *arena = reading->arena;
    struct str names[128],
        folder = arena_printf(arena, "%.*s/%.*s", (int)reading->folder.n,
                              reading->folder.p, (int)tag.n, tag.p);
    size_t count =
        file_list(arena_cstr(arena, folder), ".tsv", arena, names, ARRAY_LEN(names));
    bool is_right = true;
    for (size_t i = 0; i < count; i++) {
        struct corpus_file file = {.language = tag};
        file.name = arena_printf(arena, "%.*s/%.*s", (int)folder.n, folder.p,
                                 (int)names[i].n, names[i].p);
        file.pass = str_slice(names[i], 0, names[i].n - strlen(".tsv"));
        bool is_read = file_read(arena_cstr(arena, file.name), arena, &file.bytes);
        if (!is_read)
            buf_addf(reading->errors, "%.*s: cannot be read\n", (int)file.name.n,
                     file.name.p);
        if (!is_read || !corpus_read(reading->corpus, &file, arena, reading->errors))
            is_right = false;
    }
    return is_right;
}

bool training_read(struct str folder, struct corpus *corpus, struct arena *arena,
                   struct buf *errors) {
    struct reading reading = {folder, corpus, arena, errors};
    struct str *tags = ARENA_ARRAY(arena, struct str, FILE_LIST_MAX);
    size_t count = file_list(arena_cstr(arena, folder), "", arena, tags, FILE_LIST_MAX);
    bool is_right = true;
    for (size_t i = 0; i < count; i++) {
        if (!language_files(&reading, tags[i])) is_right = false;
    }
    if (corpus->count == 0)
        buf_addf(errors, "%.*s: no corpus file (<language>/*.tsv)\n", (int)folder.n,
                 folder.p);
    return is_right && corpus->count > 0;
}

// Whole or not at all.
static bool file_put(struct training_job *job, struct str name, const struct buf *bytes) {
    const char *path = arena_cstr(job->arena, name);
    const char *fresh = arena_cstr(job->arena, arena_printf(job->arena, "%s.new", path));
    FILE *file = fopen(fresh, "wbe");
    bool is_written = file != NULL && !bytes->failed &&
                      fwrite(bytes->p, 1, bytes->n, file) == bytes->n;
    if (file != NULL) is_written = fclose(file) == 0 && is_written;
    if (is_written && rename(fresh, path) == 0) return true;
    buf_addf(&job->errors, "%s: cannot be written\n", path);
    return false;
}

static bool train_all(struct training_job *job) {
    struct house house;
    struct corpus corpus = {0};
    struct buf model, report, folds;
    struct arena *arena = job->arena;
    buf_init_arena(&model, arena, MODEL_BYTES_MAX);
    buf_init_arena(&report, arena, TRAINING_TEXT);
    buf_init_arena(&folds, arena, FOLDS_BYTES);
    if (!house_read(&house, job->config, arena, &job->errors)) return false;
    job->errors.n = 0; // a model that is not there yet is no mistake here
    if (!training_read(job->folder, &corpus, arena, &job->errors)) return false;
    struct train_input input = {&corpus, house.languages, house.country, side_by_side};
    struct train_output output = {&model, &report, job->folds.n > 0 ? &folds : NULL};
    bool is_made = train_run(&input, &output, arena);
    (void)fwrite(report.p, 1, report.n, stdout);
    if (!is_made) return false;
    if (job->folds.n > 0 && !file_put(job, job->folds, &folds)) return false;
    return file_put(job, job->model, &model);
}

int cmd_train(int argc, char **argv, const struct config *config) {
    if (argc == 2 && strcmp(argv[1], "--with-corrections") == 0)
        return training_learn(config);
    if (argc == 2 && strcmp(argv[1], "--rollback") == 0) return training_rollback(config);
    struct training_job job = {.config = config, .arena = arena_new(TRAINING_MEMORY)};
    buf_init_arena(&job.errors, job.arena, TRAINING_TEXT);
    int code = 2;
    if (!arguments_read(&job, argc, argv)) {
        (void)fprintf(stderr,
                      "usage: koban train [--folds FILE] [corpus-folder [model-file]]\n"
                      "       koban train --with-corrections | --rollback\n");
    } else {
        code = train_all(&job) ? 0 : 1;
        (void)fwrite(job.errors.p != NULL ? job.errors.p : "", 1, job.errors.n, stderr);
    }
    arena_free(job.arena);
    return code;
}
