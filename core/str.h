// SPDX-License-Identifier: Apache-2.0
//
// Length-carrying strings by value. A str is a view: it owns nothing, and lives as long
// as what it looks into (usually an arena). Never NUL-terminated; arena_cstr() makes a C
// string at library borders.
#ifndef CORE_STR_H
#define CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUSTCHECK __attribute__((warn_unused_result))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

struct str {
    const char *p;
    size_t n;
};

// A literal as a str; STR_INIT for static initialisers.
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_INIT(literal) {(literal), sizeof(literal) - 1}

// View of a C string; NULL gives the empty str.
struct str str_of(const char *text);

bool str_eq(struct str a, struct str b);
// ASCII case is ignored; other bytes must be equal.
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
// Bytewise order, shorter first among equals: <0, 0, >0.
int str_cmp(struct str a, struct str b);

// Offset of the first match at or after `from`; s.n when there is none.
size_t str_find(struct str s, struct str what, size_t from);
bool str_contains(struct str s, struct str what);

// Bytes from..to, both clamped to the string.
struct str str_slice(struct str s, size_t from, size_t to);
// Without ASCII blanks and line ends at both sides.
struct str str_trim(struct str s);

// Takes the part before the next separator off `rest`. False when rest is used up (its p
// is NULL then). Empty parts are given, also a last one: "a," has two, "" has one.
//     for (struct str rest = list, part; str_next(&rest, ',', &part);) ...
bool str_next(struct str *rest, char separator, struct str *part);

// Strict decimal: a minus only for i64 and double, no plus, no blanks, no overflow; a
// double as JSON writes it ("-1.5e3"), finite, below 64 bytes. False leaves out
// untouched.
bool str_to_i64(struct str s, int64_t *out) MUSTCHECK;
bool str_to_u64(struct str s, uint64_t *out) MUSTCHECK;
bool str_to_double(struct str s, double *out) MUSTCHECK;

// FNV-1a, 64 bit. For tables of our own values, not against an adversary.
uint64_t str_hash(struct str s);

#endif
