// SPDX-License-Identifier: Apache-2.0
//
// Civil dates by Howard Hinnant's published days-from-civil algorithm.
#include "core/time.h"

#define DAY_MS 86400000LL

int64_t time_days(int64_t year, unsigned month, unsigned day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t shifted = month > 2 ? (int64_t)month - 3 : (int64_t)month + 9;
    int64_t day_of_year = (153 * shifted + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
                         day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct time_civil time_civil(int64_t ms) {
    int64_t day = ms / DAY_MS, left = ms % DAY_MS;
    if (left < 0) {
        left += DAY_MS;
        day--;
    }
    int64_t z = day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era -
                          (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    int64_t month = shifted + (shifted < 10 ? 3 : -9);
    return (struct time_civil){
        .year = year_of_era + era * 400 + (month <= 2),
        .month = (int)month,
        .day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1),
        .hour = (int)(left / 3600000),
        .minute = (int)(left / 60000 % 60),
        .second = (int)(left / 1000 % 60),
        .millisecond = (int)(left % 1000),
        .weekday = (int)(((day + 4) % 7 + 7) % 7), // 1970-01-01 was a Thursday
    };
}

static void put_digits(char *out, int64_t value, size_t n) {
    while (n > 0) {
        out[--n] = (char)('0' + value % 10);
        value /= 10;
    }
}

void time_rfc3339_into(int64_t ms, char out[TIME_RFC3339_SIZE]) {
    struct time_civil civil = time_civil(ms);
    memcpy(out, "0000-00-00T00:00:00.000Z", TIME_RFC3339_SIZE);
    put_digits(out, civil.year, 4);
    put_digits(out + 5, civil.month, 2);
    put_digits(out + 8, civil.day, 2);
    put_digits(out + 11, civil.hour, 2);
    put_digits(out + 14, civil.minute, 2);
    put_digits(out + 17, civil.second, 2);
    put_digits(out + 20, civil.millisecond, 3);
}

struct str time_rfc3339(int64_t ms, struct arena *arena) {
    char *out = arena_alloc(arena, TIME_RFC3339_SIZE);
    time_rfc3339_into(ms, out);
    return (struct str){out, TIME_RFC3339_SIZE};
}

// n digits at the front of *text, taken off.
static bool digits(struct str *text, size_t n, int64_t *out) {
    uint64_t value;
    if (text->n < n || !str_to_u64(str_slice(*text, 0, n), &value)) return false;
    *out = (int64_t)value;
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

// Milliseconds of a fraction, which has a digit if there is a point.
static bool fraction(struct str *text, int64_t *ms) {
    int64_t weight = 100;
    *ms = 0;
    if (!sign(text, '.')) return true;
    size_t n = 0;
    for (; n < text->n && text->p[n] >= '0' && text->p[n] <= '9'; n++) {
        *ms += (text->p[n] - '0') * weight;
        weight /= 10;
    }
    *text = str_slice(*text, n, text->n);
    return n > 0;
}

static bool date(struct str *text, int64_t *days) {
    int64_t year, month, day;
    bool is_good = digits(text, 4, &year) && sign(text, '-') && digits(text, 2, &month) &&
                   sign(text, '-') && digits(text, 2, &day);
    if (!is_good || month < 1 || month > 12 || day < 1) return false;
    *days = time_days(year, (unsigned)month, (unsigned)day);
    bool is_december = month == 12;
    int64_t next =
        time_days(year + is_december, is_december ? 1 : (unsigned)month + 1, 1);
    return *days < next;
}

static bool time_of_day(struct str *text, int64_t *ms) {
    int64_t hour, minute, second, part;
    bool is_good = digits(text, 2, &hour) && sign(text, ':') &&
                   digits(text, 2, &minute) && sign(text, ':') &&
                   digits(text, 2, &second) && fraction(text, &part);
    if (!is_good || hour > 23 || minute > 59 || second > 60) return false;
    *ms = ((hour * 60 + minute) * 60 + second) * 1000 + part;
    return true;
}

bool time_parse_rfc3339(struct str text, int64_t *ms) {
    int64_t days, of_day, shift;
    if (!date(&text, &days)) return false;
    if (!sign(&text, 'T') && !sign(&text, 't') && !sign(&text, ' ')) return false;
    if (!time_of_day(&text, &of_day) || !offset(&text, &shift)) return false;
    *ms = days * DAY_MS + of_day - shift * 60000;
    return true;
}
