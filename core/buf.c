// SPDX-License-Identifier: Apache-2.0
//
// Doubling growth up to the maximum.
#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST = 256 };

void buf_init(struct buf *buf, size_t max) {
    *buf = (struct buf){.max = max};
}

void buf_free(struct buf *buf) {
    free(buf->p);
    *buf = (struct buf){.max = buf->max};
}

void buf_reset(struct buf *buf) {
    buf->n = 0;
    buf->failed = false;
}

static bool grow(struct buf *buf, size_t n) {
    if (buf->failed || n > buf->max - buf->n) {
        buf->failed = true;
        return false;
    }
    size_t need = buf->n + n;
    if (need <= buf->capacity) return true;
    size_t capacity = buf->capacity > 0 ? buf->capacity : FIRST;
    while (capacity < need) capacity *= 2;
    char *p = realloc(buf->p, capacity);
    if (p == NULL) abort();
    buf->p = p;
    buf->capacity = capacity;
    return true;
}

char *buf_room(struct buf *buf, size_t n) {
    if (!grow(buf, n)) return NULL;
    char *at = buf->p + buf->n;
    buf->n += n;
    return at;
}

void buf_add(struct buf *buf, struct str s) {
    char *at = buf_room(buf, s.n);
    if (at != NULL && s.n > 0) memcpy(at, s.p, s.n);
}

void buf_add_char(struct buf *buf, char c) {
    char *at = buf_room(buf, 1);
    if (at != NULL) *at = c;
}

void buf_addf(struct buf *buf, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int n = vsnprintf(NULL, 0, format, list);
    va_end(list);
    // One byte more for the NUL that vsnprintf writes; it is not counted.
    if (n >= 0 && grow(buf, (size_t)n + 1)) {
        (void)vsnprintf(buf->p + buf->n, (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    } else {
        buf->failed = true;
    }
    va_end(again);
}

struct str buf_str(const struct buf *buf) {
    return (struct str){buf->p, buf->n};
}
