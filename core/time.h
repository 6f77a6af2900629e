// SPDX-License-Identifier: Apache-2.0
//
// Instants as milliseconds since 1970-01-01T00:00:00Z, and their text. Reads no clock.
#ifndef CORE_TIME_H
#define CORE_TIME_H

#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"

// "2026-11-24T02:40:00.000Z" (RFC 3339).
struct str time_rfc3339(int64_t ms, struct arena *arena);
// Reads RFC 3339 with Z or an offset; fractions below a millisecond are cut.
bool time_parse_rfc3339(struct str text, int64_t *ms) MUSTCHECK;

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
int64_t time_days(int64_t year, unsigned month, unsigned day);

#endif
