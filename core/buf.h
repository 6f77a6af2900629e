// SPDX-License-Identifier: Apache-2.0
//
// A growing buffer that has a maximum from birth. What does not fit sets `failed`, which
// sticks: write everything, look once. Nothing is added after a failure, so what is there
// is a true beginning.
//
//     struct buf out;
//     buf_init(&out, 64 * 1024);            // or buf_init_arena(&out, arena, 64 * 1024)
//     buf_add(&out, STR("hello"));
//     if (out.failed) ...
//     use(buf_str(&out));
//     buf_free(&out);                       // not needed with an arena
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/str.h"

struct buf {
    char *p;
    size_t n;        // bytes in use
    size_t capacity; // bytes allocated
    size_t max;
    struct arena *arena; // where it grows; NULL: malloc
    bool is_fixed;       // the caller's memory
    bool failed;
};

void buf_init(struct buf *buf, size_t max);
// Grows in the arena: what it holds lives as long as the arena, buf_free does nothing.
void buf_init_arena(struct buf *buf, struct arena *arena, size_t max);
// In the caller's memory of `size` bytes, of which one stays free; never grows.
void buf_init_fixed(struct buf *buf, char *memory, size_t size);
void buf_free(struct buf *buf);
void buf_reset(struct buf *buf); // empty, keeps the memory, clears failed

void buf_add(struct buf *buf, struct str s);
void buf_add_char(struct buf *buf, char c);
void buf_add_int(struct buf *buf, int64_t value); // decimal
void buf_addf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// Room for n more bytes to be written by the caller at the returned place, counted as
// used; NULL when it does not fit.
char *buf_room(struct buf *buf, size_t n);

// A view, until the next addition.
struct str buf_str(const struct buf *buf);

#endif
