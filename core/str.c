// SPDX-License-Identifier: Apache-2.0
//
// Views of bytes.
#include "core/str.h"

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
    return s.n >= suffix.n &&
           str_eq((struct str){s.p + (s.n - suffix.n), suffix.n}, suffix);
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
    return (struct str){s.p + from, to - from};
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
    uint64_t value;
    if (!str_to_u64(str_slice(s, is_negative ? 1 : 0, s.n), &value)) return false;
    if (value > (uint64_t)INT64_MAX) return false;
    *out = is_negative ? -(int64_t)value : (int64_t)value;
    return true;
}

bool str_to_double(struct str s, double *out) {
    char text[64];
    if (s.n == 0 || s.n >= sizeof text) return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    char *end = NULL;
    double value = strtod(text, &end);
    if (end != text + s.n) return false;
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
