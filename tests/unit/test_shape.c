// SPDX-License-Identifier: Apache-2.0
//
// The shape of a text as it was sent, and folding that remembers where it came from.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "handlers/fold.h"
#include "handlers/triage/features.h"

static size_t shape(const char *text, uint16_t *out) {
    size_t count = features_shape(str_of(text), out);
    assert_true(count >= 1 && count <= FEATURES_SHAPE_DIMS);
    for (size_t i = 0; i < count; i++) assert_true(out[i] < FEATURES_CLASS_DIMS);
    return count;
}

static bool differ(const char *one, const char *other) {
    uint16_t a[FEATURES_SHAPE_DIMS], b[FEATURES_SHAPE_DIMS];
    size_t n = shape(one, a);
    return shape(other, b) != n || memcmp(a, b, n * sizeof a[0]) != 0;
}

static void links_mentions_figures_and_length_show(void **state) {
    (void)state;
    assert_true(differ("see example.org", "see www.example.org"));
    assert_true(differ("hello you", "hello @you"));
    assert_true(differ("call 12", "call 0312345678"));
    assert_true(differ("come here", "COME HERE"));
    assert_true(
        differ("a short one", "a text that is quite a bit longer than the short one"));
    assert_false(differ("hello you", "howdy you"));
    (void)shape("", (uint16_t[FEATURES_SHAPE_DIMS]){0});
}

// Where the folded word begins and ends in the characters of the text.
static void expect_span(const char *text, const char *word, uint32_t start,
                        uint32_t end) {
    struct arena *arena = arena_new(0);
    uint32_t *from;
    struct str folded = fold_text_map(str_of(text), arena, &from);
    assert_true(str_eq(folded, fold_text(str_of(text), arena)));
    const char *found = memmem(folded.p, folded.n, word, strlen(word));
    assert_non_null(found);
    size_t at = (size_t)(found - folded.p);
    assert_int_equal(from[at], start);
    assert_int_equal(from[at + strlen(word)], end);
    arena_free(arena);
}

static void a_folded_word_knows_its_place(void **state) {
    (void)state;
    expect_span("Pasar", "pasar", 0, 5);
    expect_span("He has a KNIFE now", "knife", 9, 14);
    expect_span("「ﾀｽｹﾃ」 火事", "たすけて", 1, 5);
    expect_span("ＦＩＲＥ！ here", "fire", 0, 4);
    expect_span("it's mine, don't", "dont", 11, 16);
    expect_span("ﾎﾞｰﾄが", "ぼと", 0, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_mentions_figures_and_length_show),
        cmocka_unit_test(a_folded_word_knows_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
