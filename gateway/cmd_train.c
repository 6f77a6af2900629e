// SPDX-License-Identifier: Apache-2.0
//
// `koban train [corpus-folder [model-file]]`: makes the triage model from the corpus and
// the language files alone; the same files give the same bytes. Prints what
// cross-validation found. The new model is in place whole or not at all.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/command_line.h"
#include "gateway/file.h"
#include "gateway/house.h"
#include "handlers/triage/model.h"
#include "handlers/triage/train.h"

enum { MEMORY_BYTES = 1 << 24, TEXT_BYTES = 1 << 16 };

// corpus/ beside the model, unless told.
static struct str corpus_folder(const struct config *config, int argc, char **argv,
                                struct arena *arena) {
    if (argc > 1) return str_of(argv[1]);
    const char *slash = strrchr(config->model, '/');
    size_t n = slash != NULL ? (size_t)(slash - config->model) : 0;
    if (n == 0) return STR("corpus");
    return arena_printf(arena, "%.*s/corpus", (int)n, config->model);
}

static bool corpus_read(struct train_corpus *corpus, struct str folder,
                        struct arena *arena, struct buf *errors) {
    struct str *names = ARENA_ARRAY(arena, struct str, FILE_LIST_MAX);
    size_t count =
        file_list(arena_cstr(arena, folder), ".tsv", arena, names, FILE_LIST_MAX);
    bool is_right = count > 0;
    if (count == 0)
        buf_addf(errors, "%.*s: no corpus file (*.tsv)\n", (int)folder.n, folder.p);
    for (size_t i = 0; i < count; i++) {
        struct str bytes, path = arena_printf(arena, "%.*s/%.*s", (int)folder.n, folder.p,
                                              (int)names[i].n, names[i].p);
        bool is_read = file_read(arena_cstr(arena, path), arena, &bytes);
        if (!is_read) buf_addf(errors, "%.*s: cannot be read\n", (int)path.n, path.p);
        if (!is_read || !train_read(corpus, bytes, path, arena, errors)) is_right = false;
    }
    return is_right;
}

static bool model_put(const char *path, struct str bytes, struct arena *arena) {
    const char *fresh = arena_cstr(arena, arena_printf(arena, "%s.new", path));
    FILE *file = fopen(fresh, "wb");
    if (file == NULL) return false;
    bool is_written = fwrite(bytes.p, 1, bytes.n, file) == bytes.n;
    is_written = fclose(file) == 0 && is_written;
    return is_written && rename(fresh, path) == 0;
}

static bool train_all(const struct config *config, int argc, char **argv,
                      struct arena *arena, struct buf *errors) {
    struct house house;
    struct train_corpus corpus = {0};
    struct buf model, report;
    buf_init_arena(&model, arena, MODEL_BYTES_MAX);
    buf_init_arena(&report, arena, TEXT_BYTES);
    if (!house_read(&house, config, arena, errors)) return false;
    errors->n = 0; // a model that is not there yet is no mistake here
    struct str folder = corpus_folder(config, argc, argv, arena);
    if (!corpus_read(&corpus, folder, arena, errors)) return false;
    bool is_made = train_run(&corpus, house.languages, arena, &model, &report);
    (void)fwrite(report.p, 1, report.n, stdout);
    if (!is_made || model.failed) return false;
    const char *path = argc > 2 ? argv[2] : config->model;
    if (model_put(path, buf_str(&model), arena)) return true;
    buf_addf(errors, "%s: cannot be written\n", path);
    return false;
}

int cmd_train(int argc, char **argv, const struct config *config) {
    if (argc > 3) {
        (void)fprintf(stderr, "usage: koban train [corpus-folder [model-file]]\n");
        return 2;
    }
    struct arena *arena = arena_new(MEMORY_BYTES);
    struct buf errors;
    buf_init_arena(&errors, arena, TEXT_BYTES);
    bool is_right = train_all(config, argc, argv, arena, &errors);
    (void)fwrite(errors.p != NULL ? errors.p : "", 1, errors.n, stderr);
    arena_free(arena);
    return is_right ? 0 : 1;
}
