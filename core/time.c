// SPDX-License-Identifier: Apache-2.0
//
// Civil dates by Howard Hinnant's published days-from-civil algorithm.
#include "core/time.h"

int64_t time_days(int64_t year, unsigned month, unsigned day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t shifted = month > 2 ? (int64_t)month - 3 : (int64_t)month + 9;
    int64_t day_of_year = (153 * shifted + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct str time_rfc3339(int64_t ms, struct arena *arena) {
    int64_t day = ms / 86400000, left = ms % 86400000;
    if (left < 0) {
        left += 86400000;
        day--;
    }
    int64_t z = day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                           day_of_era / 146096) /
                          365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    int64_t month = shifted + (shifted < 10 ? 3 : -9);
    int64_t year = year_of_era + era * 400 + (month <= 2);
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)year,
                        (int)month, (int)(day_of_year - (153 * shifted + 2) / 5 + 1),
                        (int)(left / 3600000), (int)(left / 60000 % 60),
                        (int)(left / 1000 % 60), (int)(left % 1000));
}

// n digits at the front of *text, taken off.
static bool digits(struct str *text, size_t n, int64_t *out) {
    if (text->n < n || !str_to_i64(str_slice(*text, 0, n), out) || *out < 0) return false;
    *text = str_slice(*text, n, text->n);
    return true;
}

static bool sign(struct str *text, char c) {
    if (text->n == 0 || text->p[0] != c) return false;
    *text = str_slice(*text, 1, text->n);
    return true;
}

static bool offset(struct str *text, int64_t *minutes) {
    int64_t hour, minute;
    *minutes = 0;
    if (sign(text, 'Z') || sign(text, 'z')) return text->n == 0;
    int64_t factor = sign(text, '+') ? 1 : sign(text, '-') ? -1 : 0;
    if (factor == 0 || !digits(text, 2, &hour) || !sign(text, ':') ||
        !digits(text, 2, &minute) || text->n != 0)
        return false;
    *minutes = factor * (hour * 60 + minute);
    return hour < 24 && minute < 60;
}

static int64_t fraction(struct str *text) {
    int64_t ms = 0, weight = 100;
    if (!sign(text, '.')) return 0;
    while (text->n > 0 && text->p[0] >= '0' && text->p[0] <= '9') {
        ms += (text->p[0] - '0') * weight;
        weight /= 10;
        *text = str_slice(*text, 1, text->n);
    }
    return ms;
}

bool time_parse_rfc3339(struct str text, int64_t *ms) {
    int64_t year, month, day, hour, minute, second, shift;
    bool good = digits(&text, 4, &year) && sign(&text, '-') && digits(&text, 2, &month) &&
                sign(&text, '-') && digits(&text, 2, &day) &&
                (sign(&text, 'T') || sign(&text, 't') || sign(&text, ' ')) &&
                digits(&text, 2, &hour) && sign(&text, ':') && digits(&text, 2, &minute) &&
                sign(&text, ':') && digits(&text, 2, &second);
    if (!good || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 60)
        return false;
    int64_t part = fraction(&text);
    if (!offset(&text, &shift)) return false;
    int64_t days = time_days(year, (unsigned)month, (unsigned)day);
    *ms = (((days * 24 + hour) * 60 + minute - shift) * 60 + second) * 1000 + part;
    return true;
}
