// SPDX-License-Identifier: Apache-2.0
//
// Hashes against the vectors of RFC 4231, RFC 2202 and FIPS 180-4.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/codec.h"
#include "core/hmac.h"

static void assert_hex(const uint8_t *bytes, size_t n, const char *hex) {
    struct arena *arena = arena_new(0);
    struct str is = codec_hex((struct str){(const char *)bytes, n}, arena);
    if (!str_eq(is, str_of(hex))) fail_msg("%.*s", (int)is.n, is.p);
    arena_free(arena);
}

static char many[200];

static int set_up(void **state) {
    (void)state;
    memset(many, 0xaa, sizeof many);
    return 0;
}

static void hmac_sha256_is_that_of_rfc_4231(void **state) {
    (void)state;
    const struct {
        struct str key, data;
        const char *hex;
    } cases[] = {
        {STR("Jefe"), STR("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {{many, 131},
         STR("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {{0}, {0}, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t sum[SHA256_SIZE];
        hmac_sha256(cases[i].key, &cases[i].data, 1, sum);
        assert_hex(sum, sizeof sum, cases[i].hex);
        struct hmac_key *key = hmac_key_new(cases[i].key);
        for (int again = 0; again < 3; again++) {
            memset(sum, 0, sizeof sum);
            hmac_key_sha256(key, &cases[i].data, 1, sum);
            assert_hex(sum, sizeof sum, cases[i].hex);
        }
        hmac_key_free(key);
    }
}

static void hmac_sha1_is_that_of_rfc_2202(void **state) {
    (void)state;
    uint8_t sum[SHA1_SIZE];
    struct str data = STR("what do ya want for nothing?");
    hmac_sha1(STR("Jefe"), &data, 1, sum);
    assert_hex(sum, sizeof sum, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

static void parts_are_one_text(void **state) {
    (void)state;
    const struct str parts[] = {
        STR("what do ya"), {0}, STR(" want for "), STR("nothing?")};
    uint8_t sum[SHA256_SIZE], keyed[SHA256_SIZE];
    hmac_sha256(STR("Jefe"), parts, ARRAY_LEN(parts), sum);
    assert_hex(sum, sizeof sum,
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    struct hmac_key *key = hmac_key_new(STR("Jefe"));
    hmac_key_sha256(key, parts, ARRAY_LEN(parts), keyed);
    hmac_key_free(key);
    assert_memory_equal(sum, keyed, sizeof sum);
}

static void two_keys_do_not_disturb_each_other(void **state) {
    (void)state;
    struct hmac_key *one = hmac_key_new(STR("one")), *two = hmac_key_new(STR("two"));
    struct str data = STR("data");
    uint8_t a[SHA256_SIZE], b[SHA256_SIZE], again[SHA256_SIZE];
    hmac_key_sha256(one, &data, 1, a);
    hmac_key_sha256(two, &data, 1, b);
    hmac_key_sha256(one, &data, 1, again);
    assert_memory_equal(a, again, sizeof a);
    assert_memory_not_equal(a, b, sizeof a);
    hmac_sha256(STR("two"), &data, 1, again);
    assert_memory_equal(b, again, sizeof b);
    hmac_key_free(one);
    hmac_key_free(two);
    hmac_key_free(NULL);
}

static void sha256_is_that_of_fips_180(void **state) {
    (void)state;
    uint8_t sum[SHA256_SIZE];
    hmac_hash256(STR("abc"), sum);
    assert_hex(sum, sizeof sum,
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hmac_hash256((struct str){0}, sum);
    assert_hex(sum, sizeof sum,
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void equality_needs_the_same_length(void **state) {
    (void)state;
    assert_true(hmac_equal(STR("abc"), STR("abc")));
    assert_true(hmac_equal((struct str){0}, STR("")));
    assert_false(hmac_equal(STR("abc"), STR("abcd")));
    assert_false(hmac_equal(STR("abcd"), STR("abc")));
    assert_false(hmac_equal(STR("abc"), STR("abd")));
    assert_false(hmac_equal(STR("abc"), (struct str){0}));
}

static void randomness_differs(void **state) {
    (void)state;
    uint8_t a[64] = {0}, b[64] = {0};
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_sha256_is_that_of_rfc_4231),
        cmocka_unit_test(hmac_sha1_is_that_of_rfc_2202),
        cmocka_unit_test(parts_are_one_text),
        cmocka_unit_test(two_keys_do_not_disturb_each_other),
        cmocka_unit_test(sha256_is_that_of_fips_180),
        cmocka_unit_test(equality_needs_the_same_length),
        cmocka_unit_test(randomness_differs),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
