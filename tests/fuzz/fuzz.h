// SPDX-License-Identifier: Apache-2.0
//
// What every fuzz target is: one function over bytes, run by libFuzzer (clang
// -fsanitize=fuzzer) or, file by file, by replay_main.c in `make check`. A target checks
// rules, not only that nothing crashes.
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A rule that must hold, also in builds without assert().
#define FUZZ_CHECK(rule) ((rule) ? (void)0 : abort())

#endif
