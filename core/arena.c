// SPDX-License-Identifier: Apache-2.0
//
// Chained blocks, each twice the last up to a limit.
#include "core/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGN = 16, FIRST_BLOCK = 4096, LARGEST_STEP = 256 * 1024 };

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(ALIGN) unsigned char bytes[];
};

struct arena {
    struct block *head; // the block in use; older ones behind it
    size_t used;
};

static struct block *block_new(size_t size, struct block *next) {
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL) abort();
    block->next = next;
    block->size = size;
    block->used = 0;
    return block;
}

struct arena *arena_new(size_t first_block) {
    struct arena *arena = malloc(sizeof *arena);
    if (arena == NULL) abort();
    arena->head = block_new(first_block > 0 ? first_block : FIRST_BLOCK, NULL);
    arena->used = 0;
    return arena;
}

static void blocks_free(struct block *block) {
    while (block != NULL) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_free(struct arena *arena) {
    if (arena == NULL) return;
    blocks_free(arena->head);
    free(arena);
}

void arena_reset(struct arena *arena) {
    // The newest block is the largest but for single huge pieces.
    blocks_free(arena->head->next);
    arena->head->next = NULL;
    arena->head->used = 0;
    arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t n) {
    if (n > SIZE_MAX / 2) abort();
    n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct block *block = arena->head;
    if (block->size - block->used < n) {
        size_t size = block->size < LARGEST_STEP ? block->size * 2 : block->size;
        block = block_new(size > n ? size : n, block);
        arena->head = block;
    }
    void *piece = block->bytes + block->used;
    block->used += n;
    arena->used += n;
    memset(piece, 0, n);
    return piece;
}

struct str arena_dup(struct arena *arena, struct str s) {
    if (s.n == 0) return (struct str){0};
    char *copy = arena_alloc(arena, s.n);
    memcpy(copy, s.p, s.n);
    return (struct str){copy, s.n};
}

char *arena_cstr(struct arena *arena, struct str s) {
    char *copy = arena_alloc(arena, s.n + 1);
    if (s.n > 0) memcpy(copy, s.p, s.n);
    return copy;
}

struct str arena_printf(struct arena *arena, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int n = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (n < 0) abort();
    char *text = arena_alloc(arena, (size_t)n + 1);
    (void)vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return (struct str){text, (size_t)n};
}

struct str arena_join(struct arena *arena, struct str a, struct str b) {
    if (a.n + b.n == 0) return (struct str){0};
    char *text = arena_alloc(arena, a.n + b.n);
    if (a.n > 0) memcpy(text, a.p, a.n);
    if (b.n > 0) memcpy(text + a.n, b.p, b.n);
    return (struct str){text, a.n + b.n};
}

size_t arena_used(const struct arena *arena) {
    return arena->used;
}
