// SPDX-License-Identifier: Apache-2.0
//
// A plain main() for a fuzz target: runs each file named on the command line through it,
// and all files of a named folder. A rule that is broken aborts; the file's name is then
// the last line. Nothing to run is a failure: it would look like a success.
#include <dirent.h>
#include <stdio.h>

#include "tests/fuzz/fuzz.h"

enum { INPUT_MAX = 1 << 20, PATH_SIZE = 4096 };

static int replay(const char *path, uint8_t *bytes) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    size_t n = fread(bytes, 1, INPUT_MAX, file);
    (void)fclose(file);
    (void)printf("%s\n", path);
    (void)fflush(stdout);
    // A copy of exactly this size, so that AddressSanitizer sees one byte too far.
    uint8_t *exact = malloc(n > 0 ? n : 1);
    if (exact == NULL) return 1;
    for (size_t i = 0; i < n; i++) exact[i] = bytes[i];
    int result = LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    return result;
}

static int is_file(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int replay_folder(const char *path, uint8_t *bytes, int *inputs) {
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_file, alphasort), failed = 0;
    for (int i = 0; i < count; i++) {
        char name[PATH_SIZE];
        (void)snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        failed |= replay(name, bytes);
        free(entries[i]);
    }
    free(entries);
    if (count >= 0) *inputs += count;
    return count < 0 ? -1 : failed;
}

int main(int argc, char **argv) {
    static uint8_t bytes[INPUT_MAX];
    int failed = 0, inputs = 0;
    for (int i = 1; i < argc; i++) {
        int result = replay_folder(argv[i], bytes, &inputs);
        if (result < 0) {
            result = replay(argv[i], bytes);
            inputs++;
        }
        failed |= result;
    }
    (void)printf("%d inputs\n", inputs);
    return failed != 0 || inputs == 0;
}
