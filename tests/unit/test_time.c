// SPDX-License-Identifier: Apache-2.0
//
// Instants and their text.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "core/time.h"

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

static void instants_are_written_as_rfc_3339(void **state) {
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"},
        {1704067199999, "2023-12-31T23:59:59.999Z"},
        {1709164800000, "2024-02-29T00:00:00.000Z"},
        {4107542400000, "2100-03-01T00:00:00.000Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
        {-62167219200000, "0000-01-01T00:00:00.000Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str text = time_rfc3339(cases[i].ms, arena);
        if (!str_eq(text, str_of(cases[i].text))) fail_msg("%s", cases[i].text);
        int64_t back;
        assert_true(time_parse_rfc3339(text, &back));
        assert_true(back == cases[i].ms);
    }
}

static void offsets_and_fractions_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T09:00:00+09:00", 0},
        {"1969-12-31T16:30:00-07:30", 0},
        {"1970-01-01t00:00:00z", 0},
        {"1970-01-01 00:00:00.1Z", 100},
        {"1970-01-01T00:00:00.0019999Z", 1},
        {"1970-01-01T00:00:00.999999999999999999999999Z", 999},
        {"1969-12-31T23:59:60Z", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t ms = -7;
        if (!time_parse_rfc3339(str_of(cases[i].text), &ms) || ms != cases[i].ms)
            fail_msg("%s: %lld", cases[i].text, (long long)ms);
    }
}

static void what_is_not_a_time_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "2024",
                                      "2024-01-01",
                                      "2024-01-01T00:00:00",
                                      "2024-13-01T00:00:00Z",
                                      "2024-00-01T00:00:00Z",
                                      "2024-01-00T00:00:00Z",
                                      "2024-01-32T00:00:00Z",
                                      "2023-02-29T00:00:00Z",
                                      "2100-02-29T00:00:00Z",
                                      "2024-04-31T00:00:00Z",
                                      "2024-01-01T24:00:00Z",
                                      "2024-01-01T00:60:00Z",
                                      "2024-01-01T00:00:61Z",
                                      "2024-01-01T00:00:00.Z",
                                      "2024-01-01T00:00:00+9:00",
                                      "2024-01-01T00:00:00+0900",
                                      "2024-01-01T00:00:00+24:00",
                                      "2024-01-01T00:00:00+09:60",
                                      "2024-01-01T00:00:00Zx",
                                      "-024-01-01T00:00:00Z",
                                      "2024-01-01T-1:00:00Z",
                                      "2024-01-01X00:00:00Z",
                                      " 2024-01-01T00:00:00Z"};
    int64_t ms;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (time_parse_rfc3339(str_of(bad[i]), &ms)) fail_msg("%s", bad[i]);
    }
}

static void civil_time_is_right_on_every_day_of_four_centuries(void **state) {
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 1900, month = 1, day = 1, weekday = 1; // a Monday
    for (int64_t n = time_days(1900, 1, 1); n < time_days(2301, 1, 1); n++) {
        struct time_civil civil = time_civil(n * 86400000 + 86399999);
        bool is_right = civil.year == year && civil.month == month && civil.day == day &&
                        civil.weekday == weekday && civil.hour == 23 &&
                        civil.minute == 59 && civil.second == 59 &&
                        civil.millisecond == 999;
        if (!is_right) fail_msg("%d-%d-%d", year, month, day);
        bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        weekday = (weekday + 1) % 7;
        if (++day <= lengths[month - 1] + (month == 2 && is_leap)) continue;
        day = 1;
        if (++month <= 12) continue;
        month = 1;
        year++;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_written_as_rfc_3339),
        cmocka_unit_test(offsets_and_fractions_are_read),
        cmocka_unit_test(what_is_not_a_time_is_refused),
        cmocka_unit_test(civil_time_is_right_on_every_day_of_four_centuries),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
