// SPDX-License-Identifier: Apache-2.0
//
// Reading the corpus: strict, because a mislabelled line costs more than a missing one.
#include "core/utf8.h"
#include "handlers/triage/train.h"

struct line {
    struct str name;
    size_t number;
    struct buf *errors;
    bool is_wrong;
};

static void wrong(struct line *line, const char *column, const char *problem) {
    line->is_wrong = true;
    buf_addf(line->errors, "%.*s:%zu: %s: %s\n", (int)line->name.n, line->name.p,
             line->number, column, problem);
}

static bool row_read(struct line *line, struct str text, struct train_row *row) {
    struct str columns[5] = {{0}};
    size_t n = 0;
    while (n < ARRAY_LEN(columns) && str_next(&text, '\t', &columns[n])) n++;
    int64_t urgency = 0;
    if (n < ARRAY_LEN(columns) || text.p != NULL) {
        wrong(line, "line", "must have five columns");
        return false;
    }
    if (!intent_from_text(columns[0], &row->intent))
        wrong(line, "intent", "is not an intent");
    if (!category_from_text(columns[1], &row->category))
        wrong(line, "category", "is not a category");
    if (!str_to_i64(columns[2], &urgency) || urgency < 0 || urgency > 3)
        wrong(line, "urgency", "must be 0 to 3");
    if (columns[3].n == 0) wrong(line, "language", "is missing");
    if (str_trim(columns[4]).n == 0 || !utf8_valid(columns[4]))
        wrong(line, "text", "is empty or not UTF-8");
    row->urgency = (int16_t)urgency;
    row->language = columns[3];
    row->text = columns[4];
    return !line->is_wrong;
}

static void row_add(struct train_corpus *corpus, struct train_row row,
                    struct arena *arena) {
    if (corpus->count == corpus->room) {
        size_t room = corpus->room * 2 + 256;
        struct train_row *rows = ARENA_ARRAY(arena, struct train_row, room);
        if (corpus->count > 0) memcpy(rows, corpus->rows, corpus->count * sizeof *rows);
        corpus->rows = rows;
        corpus->room = room;
    }
    corpus->rows[corpus->count++] = row;
}

bool train_read(struct train_corpus *corpus, struct str tsv, struct str name,
                struct arena *arena, struct buf *errors) {
    struct str text;
    size_t number = 0;
    bool is_right = true;
    while (str_next(&tsv, '\n', &text)) {
        struct line line = {name, ++number, errors, false};
        struct train_row row = {0};
        if (text.n == 0 || text.p[0] == '#') continue;
        if (row_read(&line, text, &row)) row_add(corpus, row, arena);
        else is_right = false;
    }
    return is_right;
}
