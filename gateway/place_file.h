// SPDX-License-Identifier: Apache-2.0
//
// A file of places: comma or tab separated, quoted where need be, columns by the names in
// the first line (in any order), or KOBAN,NAME where the first line names none.
// Everything wrong is told with file and line, in one run.
//
//   name       as it is shown (also: town)
//   koban      slug; or by latitude, longitude (also: lat, lon, lng): territory, else
//   nearest kind       town if absent; the kinds of place_file.c reading    how it is
//   read or written otherwise (also: kana, yomi) aliases    other names, divided by |
//   area       number or name of the area the koban must lie in
//   ordinary   yes: an ordinary word too, which counts only beside a word of places
#ifndef GATEWAY_PLACE_FILE_H
#define GATEWAY_PLACE_FILE_H

#include <stdbool.h>

#include "core/buf.h"
#include "gateway/directory.h"
#include "handlers/handler.h"
#include "handlers/place_spelling.h"

// A place; its spellings are made of its names.
struct place_row {
    struct place_entry entry; // spelling: empty
    struct str names[16];     // name, reading, aliases
    size_t name_count;
    bool has_position;
    double latitude, longitude;
    int line;
};

struct place_file {
    const char *path;
    const struct directory *directory;
    struct arena *arena;
    struct buf *errors, *hints; // a line each
    struct place_row *rows;
    size_t count, errors_found;
};

// Reads all lines of `text`; false when something is wrong (errors has it).
bool place_file_read(struct place_file *file, struct str text);

#endif
