// SPDX-License-Identifier: Apache-2.0
//
// One pass over the lines; rows keep slices of the file or of the arena.
#include "gateway/place_file.h"

#include <stdlib.h>

#include "core/utf8.h"

enum { FIELDS_MAX = 24, NAME_BYTES_MAX = 120, ROW_NAMES_MAX = 16 };

enum column {
    COLUMN_NAME,
    COLUMN_KOBAN,
    COLUMN_KIND,
    COLUMN_LATITUDE,
    COLUMN_LONGITUDE,
    COLUMN_READING,
    COLUMN_ALIASES,
    COLUMN_AREA,
    COLUMN_ORDINARY,
    COLUMN_COUNT
};

static const struct {
    const char *name;
    enum column column;
} headings[] = {
    {"name", COLUMN_NAME},           {"town", COLUMN_NAME},
    {"koban", COLUMN_KOBAN},         {"kind", COLUMN_KIND},
    {"latitude", COLUMN_LATITUDE},   {"lat", COLUMN_LATITUDE},
    {"longitude", COLUMN_LONGITUDE}, {"lon", COLUMN_LONGITUDE},
    {"lng", COLUMN_LONGITUDE},       {"reading", COLUMN_READING},
    {"kana", COLUMN_READING},        {"yomi", COLUMN_READING},
    {"aliases", COLUMN_ALIASES},     {"area", COLUMN_AREA},
    {"ordinary", COLUMN_ORDINARY},
};

static const char *const kinds[] = {"town",   "chome",    "road", "station",
                                    "school", "park",     "shop", "landmark",
                                    "pole",   "nickname", "place"};

// A line's fields under their columns.
struct line {
    struct place_file *file;
    int number;
    struct str values[COLUMN_COUNT];
};

#define WRONG(line, ...)                                                                 \
    do {                                                                                 \
        (line)->file->errors_found++;                                                    \
        buf_addf((line)->file->errors, "%s:%d: ", (line)->file->path, (line)->number);   \
        buf_addf((line)->file->errors, __VA_ARGS__);                                     \
        buf_add_char((line)->file->errors, '\n');                                        \
    } while (0)

#define HINT(line, ...)                                                                  \
    do {                                                                                 \
        buf_addf((line)->file->hints, "%s:%d: ", (line)->file->path, (line)->number);    \
        buf_addf((line)->file->hints, __VA_ARGS__);                                      \
        buf_add_char((line)->file->hints, '\n');                                         \
    } while (0)

// ---- fields

// What stands between quotes, "" for one; `rest` goes on behind them.
static struct str quoted(struct str *rest, struct arena *arena) {
    char *out = arena_alloc(arena, rest->n);
    size_t n = 0, at = 1;
    for (; at < rest->n; at++) {
        if (rest->p[at] != '"') out[n++] = rest->p[at];
        else if (at + 1 < rest->n && rest->p[at + 1] == '"') out[n++] = rest->p[at++];
        else break;
    }
    *rest = str_slice(*rest, at < rest->n ? at + 1 : at, rest->n);
    return (struct str){out, n};
}

static size_t fields_of(struct str text, char separator, struct arena *arena,
                        struct str *fields) {
    size_t count = 0;
    bool is_more = true;
    while (is_more && count < FIELDS_MAX) {
        while (text.n > 0 && text.p[0] == ' ') text = str_slice(text, 1, text.n);
        struct str value = {0}, tail;
        bool is_quoted = text.n > 0 && text.p[0] == '"';
        if (is_quoted) value = quoted(&text, arena);
        size_t end = str_find(text, (struct str){&separator, 1}, 0);
        tail = str_slice(text, 0, end);
        fields[count++] = is_quoted ? value : str_trim(tail);
        is_more = end < text.n;
        text = str_slice(text, is_more ? end + 1 : text.n, text.n);
    }
    return count;
}

// Which column stands in which field; COLUMN_COUNT: one that is not ours.
struct heading {
    enum column columns[FIELDS_MAX];
    size_t count;
    char separator;
};

static enum column column_of(struct str name) {
    for (size_t i = 0; i < ARRAY_LEN(headings); i++) {
        if (str_eq_nocase(name, str_of(headings[i].name))) return headings[i].column;
    }
    return COLUMN_COUNT;
}

// False when the line names no column NAME: it is a line of KOBAN,NAME then.
static bool heading_read(struct heading *heading, struct str line, struct arena *arena) {
    struct str fields[FIELDS_MAX];
    bool has_name = false;
    heading->separator = str_contains(line, STR("\t")) ? '\t' : ',';
    heading->count = fields_of(line, heading->separator, arena, fields);
    for (size_t i = 0; i < heading->count; i++) {
        heading->columns[i] = column_of(fields[i]);
        has_name |= heading->columns[i] == COLUMN_NAME;
    }
    if (has_name) return true;
    heading->columns[0] = COLUMN_KOBAN;
    heading->columns[1] = COLUMN_NAME;
    heading->count = 2;
    return false;
}

// ---- a row

static void kind_read(struct line *line, struct place_row *row) {
    struct str value = line->values[COLUMN_KIND];
    row->entry.kind = value.n > 0 ? value : STR("town");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_eq(row->entry.kind, str_of(kinds[i]))) return;
    }
    WRONG(line,
          "kind: \"%.*s\" is none of town, chome, road, station, school, park, shop, "
          "landmark, pole, nickname, place",
          (int)value.n, value.p);
}

static void name_add(struct line *line, struct place_row *row, struct str name) {
    name = str_trim(name);
    if (name.n == 0) return;
    if (!utf8_valid(name)) WRONG(line, "a name is not UTF-8");
    else if (name.n > NAME_BYTES_MAX) WRONG(line, "a name is too long");
    else if (row->name_count == ROW_NAMES_MAX) WRONG(line, "more than 14 aliases");
    else row->names[row->name_count++] = name;
}

static bool is_letter(unsigned char byte) {
    return byte >= 0x80 || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static void names_read(struct line *line, struct place_row *row) {
    struct str aliases = line->values[COLUMN_ALIASES], part;
    struct str name = line->values[COLUMN_NAME];
    size_t letters = 0;
    for (size_t i = 0; i < name.n; i++) letters += is_letter((unsigned char)name.p[i]);
    if (letters < 2) WRONG(line, "name: needs two letters at least");
    row->entry.name = name;
    name_add(line, row, name);
    name_add(line, row, line->values[COLUMN_READING]);
    while (aliases.n > 0 && str_next(&aliases, '|', &part)) name_add(line, row, part);
    struct str ordinary = line->values[COLUMN_ORDINARY];
    if (str_eq(ordinary, STR("yes"))) row->entry.mode = PLACE_MODE_ORDINARY;
    else if (ordinary.n > 0 && !str_eq(ordinary, STR("no")))
        WRONG(line, "ordinary: is yes or no");
}

static void position_read(struct line *line, struct place_row *row) {
    struct str latitude = line->values[COLUMN_LATITUDE];
    struct str longitude = line->values[COLUMN_LONGITUDE];
    if (latitude.n == 0 && longitude.n == 0) return;
    row->has_position = str_to_double(latitude, &row->latitude) &&
                        str_to_double(longitude, &row->longitude) &&
                        row->latitude >= -90 && row->latitude <= 90 &&
                        row->longitude >= -180 && row->longitude <= 180;
    if (!row->has_position)
        WRONG(line, "latitude, longitude: are no place on earth in degrees");
}

static void pin_read(struct line *line, struct place_row *row, bool has_koban) {
    int32_t koban_id = 0;
    enum place_source place = territory_by_pin(line->file->directory->territory,
                                               row->latitude, row->longitude, &koban_id);
    const struct koban *koban = roster_koban(line->file->directory->roster, koban_id);
    struct str slug = koban != NULL ? koban->slug : (struct str){0};
    if (place == PLACE_OUTSIDE) {
        if (has_koban) HINT(line, "is more than 30 km from every koban");
        else WRONG(line, "is more than 30 km from every koban");
    } else if (has_koban && place == PLACE_PIN && koban_id != row->entry.koban_id) {
        HINT(line, "lies in the territory of %.*s", (int)slug.n, slug.p);
    } else if (!has_koban && place == PLACE_NEAREST) {
        HINT(line, "lies outside every territory; %.*s is the nearest", (int)slug.n,
             slug.p);
    }
    if (!has_koban) row->entry.koban_id = koban_id;
}

static void area_check(struct line *line, const struct place_row *row) {
    struct str value = line->values[COLUMN_AREA];
    const struct roster *roster = line->file->directory->roster;
    const struct koban *koban = roster_koban(roster, row->entry.koban_id);
    const struct area *area = koban != NULL ? roster_area(roster, koban->area_id) : NULL;
    int64_t number = 0;
    if (value.n == 0 || area == NULL) return;
    bool is_number = str_to_i64(value, &number);
    if (is_number ? number == area->id : str_eq(value, area->name)) return;
    WRONG(line, "area: its koban %.*s lies in %.*s (%d)", (int)koban->slug.n,
          koban->slug.p, (int)area->name.n, area->name.p, (int)area->id);
}

static void koban_read(struct line *line, struct place_row *row) {
    struct str slug = line->values[COLUMN_KOBAN];
    const struct koban *koban = roster_koban_by_slug(line->file->directory->roster, slug);
    if (koban != NULL) row->entry.koban_id = koban->id;
    if (slug.n > 0 && koban == NULL)
        WRONG(line, "koban: no koban has the slug \"%.*s\"", (int)slug.n, slug.p);
    else if (row->has_position) pin_read(line, row, koban != NULL);
    else if (koban == NULL) WRONG(line, "needs a koban, or latitude and longitude");
    area_check(line, row);
}

static void row_read(struct line *line, const struct heading *heading, struct str text) {
    struct place_file *file = line->file;
    struct str fields[FIELDS_MAX];
    size_t count = fields_of(text, heading->separator, file->arena, fields);
    if (count > heading->count) WRONG(line, "has more fields than columns");
    if (file->count == PLACES_MAX) {
        if (file->errors_found == 0) WRONG(line, "more than %d places", PLACES_MAX);
        return;
    }
    for (size_t i = 0; i < count && i < heading->count; i++) {
        if (heading->columns[i] < COLUMN_COUNT)
            line->values[heading->columns[i]] = fields[i];
    }
    struct place_row *row = &file->rows[file->count];
    *row = (struct place_row){.line = line->number};
    size_t before = file->errors_found;
    names_read(line, row);
    kind_read(line, row);
    position_read(line, row);
    koban_read(line, row);
    if (file->errors_found == before) file->count++;
}

// ---- the same twice

static int by_place(const void *one, const void *other) {
    const struct place_row *a = *(const struct place_row *const *)one;
    const struct place_row *b = *(const struct place_row *const *)other;
    int order = str_cmp(a->entry.name, b->entry.name);
    if (order != 0) return order;
    if (a->entry.koban_id != b->entry.koban_id)
        return a->entry.koban_id < b->entry.koban_id ? -1 : 1;
    return a->line - b->line;
}

static void twice_check(struct place_file *file) {
    struct place_row **sorted = ARENA_ARRAY(file->arena, struct place_row *, file->count);
    for (size_t i = 0; i < file->count; i++) sorted[i] = &file->rows[i];
    if (file->count > 0) qsort(sorted, file->count, sizeof(void *), by_place);
    for (size_t i = 1; i < file->count; i++) {
        const struct place_row *a = sorted[i - 1], *b = sorted[i];
        if (a->entry.koban_id != b->entry.koban_id ||
            !str_eq(a->entry.name, b->entry.name))
            continue;
        struct line line = {.file = file, .number = b->line};
        WRONG(&line, "stands in line %d already", a->line);
    }
}

bool place_file_read(struct place_file *file, struct str text) {
    struct heading heading = {0};
    struct str part;
    size_t lines = 1;
    for (size_t i = 0; i < text.n; i++) lines += text.p[i] == '\n';
    file->rows = ARENA_ARRAY(file->arena, struct place_row,
                             lines < PLACES_MAX ? lines : PLACES_MAX);
    if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_slice(text, 3, text.n);
    for (int number = 1; text.n > 0 && str_next(&text, '\n', &part); number++) {
        struct line line = {.file = file, .number = number};
        bool is_first = heading.count == 0;
        // A last field may be empty: only the end of the line goes.
        while (part.n > 0 && part.p[part.n - 1] == '\r') part.n--;
        if (str_trim(part).n == 0 || part.p[0] == '#') continue;
        if (is_first && heading_read(&heading, part, file->arena)) continue;
        row_read(&line, &heading, part);
    }
    twice_check(file);
    return file->errors_found == 0;
}
