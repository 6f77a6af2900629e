// SPDX-License-Identifier: Apache-2.0
//
// Whole files at start: data files, SQL, the console. Never used while serving.
#ifndef GATEWAY_FILE_H
#define GATEWAY_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/str.h"

enum { FILE_MAX = 32 * 1024 * 1024, FILE_LIST_MAX = 4096 };

// The bytes of a file, in the arena; false when it cannot be read or is too large.
bool file_read(const char *path, struct arena *arena, struct str *out) MUSTCHECK;
// Names in a folder that end so, in order, in the arena; their number, 0 without folder.
size_t file_list(const char *folder, const char *ending, struct arena *arena,
                 struct str *out, size_t max);

#endif
