// SPDX-License-Identifier: Apache-2.0
//
// Views of bytes.
#include "core/str.h"

#include <math.h>
#include <stdlib.h>

struct str str_of(const char *text) {
    return (struct str){text, text != NULL ? strlen(text) : 0};
}

bool str_eq(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b) {
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i])) return false;
    }
    return true;
}

bool str_starts(struct str s, struct str prefix) {
    return s.n >= prefix.n && str_eq((struct str){s.p, prefix.n}, prefix);
}

bool str_ends(struct str s, struct str suffix) {
    return s.n >= suffix.n && str_eq(str_slice(s, s.n - suffix.n, s.n), suffix);
}

int str_cmp(struct str a, struct str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n > 0 ? memcmp(a.p, b.p, n) : 0;
    if (order != 0) return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

size_t str_find(struct str s, struct str what, size_t from) {
    if (from > s.n || what.n > s.n - from) return s.n;
    if (what.n == 0) return from;
    const char *hit = memmem(s.p + from, s.n - from, what.p, what.n);
    return hit != NULL ? (size_t)(hit - s.p) : s.n;
}

bool str_contains(struct str s, struct str what) {
    return what.n == 0 || str_find(s, what, 0) < s.n;
}

struct str str_slice(struct str s, size_t from, size_t to) {
    if (to > s.n) to = s.n;
    if (from > to) from = to;
    // NULL has no offsets, not even 0.
    return (struct str){s.n > 0 ? s.p + from : s.p, to - from};
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s) {
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_blank(s.p[s.n - 1])) s.n--;
    return s;
}

bool str_next(struct str *rest, char separator, struct str *part) {
    if (rest->p == NULL) return false;
    const char *hit = rest->n > 0 ? memchr(rest->p, separator, rest->n) : NULL;
    if (hit == NULL) {
        *part = *rest;
        *rest = (struct str){0};
        return true;
    }
    size_t n = (size_t)(hit - rest->p);
    *part = (struct str){rest->p, n};
    *rest = (struct str){hit + 1, rest->n - n - 1};
    return true;
}

bool str_to_u64(struct str s, uint64_t *out) {
    if (s.n == 0 || s.n > 20) return false;
    uint64_t value = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        uint64_t digit = (uint64_t)(s.p[i] - '0');
        if (value > (UINT64_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool str_to_i64(struct str s, int64_t *out) {
    bool is_negative = s.n > 0 && s.p[0] == '-';
    uint64_t value, limit = (uint64_t)INT64_MAX + is_negative;
    if (!str_to_u64(str_slice(s, is_negative ? 1 : 0, s.n), &value)) return false;
    if (value > limit) return false;
    // Negated as unsigned, so that the least number has no step out of range.
    *out = (int64_t)(is_negative ? -value : value);
    return true;
}

static size_t digits_at(struct str s, size_t i) {
    size_t n = 0;
    while (i + n < s.n && s.p[i + n] >= '0' && s.p[i + n] <= '9') n++;
    return n;
}

// strtod() also takes blanks, hex, "inf" and "nan"; JSON's grammar does not.
static bool is_decimal(struct str s) {
    size_t i = s.n > 0 && s.p[0] == '-', n = digits_at(s, i);
    if (n == 0) return false;
    i += n;
    if (i < s.n && s.p[i] == '.') {
        n = digits_at(s, i + 1);
        if (n == 0) return false;
        i += 1 + n;
    }
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        i++;
        if (i < s.n && (s.p[i] == '-' || s.p[i] == '+')) i++;
        n = digits_at(s, i);
        if (n == 0) return false;
        i += n;
    }
    return i == s.n;
}

bool str_to_double(struct str s, double *out) {
    char text[64];
    if (s.n >= sizeof text || !is_decimal(s)) return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    double value = strtod(text, NULL);
    if (!isfinite(value)) return false;
    *out = value;
    return true;
}

uint64_t str_hash(struct str s) {
    uint64_t hash = 0xcbf29ce484222325U;
    for (size_t i = 0; i < s.n; i++) {
        hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3U;
    }
    return hash;
}
