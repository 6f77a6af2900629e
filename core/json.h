// SPDX-License-Identifier: Apache-2.0
//
// JSON in and out. Reading is jansson behind a guard (depth, duplicate keys, lone
// surrogates); writing goes straight into a buf.
//
// A json_t is held in json_auto_t where it is parsed; strings taken from it are views
// into it and are copied into the arena by whoever keeps them longer.
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/str.h"

enum { JSON_DEPTH_MAX = 32 };

struct json_result {
    bool was_repaired; // lone surrogates or escaped NULs were replaced
    int line;          // of the error, 1-based; 0: none
    char problem[96];  // empty when it is good; never a piece of the input
};

// The document, to be freed with json_decref (json_auto_t), or NULL with result->problem.
// Refused: deeper than JSON_DEPTH_MAX, duplicate keys, invalid UTF-8, trailing bytes. A
// byte order mark is skipped; lone surrogate escapes become U+FFFD and \u0000 goes,
// because a cut emoji must not lose a resident's message.
json_t *json_read(struct str text, struct arena *arena, struct json_result *result);

// Members, with the right type or the fallback (empty str, 0, false, NULL).
struct str json_str(const json_t *object, const char *key);
bool json_has_str(const json_t *object, const char *key);
int64_t json_int(const json_t *object, const char *key, int64_t fallback);
double json_double(const json_t *object, const char *key, double fallback);
bool json_bool(const json_t *object, const char *key, bool fallback);
const json_t *json_object_of(const json_t *object, const char *key);
const json_t *json_array_of(const json_t *object, const char *key);
struct str json_text(const json_t *string); // value of a string node

// Writing. Commas are placed by json_w_*; a buffer that overflows says so itself. Texts
// are expected to be valid UTF-8.
//     struct json_writer w = {.out = &buf};
//     json_w_open(&w, NULL, '{');
//     json_w_id(&w, "id", id);
//     json_w_close(&w, '}');
struct json_writer {
    struct buf *out;
    bool needs_comma;
};

void json_w_open(struct json_writer *w, const char *key, char bracket); // '{' or '['
void json_w_close(struct json_writer *w, char bracket);                 // '}' or ']'
void json_w_str(struct json_writer *w, const char *key,
                struct str value); // key NULL: element
void json_w_int(struct json_writer *w, const char *key, int64_t value);
// 64-bit ids go out as strings: a browser's number has 53 bits.
void json_w_id(struct json_writer *w, const char *key, int64_t value);
void json_w_double(struct json_writer *w, const char *key, double value);
void json_w_bool(struct json_writer *w, const char *key, bool value);
void json_w_null(struct json_writer *w, const char *key);
// Text that is JSON already.
void json_w_raw(struct json_writer *w, const char *key, struct str json);

// A string literal with its quotes.
void json_escape(struct buf *out, struct str text);

#endif
