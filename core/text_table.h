// SPDX-License-Identifier: Apache-2.0
//
// One text table an enum: code to text and back. Codes without a text are holes.
#ifndef CORE_TEXT_TABLE_H
#define CORE_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

// Text of a code; "?" outside the table and in holes.
static inline const char *text_of(const char *const *table, int count, int code) {
    return code >= 0 && code < count && table[code] != NULL ? table[code] : "?";
}

// Code of a text; false (out untouched) when the table has none like it.
static inline bool text_find(const char *const *table, int count, struct str text,
                             int *out) {
    for (int i = 0; i < count; i++) {
        if (table[i] != NULL && str_eq(text, str_of(table[i]))) {
            *out = i;
            return true;
        }
    }
    return false;
}

#endif
