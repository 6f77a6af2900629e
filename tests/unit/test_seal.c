// SPDX-License-Identifier: Apache-2.0
//
// Secrets at rest: what was sealed opens, nothing else does.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/codec.h"
#include "core/seal.h"

static const uint8_t key[SEAL_KEY_SIZE] = {1, 2, 3};
static struct arena *arena;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void what_was_sealed_opens(void **state) {
    (void)state;
    static const struct str texts[] = {STR_INIT("channel secret"), STR_INIT(""), {0}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
            struct str sealed = seal_close(key, texts[k], texts[i], arena), plain;
            assert_int_equal(sealed.n, SEAL_NONCE_SIZE + texts[i].n + SEAL_TAG_SIZE);
            assert_true(seal_open(key, texts[k], sealed, arena, &plain));
            assert_true(str_eq(plain, texts[i]));
        }
    }
}

static void every_changed_bit_is_noticed(void **state) {
    (void)state;
    struct str context = STR("3/channel_secret"), plain;
    struct str sealed = seal_close(key, context, STR("secret"), arena);
    for (size_t bit = 0; bit < sealed.n * 8; bit++) {
        char *copy = arena_cstr(arena, sealed);
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
        assert_false(
            seal_open(key, context, (struct str){copy, sealed.n}, arena, &plain));
    }
    for (size_t n = 0; n < sealed.n; n++)
        assert_false(seal_open(key, context, str_slice(sealed, 0, n), arena, &plain));
}

static void another_place_or_key_does_not_open_it(void **state) {
    (void)state;
    struct str sealed = seal_close(key, STR("3/token"), STR("secret"), arena), plain;
    uint8_t other[SEAL_KEY_SIZE] = {1, 2, 4};
    assert_false(seal_open(key, STR("4/token"), sealed, arena, &plain));
    assert_false(seal_open(key, (struct str){0}, sealed, arena, &plain));
    assert_false(seal_open(other, STR("3/token"), sealed, arena, &plain));
}

static void the_same_secret_never_looks_the_same(void **state) {
    (void)state;
    struct str one = seal_close(key, STR("a"), STR("secret"), arena);
    struct str two = seal_close(key, STR("a"), STR("secret"), arena);
    assert_false(str_eq(one, two));
    assert_false(str_contains(one, STR("secret")));
}

static void the_largest_secret_goes_round(void **state) {
    (void)state;
    struct str plain, large = {arena_alloc(arena, 65536), 65536};
    struct str sealed = seal_close(key, STR("a"), large, arena);
    assert_true(seal_open(key, STR("a"), sealed, arena, &plain));
    assert_int_equal(plain.n, 65536);
}

// NIST's GCM test case 14: zero key, zero nonce, zero block.
static void it_is_aes_256_gcm(void **state) {
    (void)state;
    static const uint8_t zero[SEAL_KEY_SIZE] = {0};
    struct str sealed, plain;
    assert_true(codec_hex_decode(STR("000000000000000000000000"
                                     "cea7403d4d606b6e074ec5d3baf39d18"
                                     "d0d1c8a799996bf0265b98b5d48ab919"),
                                 arena, &sealed));
    assert_true(seal_open(zero, (struct str){0}, sealed, arena, &plain));
    assert_true(str_eq(plain, (struct str){"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens),
        cmocka_unit_test(every_changed_bit_is_noticed),
        cmocka_unit_test(another_place_or_key_does_not_open_it),
        cmocka_unit_test(the_same_secret_never_looks_the_same),
        cmocka_unit_test(the_largest_secret_goes_round),
        cmocka_unit_test(it_is_aes_256_gcm),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
