// SPDX-License-Identifier: Apache-2.0
//
// `koban train --with-corrections`: a candidate from the corpus and what officers said,
// held against the model that serves by the frozen set; in place only when it is no
// worse. `koban train --rollback`: the one before. Who is believed: docs/learning.md.
#include <stdio.h>
#include <stdlib.h>

#include "gateway/cli_db.h"
#include "gateway/file.h"
#include "gateway/house.h"
#include "gateway/side_by_side.h"
#include "gateway/site_model.h"
#include "gateway/training.h"
#include "handlers/fold.h"
#include "handlers/triage/compare.h"
#include "handlers/triage/model.h"
#include "handlers/triage/train.h"

// Of one officer so many count; of a language one line in so many of its corpus.
#define OFFICER_MOST "200"
enum { CORPUS_SHARE = 20 };

struct learning {
    const struct config *config;
    struct arena *arena;
    struct buf errors, report;
    struct house house;
    struct corpus corpus, frozen, said; // said: what officers said
    size_t corpus_count;                // rows of the corpus before theirs
};

static size_t rows_of(const struct corpus *corpus, size_t count, struct str language) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += str_eq(corpus->rows[i].language, language);
    return found;
}

// The same message twice teaches once; one of the frozen set, never.
static bool is_known(const struct corpus *corpus, struct str text) {
    struct arena *arena = arena_new(0);
    struct str folded = fold_text(text, arena);
    bool is_found = false;
    for (size_t i = 0; i < corpus->count && !is_found; i++)
        is_found = str_eq(fold_text(corpus->rows[i].text, arena), folded);
    arena_free(arena);
    return is_found;
}

static struct str column(struct learning *l, const PGresult *result, int row, int at) {
    struct str value = {PQgetvalue(result, row, at),
                        (size_t)PQgetlength(result, row, at)};
    return arena_dup(l->arena, value);
}

static int column_int(const PGresult *result, int row, int at) {
    int64_t value = 0;
    (void)!str_to_i64(str_of(PQgetvalue(result, row, at)), &value);
    return (int)value;
}

// Why a correction is left out; NULL: it counts.
static const char *left_out(struct learning *l, const struct corpus_row *row) {
    size_t lines = rows_of(&l->corpus, l->corpus_count, row->language);
    if (rows_of(&l->frozen, l->frozen.count, row->language) == 0)
        return "no frozen lines in its language";
    if (rows_of(&l->said, l->said.count, row->language) >= lines / CORPUS_SHARE)
        return "more than one line in twenty";
    if (is_known(&l->frozen, row->text)) return "stands in the frozen set";
    return is_known(&l->said, row->text) ? "said already" : NULL;
}

static void said_take(struct learning *l, const PGresult *result) {
    int count = PQntuples(result);
    l->said.rows = ARENA_ARRAY(l->arena, struct corpus_row, (size_t)count + 1);
    // The newest first: they count when there are too many.
    for (int i = count - 1; i >= 0; i--) {
        struct corpus_row row = {.situation = STR("correction"),
                                 .pass = STR("officers"),
                                 .language = column(l, result, i, 0),
                                 .intent = (enum intent)column_int(result, i, 1),
                                 .category = (enum category)column_int(result, i, 2),
                                 .urgency = (int16_t)column_int(result, i, 3),
                                 .text = column(l, result, i, 4)};
        const char *why = left_out(l, &row);
        if (why == NULL) l->said.rows[l->said.count++] = row;
        else
            (void)printf("left out (%.*s): %s\n", (int)row.language.n, row.language.p,
                         why);
    }
}

static bool said_read(struct learning *l) {
    const struct config *config = l->config;
    PGconn *conn =
        cli_connect(config->owner[0] != '\0' ? config->owner : config->database);
    if (conn == NULL) return false;
    PGresult *result =
        cli_query(conn, "select * from admin_correction_rows($1)", OFFICER_MOST, NULL);
    if (result != NULL) said_take(l, result);
    PQclear(result);
    PQfinish(conn);
    return result != NULL;
}

// The corpus with what officers said behind it.
static void corpora_join(struct learning *l) {
    size_t count = l->corpus.count + l->said.count;
    struct corpus_row *rows = ARENA_ARRAY(l->arena, struct corpus_row, count);
    memcpy(rows, l->corpus.rows, l->corpus.count * sizeof *rows);
    memcpy(rows + l->corpus.count, l->said.rows, l->said.count * sizeof *rows);
    l->corpus = (struct corpus){.rows = rows, .count = count, .room = count};
}

static bool inputs_read(struct learning *l) {
    const char *model = l->config->model;
    if (!house_read(&l->house, l->config, l->arena, &l->errors)) return false;
    if (triage_version(l->house.triage).n == 0) return false; // told in errors
    l->errors.n = 0;
    bool is_read = training_read(training_beside(model, "corpus", l->arena), &l->corpus,
                                 l->arena, &l->errors) &&
                   training_read(training_beside(model, "frozen", l->arena), &l->frozen,
                                 l->arena, &l->errors);
    l->corpus_count = l->corpus.count;
    return is_read && said_read(l);
}

static bool candidate_put(struct learning *l, struct str candidate) {
    struct str shipped;
    if (!file_read(l->config->model, l->arena, &shipped)) return false;
    return site_model_put(l->config, shipped, candidate, &l->errors);
}

// The exit code.
static int candidate_make(struct learning *l) {
    struct buf model, folds;
    buf_init_arena(&model, l->arena, MODEL_BYTES_MAX);
    buf_init_arena(&folds, l->arena, TRAINING_TEXT);
    struct train_input input = {&l->corpus, l->house.languages, l->house.country,
                                side_by_side};
    struct train_output output = {&model, &folds, NULL};
    if (!train_run(&input, &output, l->arena)) {
        (void)fwrite(folds.p, 1, folds.n, stderr);
        return 1;
    }
    struct str bytes = buf_str(&model);
    const struct triage *next =
        triage_new(bytes, l->house.languages, l->house.country, l->arena, &l->errors);
    bool is_accepted = compare_models(l->house.triage, next, &l->frozen, &l->report);
    (void)fwrite(l->report.p, 1, l->report.n, stdout);
    if (!is_accepted) return TRAINING_EXIT_REFUSED;
    if (!candidate_put(l, bytes)) return 1;
    struct str version = triage_version(next);
    (void)printf("model %.*s serves when the gateways start again\n", (int)version.n,
                 version.p);
    return 0;
}

static int learn(struct learning *l) {
    if (!inputs_read(l)) return 1;
    (void)printf("%zu corrections, %zu lines of the corpus\n", l->said.count,
                 l->corpus.count);
    if (l->said.count == 0) return 0;
    corpora_join(l);
    return candidate_make(l);
}

int training_learn(const struct config *config) {
    struct learning l = {.config = config, .arena = arena_new(TRAINING_MEMORY)};
    if (config->site_model[0] == '\0') {
        (void)fprintf(stderr, "site_model is not set: there is no place for a model\n");
        arena_free(l.arena);
        return 2;
    }
    buf_init_arena(&l.errors, l.arena, TRAINING_TEXT);
    buf_init_arena(&l.report, l.arena, TRAINING_TEXT);
    int code = learn(&l);
    (void)fwrite(l.errors.p != NULL ? l.errors.p : "", 1, l.errors.n, stderr);
    arena_free(l.arena);
    return code;
}

int training_rollback(const struct config *config) {
    struct buf errors;
    const char *now;
    buf_init(&errors, TRAINING_TEXT);
    bool is_done = site_model_rollback(config, &now, &errors);
    if (is_done) (void)printf("%s serves when the gateways start again\n", now);
    (void)fwrite(errors.p != NULL ? errors.p : "", 1, errors.n, stderr);
    buf_free(&errors);
    return is_done ? 0 : 1;
}
