// SPDX-License-Identifier: Apache-2.0
//
// Memory of one request.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/arena.h"

static void pieces_are_zeroed_aligned_and_apart(void **state) {
    (void)state;
    struct arena *arena = arena_new(64);
    unsigned char *before = NULL;
    for (size_t n = 0; n < 300; n++) {
        unsigned char *piece = arena_alloc(arena, n);
        assert_int_equal((uintptr_t)piece % 16, 0);
        for (size_t i = 0; i < n; i++) assert_int_equal(piece[i], 0);
        memset(piece, 0xAA, n);
        assert_true(n < 2 || before[n - 2] == 0xAA);
        before = piece;
    }
    assert_true(arena_used(arena) >= 300 * 299 / 2);
    arena_free(arena);
}

static void memory_is_zeroed_again_after_a_reset(void **state) {
    (void)state;
    struct arena *arena = arena_new(256);
    memset(arena_alloc(arena, 200), 0xAA, 200);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    const unsigned char *again = arena_alloc(arena, 200);
    for (size_t i = 0; i < 200; i++) assert_int_equal(again[i], 0);
    arena_free(arena);
}

static void a_reset_keeps_the_largest_block(void **state) {
    (void)state;
    struct arena *arena = arena_new(64);
    (void)arena_alloc(arena, 10000);
    arena_reset(arena);
    char *first = arena_alloc(arena, 16), *last = arena_alloc(arena, 9000);
    assert_ptr_equal(last, first + 16);
    arena_free(arena);
}

static void a_piece_larger_than_any_block_fits(void **state) {
    (void)state;
    struct arena *arena = arena_new(0);
    char *piece = arena_alloc(arena, 3 * 1024 * 1024);
    piece[3 * 1024 * 1024 - 1] = 1;
    arena_free(arena);
}

static void strings_are_copies(void **state) {
    (void)state;
    struct arena *arena = arena_new(0);
    char text[] = "abc";
    struct str copy = arena_dup(arena, str_of(text));
    const char *c_string = arena_cstr(arena, (struct str){text, 2});
    text[0] = 'x';
    assert_true(str_eq(copy, STR("abc")));
    assert_string_equal(c_string, "ab");
    assert_string_equal(arena_cstr(arena, (struct str){0}), "");
    assert_int_equal(arena_dup(arena, (struct str){0}).n, 0);
    assert_true(str_eq(arena_join(arena, STR("ab"), STR("cd")), STR("abcd")));
    assert_true(str_eq(arena_join(arena, (struct str){0}, STR("cd")), STR("cd")));
    assert_int_equal(arena_join(arena, STR(""), (struct str){0}).n, 0);
    arena_free(arena);
}

// Every length at every fill of the block, across its end.
static void printing_fits_at_every_place_of_a_block(void **state) {
    (void)state;
    for (size_t taken = 0; taken < 128; taken += 16) {
        for (int n = 0; n < 140; n++) {
            struct arena *arena = arena_new(100);
            (void)arena_alloc(arena, taken);
            struct str text = arena_printf(arena, "%0*d", n > 0 ? n : 1, 7);
            char *next = arena_alloc(arena, 16);
            assert_int_equal(text.n, n > 0 ? n : 1);
            assert_int_equal(text.p[text.n - 1], '7');
            assert_int_equal(text.p[text.n], '\0');
            assert_true(next < text.p || next > text.p + text.n);
            arena_free(arena);
        }
    }
}

static void freeing_nothing_is_fine(void **state) {
    (void)state;
    arena_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(memory_is_zeroed_again_after_a_reset),
        cmocka_unit_test(a_reset_keeps_the_largest_block),
        cmocka_unit_test(a_piece_larger_than_any_block_fits),
        cmocka_unit_test(strings_are_copies),
        cmocka_unit_test(printing_fits_at_every_place_of_a_block),
        cmocka_unit_test(freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
