// SPDX-License-Identifier: Apache-2.0
//
// Snapshots of roster, channels and territories: secrets that open, do not open, rotate;
// what a newer roster shares with the snapshot before; whose a pin, a drawing or a named
// town is.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/codec.h"
#include "core/seal.h"
#include "gateway/directory.h"

static const uint8_t master_key[SEAL_KEY_SIZE] = {7, 1, 2};

static const struct config config = {
    .overrides = {{"line-1", "base_url", "http://127.0.0.1:9"}},
    .override_count = 1,
};

#define ROSTER(version, unopened)                                                        \
    "{\"version\":" version                                                              \
    ",\"now_ms\":5,\"areas\":[{\"id\":1,\"force\":1,\"desk\":10,"                        \
    "\"time_zone\":\"Asia/"                                                              \
    "Tokyo\"}],\"kobans\":[{\"id\":10,\"area\":1,\"slug\":\"desk\",\"name\":\"Desk "     \
    "Hut\",\"is_desk\":true},"                                                           \
    "{\"id\":11,\"area\":1,\"slug\":\"sakura\",\"latitude\":35.0,\"longitude\":139.0,"   \
    "\"unacknowledged\":" unopened                                                       \
    "},{\"id\":12,\"area\":1,\"slug\":\"momiji\",\"name\":\"Momiji Hut\","               \
    "\"latitude\":35.2,\"longitude\":139.0}],\"duties\":[]}"

// Two squares that share the border at 139.1 E; and one polygon that is none.
static const char territory[] =
    "{\"territories\":["
    "{\"koban\":11,\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
    "[[[139.0,35.0],[139.1,35.0],[139.1,35.1],[139.0,35.1],[139.0,35.0]]]}},"
    "{\"koban\":12,\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
    "[[[139.1,35.0],[139.2,35.0],[139.2,35.1],[139.1,35.1],[139.1,35.0]]]}},"
    "{\"koban\":10,\"geometry\":{\"type\":\"Point\"}}],"
    "\"places\":[{\"koban\":12,\"spelling\":\"Sakura Machi Kita\",\"kind\":\"town\"},"
    "{\"koban\":11,\"spelling\":\"Sakura Machi\",\"kind\":\"town\"}]}";

static const char *sealed(struct arena *arena, const char *context, const char *plain) {
    struct str bytes = seal_close(master_key, str_of(context), str_of(plain), arena);
    return arena_cstr(arena, codec_hex(bytes, arena));
}

static struct directory *directory_make(struct arena *arena) {
    struct str channels = arena_printf(
        arena,
        "{\"version\":3,\"channels\":[{\"id\":1,\"force\":1,\"intake\":2,\"name\":\"line-"
        "1\","
        "\"adapter\":\"line\",\"koban\":0,\"desk\":10,\"settings\":{\"base_url\":\"https:"
        "//"
        "x\"},\"rate\":5,\"in_flight\":2,\"is_held\":false,\"secrets\":["
        "{\"key\":\"channel_secret\",\"slot\":1,\"sealed\":\"%s\"},"
        "{\"key\":\"channel_secret\",\"slot\":2,\"sealed\":\"%s\"},"
        "{\"key\":\"channel_access_token\",\"slot\":1,\"sealed\":\"%s\"}]},"
        "{\"id\":4,\"force\":1,\"intake\":1,\"name\":\"chat\",\"adapter\":\"webchat\","
        "\"koban\":0,\"desk\":10,\"settings\":{},\"rate\":5,\"in_flight\":2,"
        "\"is_held\":false,\"secrets\":[]}]}",
        sealed(arena, "line-1:channel_secret", "new secret"),
        sealed(arena, "line-1:channel_secret", "old secret"),
        sealed(arena, "another:channel_access_token", "stolen"));
    return directory_new(str_of(ROSTER("8", "4")), channels, str_of(territory),
                         master_key, &config);
}

static int set_up(void **state) {
    struct arena *arena = arena_new(0);
    *state = directory_make(arena);
    arena_free(arena);
    assert_non_null(*state);
    return 0;
}

static int tear_down(void **state) {
    directory_unref(*state);
    return 0;
}

static void both_secrets_of_a_rotation_are_open(void **state) {
    const struct channel *channel = directory_channel(*state, STR("line-1"));
    assert_non_null(channel);
    assert_true(str_eq(channel_value(channel, "channel_secret"), STR("new secret")));
    assert_true(str_eq(channel_previous(channel, "channel_secret"), STR("old secret")));
}

static void a_secret_of_another_channel_does_not_open_here(void **state) {
    const struct channel *channel = directory_channel_by_id(*state, 1);
    assert_int_equal(channel_value(channel, "channel_access_token").n, 0);
}

static void an_override_of_the_command_line_wins(void **state) {
    const struct channel *channel = directory_channel_by_id(*state, 1);
    assert_true(str_eq(channel_value(channel, "base_url"), STR("http://127.0.0.1:9")));
}

static void a_newer_roster_shares_everything_else(void **state) {
    struct directory *first = *state;
    struct directory *second = directory_renew(first, str_of(ROSTER("9", "5")));
    struct directory *third = directory_renew(second, str_of(ROSTER("9", "6")));
    directory_unref(second);
    assert_ptr_equal(third->channels, first->channels);
    assert_ptr_equal(third->territory, first->territory);
    assert_int_equal(third->roster_version, 9);
    assert_int_equal(roster_koban(third->roster, 11)->unacknowledged, 6);
    assert_int_equal(roster_koban(first->roster, 11)->unacknowledged, 4);
    // The newest outlives the one that owns the channels.
    directory_unref(first);
    *state = NULL;
    assert_non_null(directory_channel(third, STR("chat")));
    directory_unref(third);
}

static void a_roster_that_is_none_changes_nothing(void **state) {
    assert_null(directory_renew(*state, STR("{\"version\":9}")));
    assert_null(directory_renew(*state, STR("not json")));
    assert_int_equal(((struct directory *)*state)->references, 1);
}

static void a_koban_without_a_chat_of_its_own_takes_the_shared_one(void **state) {
    const struct directory *directory = *state;
    const struct koban *koban = roster_koban(directory->roster, 11);
    assert_int_equal(directory_chat(directory, koban)->id, 4);
}

static enum place_source pin(const struct directory *directory, double latitude,
                             double longitude, int32_t *koban_id) {
    *koban_id = -1;
    return territory_by_pin(directory->territory, latitude, longitude, koban_id);
}

static void a_pin_belongs_to_its_territory(void **state) {
    int32_t koban_id;
    assert_int_equal(pin(*state, 35.05, 139.05, &koban_id), PLACE_PIN);
    assert_int_equal(koban_id, 11);
    assert_int_equal(pin(*state, 35.05, 139.15, &koban_id), PLACE_PIN);
    assert_int_equal(koban_id, 12);
}

static void a_pin_on_the_border_goes_to_the_lower_id(void **state) {
    int32_t koban_id;
    assert_int_equal(pin(*state, 35.05, 139.1, &koban_id), PLACE_PIN);
    assert_int_equal(koban_id, 11);
}

static void outside_of_all_the_nearest_has_it_up_to_a_distance(void **state) {
    int32_t koban_id;
    assert_int_equal(pin(*state, 35.21, 139.0, &koban_id), PLACE_NEAREST);
    assert_int_equal(koban_id, 12);
    assert_int_equal(pin(*state, 36.5, 139.0, &koban_id), PLACE_OUTSIDE);
}

// How many koban a polygon of this ring is for.
static ptrdiff_t drawn(const struct directory *directory, const char *ring,
                       int32_t *kobans) {
    struct arena *arena = arena_new(0);
    struct str text =
        arena_printf(arena, "{\"type\":\"Polygon\",\"coordinates\":[[%s]]}", ring);
    ptrdiff_t count = territory_by_drawing(directory->territory, text, kobans, 4);
    arena_free(arena);
    return count;
}

static void a_drawing_is_for_whom_it_shares_ground_with(void **state) {
    int32_t kobans[4] = {0};
    assert_int_equal(drawn(*state,
                           "[139.05,35.02],[139.15,35.02],[139.15,35.03],"
                           "[139.05,35.03],[139.05,35.02]",
                           kobans),
                     2);
    assert_int_equal(kobans[0], 11);
    assert_int_equal(kobans[1], 12);
    // Up to the border, not over it.
    assert_int_equal(drawn(*state,
                           "[139.05,35.02],[139.1,35.02],[139.1,35.03],"
                           "[139.05,35.03],[139.05,35.02]",
                           kobans),
                     1);
    assert_int_equal(kobans[0], 11);
    // A bow tie is two triangles.
    assert_int_equal(drawn(*state,
                           "[139.05,35.02],[139.15,35.06],[139.15,35.02],"
                           "[139.05,35.06],[139.05,35.02]",
                           kobans),
                     2);
    assert_int_equal(drawn(*state, "[1,1],[2,1],[2,2],[1,1]", kobans), 0);
}

static void what_is_no_surface_is_no_drawing(void **state) {
    const struct directory *directory = *state;
    int32_t kobans[4];
    static const char *const wrong[] = {
        "",
        "null",
        "\"Polygon\"",
        "{\"type\":\"Polygon\"}",
        "{\"type\":\"Point\",\"coordinates\":[139.05,35.05]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,1]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,1],[1,1],[1,1]]]}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(
            territory_by_drawing(directory->territory, str_of(wrong[i]), kobans, 4), -1);
    }
}

static size_t named(const struct directory *directory, const char *text,
                    struct place_name *names) {
    struct arena *arena = arena_new(0);
    size_t count = places_find(territory_places(directory->territory), NULL, str_of(text),
                               arena, names);
    arena_free(arena);
    return count;
}

static void listed_names_and_the_kobans_own_are_found(void **state) {
    struct place_name names[PLACE_NAMES_MAX];
    assert_int_equal(named(*state, "near SAKURA Machi Kita park", names), 1);
    assert_int_equal(names[0].kobans[0], 12);
    assert_int_equal(named(*state, "sakura machi", names), 1);
    assert_int_equal(names[0].kobans[0], 11);
    assert_true(str_eq(names[0].kind, STR("town")));
    assert_int_equal(named(*state, "is the Momiji Hut open?", names), 1);
    assert_int_equal(names[0].kobans[0], 12);
    assert_true(str_eq(names[0].kind, STR("koban")));
    // A desk is no place.
    assert_int_equal(named(*state, "the Desk Hut", names), 0);
}

#define DIRECTORY_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIRECTORY_TEST(both_secrets_of_a_rotation_are_open),
        DIRECTORY_TEST(a_secret_of_another_channel_does_not_open_here),
        DIRECTORY_TEST(an_override_of_the_command_line_wins),
        DIRECTORY_TEST(a_newer_roster_shares_everything_else),
        DIRECTORY_TEST(a_roster_that_is_none_changes_nothing),
        DIRECTORY_TEST(a_koban_without_a_chat_of_its_own_takes_the_shared_one),
        DIRECTORY_TEST(a_pin_belongs_to_its_territory),
        DIRECTORY_TEST(a_pin_on_the_border_goes_to_the_lower_id),
        DIRECTORY_TEST(outside_of_all_the_nearest_has_it_up_to_a_distance),
        DIRECTORY_TEST(a_drawing_is_for_whom_it_shares_ground_with),
        DIRECTORY_TEST(what_is_no_surface_is_no_drawing),
        DIRECTORY_TEST(listed_names_and_the_kobans_own_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
