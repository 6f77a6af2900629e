// SPDX-License-Identifier: Apache-2.0
//
// Which koban a message goes to by the names in it, where it came from and what is known.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "handlers/where.h"

enum {
    DESK = 10,
    SAKURA,
    UMEDA,
    EKIMAE,
    MINATO_DESK = 20,
    HAMA,
    STRANGE_DESK = 30,
    STRANGE
};

static const struct area areas[] = {
    {.id = 1, .force_id = 1, .desk_koban_id = DESK},
    {.id = 2, .force_id = 1, .desk_koban_id = MINATO_DESK},
    {.id = 3, .force_id = 2, .desk_koban_id = STRANGE_DESK},
};
static const struct koban kobans[] = {
    {.id = DESK, .area_id = 1},         {.id = SAKURA, .area_id = 1},
    {.id = UMEDA, .area_id = 1},        {.id = EKIMAE, .area_id = 1},
    {.id = MINATO_DESK, .area_id = 2},  {.id = HAMA, .area_id = 2},
    {.id = STRANGE_DESK, .area_id = 3}, {.id = STRANGE, .area_id = 3},
};
static const struct roster roster = {.areas = areas,
                                     .area_count = 3,
                                     .kobans = kobans,
                                     .koban_count = sizeof kobans / sizeof *kobans};
static const struct channel wide = {.force_id = 1, .desk_koban_id = DESK};
static const struct channel own = {
    .force_id = 1, .desk_koban_id = DESK, .koban_id = SAKURA};

static struct facts facts_of(const struct place_name *names, size_t count) {
    return (struct facts){.roster = &roster, .channel = &wide, .names = {names, count}};
}

static void goes(const struct facts *facts, enum place_source place, int32_t koban_id) {
    assert_int_equal(facts->place, place);
    assert_int_equal(facts->place_koban_id, koban_id);
}

#define NAME(letters, ...)                                                               \
    {.length = (letters),                                                                \
     .kobans = {__VA_ARGS__},                                                            \
     .koban_count = sizeof((int32_t[]){__VA_ARGS__}) / sizeof(int32_t)}

static void without_a_name_it_is_page_channel_known_desk(void **state) {
    (void)state;
    struct facts facts = facts_of(NULL, 0);
    where_find(&facts, 0);
    goes(&facts, PLACE_DESK, DESK);
    facts.contact.known_koban_id = UMEDA;
    where_find(&facts, 0);
    goes(&facts, PLACE_KNOWN, UMEDA);
    facts.channel = &own;
    where_find(&facts, 0);
    goes(&facts, PLACE_CHANNEL, SAKURA);
    where_find(&facts, EKIMAE);
    goes(&facts, PLACE_CHANNEL, EKIMAE);
}

static void a_name_goes_before_all_that(void **state) {
    (void)state;
    const struct place_name names[] = {NAME(3, HAMA)};
    struct facts facts = facts_of(names, 1);
    facts.contact.known_koban_id = UMEDA;
    where_find(&facts, EKIMAE);
    goes(&facts, PLACE_TEXT, HAMA);
}

static void the_longest_name_decides(void **state) {
    (void)state;
    const struct place_name names[] = {NAME(2, SAKURA), NAME(4, UMEDA)};
    struct facts facts = facts_of(names, 2);
    where_find(&facts, 0);
    goes(&facts, PLACE_TEXT, UMEDA);
}

static void a_name_of_several_is_asked_about(void **state) {
    (void)state;
    const struct place_name names[] = {NAME(2, SAKURA, UMEDA)};
    struct facts facts = facts_of(names, 1);
    where_find(&facts, 0);
    goes(&facts, PLACE_WHICH, DESK);
    assert_int_equal(facts.place_choice_count, 2);
    // The desk of the area that they lie in, not that of the channel.
    const struct place_name far[] = {NAME(2, MINATO_DESK, HAMA)};
    facts = facts_of(far, 1);
    where_find(&facts, 0);
    goes(&facts, PLACE_WHICH, MINATO_DESK);
    const struct place_name apart[] = {NAME(2, UMEDA, HAMA)};
    facts = facts_of(apart, 1);
    where_find(&facts, 0);
    goes(&facts, PLACE_WHICH, DESK);
    // Whose page it is keeps it meanwhile.
    facts = facts_of(names, 1);
    where_find(&facts, EKIMAE);
    goes(&facts, PLACE_WHICH, EKIMAE);
}

static void what_is_known_settles_a_name_of_several(void **state) {
    (void)state;
    const struct place_name names[] = {NAME(2, SAKURA, UMEDA)};
    struct facts facts = facts_of(names, 1);
    facts.contact.known_koban_id = UMEDA;
    where_find(&facts, 0);
    goes(&facts, PLACE_KNOWN, UMEDA);
    where_find(&facts, SAKURA);
    goes(&facts, PLACE_CHANNEL, SAKURA);
    const struct place_name both[] = {NAME(4, SAKURA, UMEDA), NAME(2, UMEDA)};
    facts = facts_of(both, 2);
    where_find(&facts, 0);
    goes(&facts, PLACE_TEXT, UMEDA);
}

static void two_names_as_long_are_asked_about(void **state) {
    (void)state;
    const struct place_name names[] = {NAME(2, SAKURA), NAME(2, UMEDA)};
    struct facts facts = facts_of(names, 2);
    where_find(&facts, 0);
    goes(&facts, PLACE_WHICH, DESK);
}

static void another_force_is_never_reached(void **state) {
    (void)state;
    struct facts facts = facts_of(NULL, 0);
    struct place_name names[] = {NAME(5, STRANGE), NAME(2, STRANGE, UMEDA)};
    assert_int_equal(where_keep_own(&facts, names, 2), 1);
    assert_int_equal(names[0].koban_count, 1);
    assert_int_equal(names[0].kobans[0], UMEDA);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_name_it_is_page_channel_known_desk),
        cmocka_unit_test(a_name_goes_before_all_that),
        cmocka_unit_test(the_longest_name_decides),
        cmocka_unit_test(a_name_of_several_is_asked_about),
        cmocka_unit_test(what_is_known_settles_a_name_of_several),
        cmocka_unit_test(two_names_as_long_are_asked_about),
        cmocka_unit_test(another_force_is_never_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
