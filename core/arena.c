// SPDX-License-Identifier: Apache-2.0
//
// Chained blocks, each twice the last up to a limit; a larger piece gets a block of its
// size. So the newest block is always the largest, and the one a reset keeps.
#include "core/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

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

static size_t round_up(size_t n) {
    return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static struct block *block_new(size_t size, struct block *next) {
    size = round_up(size);
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL) abort();
    block->next = next;
    block->size = size;
    block->used = 0;
    POISON(block->bytes, size);
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
    blocks_free(arena->head->next);
    arena->head->next = NULL;
    arena->head->used = 0;
    arena->used = 0;
    POISON(arena->head->bytes, arena->head->size);
}

// Makes the head block one that has room for n bytes.
static struct block *make_room(struct arena *arena, size_t n) {
    struct block *block = arena->head;
    if (block->size - block->used >= n) return block;
    size_t size = block->size < LARGEST_STEP ? block->size * 2 : block->size;
    arena->head = block_new(size > n ? size : n, block);
    return arena->head;
}

// n bytes, not zeroed.
static void *take(struct arena *arena, size_t n) {
    if (n > SIZE_MAX / 4) abort();
    size_t rounded = round_up(n);
    struct block *block = make_room(arena, rounded);
    void *piece = block->bytes + block->used;
    block->used += rounded;
    arena->used += rounded;
    UNPOISON(piece, n);
    return piece;
}

void *arena_alloc(struct arena *arena, size_t n) {
    void *piece = take(arena, n);
    memset(piece, 0, n);
    return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    size_t n;
    if (__builtin_mul_overflow(count, size, &n)) abort();
    return arena_alloc(arena, n);
}

struct str arena_dup(struct arena *arena, struct str s) {
    if (s.n == 0) return (struct str){0};
    return (struct str){memcpy(take(arena, s.n), s.p, s.n), s.n};
}

char *arena_cstr(struct arena *arena, struct str s) {
    char *copy = take(arena, s.n + 1);
    if (s.n > 0) memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return copy;
}

struct str arena_printf(struct arena *arena, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    // First straight into what is left of the block: mostly it fits. What is left is a
    // multiple of ALIGN, so what fits is also what take() then gives.
    struct block *block = arena->head;
    size_t left = block->size - block->used;
    char *text = (char *)block->bytes + block->used;
    UNPOISON(text, left);
    int n = vsnprintf(text, left, format, list);
    va_end(list);
    POISON(text, left);
    if (n < 0) abort();
    text = take(arena, (size_t)n + 1);
    if ((size_t)n >= left) (void)vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return (struct str){text, (size_t)n};
}

struct str arena_join(struct arena *arena, struct str a, struct str b) {
    if (a.n + b.n == 0) return (struct str){0};
    char *text = take(arena, a.n + b.n);
    if (a.n > 0) memcpy(text, a.p, a.n);
    if (b.n > 0) memcpy(text + a.n, b.p, b.n);
    return (struct str){text, a.n + b.n};
}

size_t arena_used(const struct arena *arena) {
    return arena->used;
}
