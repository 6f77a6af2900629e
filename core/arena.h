// SPDX-License-Identifier: Apache-2.0
//
// Memory of one request: taken piece by piece, freed once, as a whole. The largest block
// is kept by arena_reset(), so that a reused arena does not allocate.
//
// Running out of memory aborts; input never causes it, because what goes in is bounded
// where it is read. Under AddressSanitizer what was not given out, and all after a reset,
// is poisoned.
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

#include "core/str.h"

struct arena;

// first_block: bytes of the first block (0: 4 KiB).
struct arena *arena_new(size_t first_block);
void arena_free(struct arena *arena); // NULL is fine
// Empties it; keeps the largest block. What pointed into it is gone.
void arena_reset(struct arena *arena);

// Zeroed, aligned to 16. n == 0 gives a valid pointer.
void *arena_alloc(struct arena *arena, size_t n);
// count * size bytes, zeroed; aborts where the product overflows.
void *arena_array(struct arena *arena, size_t count, size_t size);
struct str arena_dup(struct arena *arena, struct str s);
// A NUL-terminated copy.
char *arena_cstr(struct arena *arena, struct str s);
// The text is also NUL-terminated behind its end.
struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// a followed by b.
struct str arena_join(struct arena *arena, struct str a, struct str b);

// Bytes taken so far, for limits and metrics.
size_t arena_used(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_array((arena), (n), sizeof(type)))

#endif
