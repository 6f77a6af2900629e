// SPDX-License-Identifier: Apache-2.0
//
// Reading is strict, because a mislabelled line costs more than a missing one.
#include "handlers/triage/corpus.h"

#include "core/utf8.h"

enum { COLUMNS = 5 };

struct line {
    const struct corpus_file *file;
    size_t number;
    struct buf *errors;
    bool is_wrong;
};

static void wrong(struct line *line, const char *column, const char *problem) {
    line->is_wrong = true;
    buf_addf(line->errors, "%.*s:%zu: %s: %s\n", (int)line->file->name.n,
             line->file->name.p, line->number, column, problem);
}

static bool is_situation(struct str text) {
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        if (!is_word) return false;
    }
    return text.n > 0;
}

// The text with its line breaks.
static struct str text_decode(struct str text, struct arena *arena) {
    if (!str_contains(text, STR("\\n"))) return text;
    char *out = arena_alloc(arena, text.n);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        bool is_break = text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == 'n';
        out[n++] = is_break ? '\n' : text.p[i];
        i += is_break;
    }
    return (struct str){out, n};
}

static bool row_read(struct line *line, struct str text, struct corpus_row *row,
                     struct arena *arena) {
    struct str columns[COLUMNS] = {{0}};
    size_t n = 0;
    while (n < COLUMNS && str_next(&text, '\t', &columns[n])) n++;
    int64_t urgency = 0;
    if (n < COLUMNS || text.p != NULL) {
        wrong(line, "line", "must have five columns");
        return false;
    }
    if (!is_situation(columns[0])) wrong(line, "situation", "must be of a-z, 0-9 and _");
    if (!intent_from_text(columns[1], &row->intent))
        wrong(line, "intent", "is not an intent");
    if (!category_from_text(columns[2], &row->category))
        wrong(line, "category", "is not a category");
    if (!str_to_i64(columns[3], &urgency) || urgency < 0 || urgency > 3)
        wrong(line, "urgency", "must be 0 to 3");
    if (str_trim(columns[4]).n == 0 || !utf8_valid(columns[4]))
        wrong(line, "text", "is empty or not UTF-8");
    row->situation = columns[0];
    row->urgency = (int16_t)urgency;
    row->language = line->file->language;
    row->pass = line->file->pass;
    row->text = text_decode(columns[4], arena);
    return !line->is_wrong;
}

static void row_add(struct corpus *corpus, struct corpus_row row, struct arena *arena) {
    if (corpus->count == corpus->room) {
        size_t room = corpus->room * 2 + 256;
        struct corpus_row *rows = ARENA_ARRAY(arena, struct corpus_row, room);
        if (corpus->count > 0) memcpy(rows, corpus->rows, corpus->count * sizeof *rows);
        corpus->rows = rows;
        corpus->room = room;
    }
    corpus->rows[corpus->count++] = row;
}

bool corpus_read(struct corpus *corpus, const struct corpus_file *file,
                 struct arena *arena, struct buf *errors) {
    struct str text, rest = file->bytes;
    size_t number = 0;
    bool is_right = true;
    while (str_next(&rest, '\n', &text)) {
        struct line line = {file, ++number, errors, false};
        struct corpus_row row = {0};
        if (text.n == 0 || text.p[0] == '#') continue;
        if (row_read(&line, text, &row, arena)) row_add(corpus, row, arena);
        else is_right = false;
    }
    return is_right;
}
