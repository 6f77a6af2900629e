// SPDX-License-Identifier: Apache-2.0
//
// Doubling growth up to the maximum.
#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST = 256, INT_DIGITS = 20 };

void buf_init(struct buf *buf, size_t max) {
    *buf = (struct buf){.max = max};
}

void buf_init_arena(struct buf *buf, struct arena *arena, size_t max) {
    *buf = (struct buf){.max = max, .arena = arena};
}

void buf_init_fixed(struct buf *buf, char *memory, size_t size) {
    *buf = (struct buf){.p = memory, .capacity = size, .max = size - 1, .is_fixed = true};
}

void buf_free(struct buf *buf) {
    if (buf->is_fixed) return;
    if (buf->arena == NULL) free(buf->p);
    *buf = (struct buf){.max = buf->max, .arena = buf->arena};
}

void buf_reset(struct buf *buf) {
    buf->n = 0;
    buf->failed = false;
}

// Memory for `need` bytes, which may pass the maximum by a NUL.
static void reserve(struct buf *buf, size_t need) {
    size_t capacity = buf->capacity > 0 ? buf->capacity : FIRST;
    if (need <= buf->capacity) return;
    while (capacity < need) capacity *= 2;
    char *p = NULL;
    if (buf->arena == NULL) {
        p = realloc(buf->p, capacity);
        if (p == NULL) abort();
    } else {
        p = arena_alloc(buf->arena, capacity);
        if (buf->n > 0) memcpy(p, buf->p, buf->n);
    }
    buf->p = p;
    buf->capacity = capacity;
}

char *buf_room(struct buf *buf, size_t n) {
    if (buf->failed || n > buf->max - buf->n) {
        buf->failed = true;
        return NULL;
    }
    // At least one byte, so that even an empty buffer has a place.
    reserve(buf, buf->n + n + (n == 0));
    char *at = buf->p + buf->n;
    buf->n += n;
    return at;
}

void buf_add(struct buf *buf, struct str s) {
    char *at = s.n > 0 ? buf_room(buf, s.n) : NULL;
    if (at != NULL) memcpy(at, s.p, s.n);
}

void buf_add_char(struct buf *buf, char c) {
    char *at = buf_room(buf, 1);
    if (at != NULL) *at = c;
}

void buf_add_int(struct buf *buf, int64_t value) {
    char digits[INT_DIGITS];
    size_t i = sizeof digits;
    // As unsigned, so that the least number has a magnitude.
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do {
        digits[--i] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0) digits[--i] = '-';
    buf_add(buf, (struct str){digits + i, sizeof digits - i});
}

void buf_addf(struct buf *buf, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    size_t left = buf->capacity - buf->n;
    int n = vsnprintf(left > 0 ? buf->p + buf->n : NULL, left, format, list);
    va_end(list);
    if (n < 0 || buf->failed || (size_t)n > buf->max - buf->n) {
        buf->failed = true;
    } else {
        // One byte more for the NUL that vsnprintf writes; it is not counted.
        reserve(buf, buf->n + (size_t)n + 1);
        if ((size_t)n >= left)
            (void)vsnprintf(buf->p + buf->n, (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    }
    va_end(again);
}

struct str buf_str(const struct buf *buf) {
    return (struct str){buf->p, buf->n};
}
