// SPDX-License-Identifier: Apache-2.0
//
// Whole files at start.
#include "gateway/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

bool file_read(const char *path, struct arena *arena, struct str *out) {
    FILE *in = fopen(path, "re");
    struct stat facts;
    if (in == NULL) return false;
    bool is_good = fstat(fileno(in), &facts) == 0 && S_ISREG(facts.st_mode) &&
                   facts.st_size <= FILE_MAX;
    if (is_good) {
        size_t size = (size_t)facts.st_size;
        char *bytes = arena_alloc(arena, size + 1);
        is_good = fread(bytes, 1, size, in) == size;
        *out = (struct str){bytes, size};
    }
    (void)fclose(in);
    return is_good;
}

static int by_name(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

size_t file_list(const char *folder, const char *ending, struct arena *arena,
                 struct str *out, size_t max) {
    DIR *dir = opendir(folder);
    size_t count = 0;
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        struct str name = str_of(entry->d_name);
        if (count < max && str_ends(name, str_of(ending)) && name.p[0] != '.')
            out[count++] = arena_dup(arena, name);
    }
    if (dir != NULL) (void)closedir(dir);
    qsort(out, count, sizeof out[0], by_name);
    return count;
}
