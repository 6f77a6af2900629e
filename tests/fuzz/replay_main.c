// SPDX-License-Identifier: Apache-2.0
//
// A plain main() for a fuzz target: runs each file named on the command line through it.
// A rule that is broken aborts; the file's name is then the last line.
#include <stdio.h>

#include "tests/fuzz/fuzz.h"

enum { INPUT_MAX = 1 << 20 };

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

int main(int argc, char **argv) {
    static uint8_t bytes[INPUT_MAX];
    int failed = 0;
    for (int i = 1; i < argc; i++) failed |= replay(argv[i], bytes);
    (void)printf("%d inputs\n", argc - 1);
    return failed;
}
