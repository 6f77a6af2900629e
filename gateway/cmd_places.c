// SPDX-License-Identifier: Apache-2.0
//
// koban import places|check|holes: the lists of names by which texts find a koban. A file
// is a list, called as the file is without its ending: what it no longer has goes, other
// lists stay. In one transaction, whole or not at all; serving processes see it within a
// second.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "gateway/cli_group.h"
#include "gateway/command_line.h"
#include "gateway/file.h"
#include "gateway/house.h"
#include "gateway/place_file.h"
#include "handlers/fold.h"

enum { HOUSE_BYTES = 1 << 20, TEXT_BYTES = 1 << 20, ROWS_BYTES = 256 << 20 };
enum { HOLES_SHOWN = 20 };

static struct str document(const struct cli *cli, const char *sql) {
    PGresult *result = cli_query(cli->conn, sql, NULL);
    struct str text = {0};
    if (result != NULL) text = arena_dup(cli->arena, str_of(PQgetvalue(result, 0, 0)));
    PQclear(result);
    return text;
}

// Koban and territories alone: no channel is opened.
static struct directory *directory_open(const struct cli *cli) {
    static const uint8_t no_key[32];
    struct str roster = document(cli, "select roster_read()");
    struct str territory = document(cli, "select territory_read()");
    struct directory *directory = directory_new(
        roster, STR("{\"version\":0,\"channels\":[]}"), territory, no_key, cli->config);
    if (directory == NULL) (void)fprintf(stderr, "the koban cannot be read\n");
    return directory;
}

// ---- the rows of a list

// The spellings of a list, each once a koban: the first line that has one has it.
struct rows {
    struct place_entry *list;
    struct str *folded;
    const struct place_row **of;
    size_t count;
};

static void row_add(struct rows *rows, const struct place_file *file,
                    const struct place_row *row, const struct house *house) {
    for (size_t i = 0; i < row->name_count; i++) {
        struct place_entry entry = row->entry, spelled[PLACE_SPELLINGS_MAX];
        entry.spelling = row->names[i];
        size_t count = place_spellings(entry, house->country, house->languages,
                                       file->arena, spelled);
        for (size_t k = 0; k < count; k++) {
            rows->list[rows->count] = spelled[k];
            rows->folded[rows->count] = fold_text(spelled[k].spelling, file->arena);
            rows->of[rows->count++] = row;
        }
        // Said of the name itself; what is derived from it is nobody's mistake.
        if (i == 0 && count > 0 && spelled[0].mode == PLACE_MODE_ORDINARY &&
            row->entry.mode == PLACE_MODE_PLAIN)
            buf_addf(file->hints,
                     "%s:%d: is an ordinary word: counts only beside a word of places\n",
                     file->path, row->line);
    }
}

static struct rows rows_of(const struct place_file *file, const struct house *house) {
    size_t most = 0;
    for (size_t i = 0; i < file->count; i++)
        most += file->rows[i].name_count * PLACE_SPELLINGS_MAX;
    struct rows rows = {ARENA_ARRAY(file->arena, struct place_entry, most),
                        ARENA_ARRAY(file->arena, struct str, most),
                        ARENA_ARRAY(file->arena, const struct place_row *, most), 0};
    for (size_t i = 0; i < file->count; i++) row_add(&rows, file, &file->rows[i], house);
    return rows;
}

// Listed names before derived ones, so that the town of a list keeps its own name.
static struct rows *sorting;

static int by_spelling(const void *one, const void *other) {
    size_t a = *(const size_t *)one, b = *(const size_t *)other;
    int order = str_cmp(sorting->folded[a], sorting->folded[b]);
    if (order != 0) return order;
    const struct place_entry *x = &sorting->list[a], *y = &sorting->list[b];
    if (x->koban_id != y->koban_id) return x->koban_id < y->koban_id ? -1 : 1;
    bool is_x = str_eq(x->spelling, x->name), is_y = str_eq(y->spelling, y->name);
    if (is_x != is_y) return is_x ? -1 : 1;
    return a < b ? -1 : 1;
}

static void row_write(struct json_writer *w, const struct rows *rows, size_t i) {
    const struct place_entry *entry = &rows->list[i];
    json_w_open(w, NULL, '{');
    json_w_int(w, "koban", entry->koban_id);
    json_w_str(w, "folded", rows->folded[i]);
    json_w_str(w, "name", entry->name);
    json_w_str(w, "spelling", entry->spelling);
    json_w_str(w, "kind", entry->kind);
    json_w_int(w, "mode", (int64_t)entry->mode);
    if (rows->of[i]->has_position) {
        json_w_double(w, "latitude", rows->of[i]->latitude);
        json_w_double(w, "longitude", rows->of[i]->longitude);
    }
    json_w_close(w, '}');
}

static void rows_write(struct rows *rows, struct buf *out, struct arena *arena) {
    size_t *order = ARENA_ARRAY(arena, size_t, rows->count);
    struct json_writer w = {.out = out};
    for (size_t i = 0; i < rows->count; i++) order[i] = i;
    sorting = rows;
    if (rows->count > 0) qsort(order, rows->count, sizeof *order, by_spelling);
    json_w_open(&w, NULL, '[');
    for (size_t i = 0; i < rows->count; i++) {
        bool is_same =
            i > 0 && rows->list[order[i]].koban_id == rows->list[order[i - 1]].koban_id &&
            str_eq(rows->folded[order[i]], rows->folded[order[i - 1]]);
        if (!is_same) row_write(&w, rows, order[i]);
    }
    json_w_close(&w, ']');
}

// ---- into the database

// The file's name without folders and ending.
static const char *list_name(const struct cli *cli) {
    const char *path = cli->argv[0], *slash = strrchr(path, '/');
    struct str name = str_of(slash != NULL ? slash + 1 : path);
    size_t dot = str_find(name, STR("."), 1);
    return arena_cstr(cli->arena, str_slice(name, 0, dot < name.n ? dot : name.n));
}

static int holes_tell(const struct cli *cli, FILE *out, int most) {
    PGresult *holes = cli_query(cli->conn, "select * from admin_place_holes()", NULL);
    if (holes == NULL) return 1;
    int count = PQntuples(holes);
    for (int i = 0; i < count && i < most; i++)
        (void)fprintf(out, "%s\t%s\t%s\n", PQgetvalue(holes, i, 0),
                      PQgetvalue(holes, i, 1), PQgetvalue(holes, i, 2));
    if (count > most)
        (void)fprintf(out, "and %d more: koban import holes\n", count - most);
    PQclear(holes);
    return 0;
}

static bool list_put(const struct cli *cli, struct str rows, bool is_kept) {
    const char *list = list_name(cli);
    PGresult *result = cli_query(cli->conn, "select * from admin_place_list($1, $2)",
                                 list, arena_cstr(cli->arena, rows), NULL);
    if (result == NULL) return false;
    int counts[3];
    for (int i = 0; i < 3; i++) {
        int64_t count = 0;
        (void)!str_to_i64(str_of(PQgetvalue(result, 0, i)), &count);
        counts[i] = (int)count;
    }
    PQclear(result);
    bool is_moved = counts[0] + counts[1] + counts[2] > 0;
    if (is_moved && is_kept && !cli_run(cli->conn, "select admin_moved('roster')", NULL))
        return false;
    if (!is_moved) (void)printf("list %s: nothing changes\n", list);
    else
        (void)printf("list %s: %d spellings added, %d changed, %d removed\n", list,
                     counts[0], counts[1], counts[2]);
    return holes_tell(cli, stderr, HOLES_SHOWN) == 0;
}

static int file_put(const struct cli *cli, struct place_file *file,
                    const struct house *house, bool is_kept) {
    struct buf out;
    buf_init_arena(&out, cli->arena, ROWS_BYTES);
    struct rows rows = rows_of(file, house);
    rows_write(&rows, &out, cli->arena);
    (void)fwrite(file->hints->p != NULL ? file->hints->p : "", 1, file->hints->n, stderr);
    bool is_begun = !out.failed && cli_run(cli->conn, "begin", NULL);
    bool is_good = is_begun && list_put(cli, buf_str(&out), is_kept);
    bool is_ended = is_begun &&
                    cli_run(cli->conn, is_good && is_kept ? "commit" : "rollback", NULL);
    if (!is_good || !is_ended) {
        (void)fprintf(stderr, "nothing was taken\n");
        return 1;
    }
    (void)printf(is_kept ? "%zu places\n" : "%zu places, nothing was stored\n",
                 file->count);
    return 0;
}

static int file_import(const struct cli *cli, bool is_kept) {
    struct buf errors, hints;
    struct house house;
    struct str text;
    struct arena *memory = arena_new(HOUSE_BYTES);
    buf_init_arena(&errors, memory, TEXT_BYTES);
    buf_init_arena(&hints, memory, TEXT_BYTES);
    struct place_file file = {
        .path = cli->argv[0], .arena = memory, .errors = &errors, .hints = &hints};
    int status = 1;
    bool is_read = house_read(&house, cli->config, memory, &errors);
    if (!file_read(cli->argv[0], memory, &text)) {
        status = cli_refuse("the file cannot be read");
    } else if (is_read && (file.directory = directory_open(cli)) != NULL) {
        if (place_file_read(&file, text)) status = file_put(cli, &file, &house, is_kept);
        else buf_addf(&errors, "nothing was taken\n");
        directory_unref((struct directory *)(uintptr_t)file.directory);
    }
    (void)fwrite(errors.p != NULL ? errors.p : "", 1, errors.n, stderr);
    arena_free(memory);
    return status;
}

static int import_places(const struct cli *cli) {
    return file_import(cli, true);
}

static int import_check(const struct cli *cli) {
    return file_import(cli, false);
}

static int import_holes(const struct cli *cli) {
    return holes_tell(cli, stdout, PLACES_MAX);
}

static const struct cli_command import_commands[] = {
    {"places", "FILE.csv", 1, 1, false,
     "names that find a koban: columns name, koban or latitude and longitude, and more",
     import_places},
    {"check", "FILE.csv", 1, 1, false, "says what places would do; stores nothing",
     import_check},
    {"holes", "", 0, 0, false, "names of several koban, koban without a place",
     import_holes},
};

int cmd_import(int argc, char **argv, const struct config *config) {
    return cli_group(import_commands, ARRAY_LEN(import_commands), argc, argv, config);
}
