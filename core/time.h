// SPDX-License-Identifier: Apache-2.0
//
// Instants as milliseconds since 1970-01-01T00:00:00Z, and their text. Reads no clock.
#ifndef CORE_TIME_H
#define CORE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"

struct time_civil {
    int64_t year;   // proleptic Gregorian, UTC
    int month, day; // 1..12, 1..31
    int hour, minute, second, millisecond;
    int weekday; // 0 Sunday
};

struct time_civil time_civil(int64_t ms);

// "2026-11-24T02:40:00.000Z" (RFC 3339), years 0 to 9999.
struct str time_rfc3339(int64_t ms, struct arena *arena);

enum { TIME_RFC3339_SIZE = 24 };
// The same without an arena; no NUL is written.
void time_rfc3339_into(int64_t ms, char out[TIME_RFC3339_SIZE]);

// Reads RFC 3339 with Z or an offset; fractions below a millisecond are cut. Days that
// the month does not have are refused; second 60 is the first of the next minute.
bool time_parse_rfc3339(struct str text, int64_t *ms) MUSTCHECK;

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
int64_t time_days(int64_t year, unsigned month, unsigned day);

#endif
