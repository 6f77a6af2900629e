// SPDX-License-Identifier: Apache-2.0
//
// Reading the site's data files (language files, country packs): JSON whose mistakes are
// told as `file:line: key: what is wrong`. Members are asked for by key, with their type;
// what was asked for is noted, so that a misspelt key is an error and not silence.
//
// Private to handlers/language*.c, handlers/country.c and handlers/house_check.c.
#ifndef HANDLERS_DATA_FILE_H
#define HANDLERS_DATA_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/json.h"
#include "core/str.h"

struct data_file {
    struct str bytes, name;
    struct arena *arena;
    struct buf *errors;
    size_t error_count;
};

// A node and where it stands: "sentences.opened.normal", "rules.3.any".
struct data_node {
    struct data_file *file;
    const json_t *json; // NULL: absent
    struct str path;
};

// The document's root, or NULL with an error written. The caller frees it.
json_t *data_open(struct data_file *file);
struct data_node data_root(struct data_file *file, const json_t *json);

// Writes `file:line: key: what is wrong`.
void data_error(struct data_node node, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Members. Absent gives a node with json NULL (or the fallback); a wrong type is an
// error and counts as absent.
struct data_node data_member(struct data_node node, const char *key);
struct data_node data_object(struct data_node node, const char *key);
struct data_node data_array(struct data_node node, const char *key);
struct data_node data_element(struct data_node array, size_t index);
struct str data_str(struct data_node node, const char *key, bool is_required);
int64_t data_int(struct data_node node, const char *key, int64_t least, int64_t most);
bool data_bool(struct data_node node, const char *key, bool fallback);
// Strings of an array, in the arena.
const struct str *data_strs(struct data_node node, const char *key, size_t *count);

// Every key of the object must be in the list (NULL-terminated).
void data_only(struct data_node node, const char *const *keys);

// The line of a path in the text, 1-based; the deepest part that is found.
int data_line(struct str bytes, struct str path);

#endif
