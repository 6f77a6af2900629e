// SPDX-License-Identifier: Apache-2.0
//
// The guard runs over the text before jansson allocates anything: depth first, so that
// ten thousand brackets cost a scan and no tree.
#include "core/json.h"

#include <math.h>
#include <stdio.h>

// Deepest nesting outside strings.
static int depth_of(struct str text) {
    int depth = 0, deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (in_string) {
            if (c == '\\') i++;
            else if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest) deepest = depth;
            if (deepest > JSON_DEPTH_MAX) return deepest;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return deepest;
}

// The four hex digits of a \u escape at i; -1 when they are none.
static int unit_at(struct str text, size_t i) {
    int value = 0;
    if (i + 6 > text.n || text.p[i] != '\\' || text.p[i + 1] != 'u') return -1;
    for (size_t k = 2; k < 6; k++) {
        char c = text.p[i + k];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

static bool is_high(int unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(int unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

// Lone surrogate escapes replaced, \u0000 dropped; everything else as it stood.
static struct str repair(struct str text, struct arena *arena, bool *changed) {
    char *out = arena_alloc(arena, text.n);
    size_t o = 0;
    *changed = false;
    for (size_t i = 0; i < text.n;) {
        if (text.p[i] != '\\') {
            out[o++] = text.p[i++];
            continue;
        }
        int unit = unit_at(text, i);
        bool is_pair = is_high(unit) && is_low(unit_at(text, i + 6));
        size_t n = is_pair ? 12 : unit >= 0 ? 6 : i + 1 < text.n ? 2 : 1;
        if (unit == 0) {
            *changed = true;
        } else if (!is_pair && (is_high(unit) || is_low(unit))) {
            memcpy(out + o, "\\uFFFD", 6);
            o += 6;
            *changed = true;
        } else {
            memcpy(out + o, text.p + i, n);
            o += n;
        }
        i += n;
    }
    return (struct str){out, o};
}

// jansson's own texts quote the input, so only its code is looked at.
static const char *problem_text(enum json_error_code code) {
    switch (code) {
    case json_error_duplicate_key: return "duplicate key";
    case json_error_invalid_utf8: return "invalid UTF-8";
    case json_error_numeric_overflow: return "number out of range";
    case json_error_premature_end_of_input: return "ends too early";
    case json_error_end_of_input_expected: return "bytes behind the end";
    case json_error_null_character:
    case json_error_null_byte_in_key: return "NUL in a text";
    default: return "not JSON";
    }
}

static void set_problem(struct json_result *result, const char *problem, int line) {
    result->line = line;
    (void)snprintf(result->problem, sizeof result->problem, "%s", problem);
}

static json_t *load(struct str text, struct json_result *result) {
    json_error_t error;
    json_t *document =
        json_loadb(text.p != NULL ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
    if (document != NULL) return document;
    set_problem(result, problem_text(json_error_code(&error)), error.line);
    return NULL;
}

json_t *json_read(struct str text, struct arena *arena, struct json_result *result) {
    *result = (struct json_result){0};
    if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_slice(text, 3, text.n);
    if (depth_of(text) > JSON_DEPTH_MAX) {
        set_problem(result, "too deep", 0);
        return NULL;
    }
    // Repair only what does not load: nearly nothing has to be copied.
    json_t *document = load(text, result);
    if (document != NULL || text.n == 0) return document;
    bool has_changed;
    struct str repaired = repair(text, arena, &has_changed);
    if (!has_changed) return NULL;
    *result = (struct json_result){0};
    document = load(repaired, result);
    result->was_repaired = document != NULL;
    return document;
}

struct str json_text(const json_t *string) {
    if (!json_is_string(string)) return (struct str){0};
    return (struct str){json_string_value(string), json_string_length(string)};
}

struct str json_str(const json_t *object, const char *key) {
    return json_text(json_object_get(object, key));
}

bool json_has_str(const json_t *object, const char *key) {
    return json_is_string(json_object_get(object, key));
}

int64_t json_int(const json_t *object, const char *key, int64_t fallback) {
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

double json_double(const json_t *object, const char *key, double fallback) {
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : fallback;
}

bool json_bool(const json_t *object, const char *key, bool fallback) {
    const json_t *value = json_object_get(object, key);
    return json_is_boolean(value) ? json_is_true(value) : fallback;
}

const json_t *json_object_of(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_object(value) ? value : NULL;
}

const json_t *json_array_of(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_array(value) ? value : NULL;
}

void json_escape(struct buf *out, struct str text) {
    buf_add_char(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
        buf_add(out, str_slice(text, from, i));
        from = i + 1;
        if (c == '"' || c == '\\') {
            buf_add_char(out, '\\');
            buf_add_char(out, (char)c);
        } else if (c == '\n') {
            buf_add(out, STR("\\n"));
        } else {
            buf_addf(out, "\\u%04x", c);
        }
    }
    buf_add(out, str_slice(text, from, text.n));
    buf_add_char(out, '"');
}

static void member(struct json_writer *w, const char *key) {
    if (w->needs_comma) buf_add_char(w->out, ',');
    w->needs_comma = true;
    if (key == NULL) return;
    json_escape(w->out, str_of(key));
    buf_add_char(w->out, ':');
}

void json_w_open(struct json_writer *w, const char *key, char bracket) {
    member(w, key);
    buf_add_char(w->out, bracket);
    w->needs_comma = false;
}

void json_w_close(struct json_writer *w, char bracket) {
    buf_add_char(w->out, bracket);
    w->needs_comma = true;
}

void json_w_str(struct json_writer *w, const char *key, struct str value) {
    member(w, key);
    json_escape(w->out, value);
}

void json_w_int(struct json_writer *w, const char *key, int64_t value) {
    member(w, key);
    buf_add_int(w->out, value);
}

void json_w_id(struct json_writer *w, const char *key, int64_t value) {
    member(w, key);
    buf_add_char(w->out, '"');
    buf_add_int(w->out, value);
    buf_add_char(w->out, '"');
}

void json_w_double(struct json_writer *w, const char *key, double value) {
    member(w, key);
    if (isfinite(value)) buf_addf(w->out, "%.10g", value);
    else buf_add(w->out, STR("null"));
}

void json_w_bool(struct json_writer *w, const char *key, bool value) {
    member(w, key);
    buf_add(w->out, value ? STR("true") : STR("false"));
}

void json_w_null(struct json_writer *w, const char *key) {
    member(w, key);
    buf_add(w->out, STR("null"));
}

void json_w_raw(struct json_writer *w, const char *key, struct str json) {
    member(w, key);
    buf_add(w->out, json);
}
