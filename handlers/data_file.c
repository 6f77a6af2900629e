// SPDX-License-Identifier: Apache-2.0
//
// jansson keeps no lines, so the line of a key is looked up in the text when (and only
// when) there is something wrong with it.
#include "handlers/data_file.h"

#include <stdarg.h>
#include <stdio.h>

// A reader over text that jansson has accepted already.
struct scan {
    struct str text;
    size_t at;
    int line;
};

static void scan_blank(struct scan *scan) {
    while (scan->at < scan->text.n) {
        char c = scan->text.p[scan->at];
        if (c == '\n') scan->line++;
        else if (c != ' ' && c != '\t' && c != '\r') return;
        scan->at++;
    }
}

static char scan_peek(struct scan *scan) {
    scan_blank(scan);
    return scan->at < scan->text.n ? scan->text.p[scan->at] : '\0';
}

// The bytes between the quotes, escapes as they stand.
static struct str scan_string(struct scan *scan) {
    size_t from = ++scan->at;
    while (scan->at < scan->text.n && scan->text.p[scan->at] != '"')
        scan->at += scan->text.p[scan->at] == '\\' ? 2 : 1;
    struct str inside = str_slice(scan->text, from, scan->at);
    scan->at++;
    return inside;
}

// Past a bracket, comma, number or literal; a word ends before a comma or bracket.
static void scan_token(struct scan *scan) {
    bool is_word = strchr("{}[],:", scan->text.p[scan->at]) == NULL;
    scan->at++;
    while (is_word && scan->at < scan->text.n &&
           strchr(",]} \t\r\n", scan->text.p[scan->at]) == NULL)
        scan->at++;
}

// Past one value of any kind.
static void scan_skip(struct scan *scan) {
    int depth = 0;
    do {
        char c = scan_peek(scan);
        if (c == '\0') return;
        if (c == '{' || c == '[') depth++;
        if (c == '}' || c == ']') depth--;
        if (c == '"') (void)scan_string(scan);
        else scan_token(scan);
    } while (depth > 0);
}

// Stands at the value of the path's next part afterwards; false when there is none.
static bool scan_enter(struct scan *scan, struct str part) {
    char bracket = scan_peek(scan);
    if (bracket != '{' && bracket != '[') return false;
    scan->at++;
    for (int64_t i = 0;; i++) {
        char c = scan_peek(scan);
        if (c == ',') {
            scan->at++;
            c = scan_peek(scan);
        }
        if (c == '}' || c == ']' || c == '\0') return false;
        int64_t wanted = -1;
        if (bracket == '{') {
            struct scan here = *scan;
            struct str key = scan_string(scan);
            (void)scan_peek(scan);
            scan->at++; // the colon
            if (str_eq(key, part)) {
                scan->line = here.line;
                return true;
            }
        } else if (str_to_i64(part, &wanted) && wanted == i) {
            return true;
        }
        scan_skip(scan);
    }
}

int data_line(struct str bytes, struct str path) {
    struct scan scan = {.text = bytes, .line = 1};
    struct str part;
    (void)scan_peek(&scan);
    int line = scan.line;
    while (path.n > 0 && str_next(&path, '.', &part)) {
        if (!scan_enter(&scan, part)) break;
        line = scan.line;
    }
    return line;
}

void data_error(struct data_node node, const char *format, ...) {
    char problem[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(problem, sizeof problem, format, arguments);
    va_end(arguments);
    struct data_file *file = node.file;
    file->error_count++;
    const char *key = node.path.n > 0 ? node.path.p : "document";
    int key_len = node.path.n > 0 ? (int)node.path.n : 8;
    buf_addf(file->errors, "%.*s:%d: %.*s: %s\n", (int)file->name.n, file->name.p,
             data_line(file->bytes, node.path), key_len, key, problem);
}

json_t *data_open(struct data_file *file) {
    struct json_result result;
    json_t *json = json_read(file->bytes, file->arena, &result);
    if (json != NULL && json_is_object(json)) return json;
    const char *problem = json == NULL ? result.problem : "must be an object";
    file->error_count++;
    buf_addf(file->errors, "%.*s:%d: document: %s\n", (int)file->name.n, file->name.p,
             result.line > 0 ? result.line : 1, problem);
    json_decref(json);
    return NULL;
}

struct data_node data_root(struct data_file *file, const json_t *json) {
    return (struct data_node){file, json, {0}};
}

static struct str path_join(struct data_node node, struct str part) {
    struct arena *arena = node.file->arena;
    if (node.path.n == 0) return arena_dup(arena, part);
    return arena_printf(arena, "%.*s.%.*s", (int)node.path.n, node.path.p, (int)part.n,
                        part.p);
}

struct data_node data_member(struct data_node node, const char *key) {
    return (struct data_node){node.file, json_object_get(node.json, key),
                              path_join(node, str_of(key))};
}

static struct data_node typed(struct data_node node, const char *key, json_type type,
                              const char *problem) {
    struct data_node member = data_member(node, key);
    if (member.json != NULL && json_typeof(member.json) != type) {
        data_error(member, "%s", problem);
        member.json = NULL;
    }
    return member;
}

struct data_node data_object(struct data_node node, const char *key) {
    return typed(node, key, JSON_OBJECT, "must be an object");
}

struct data_node data_array(struct data_node node, const char *key) {
    return typed(node, key, JSON_ARRAY, "must be a list");
}

struct data_node data_element(struct data_node array, size_t index) {
    struct str part = arena_printf(array.file->arena, "%zu", index);
    return (struct data_node){array.file, json_array_get(array.json, index),
                              path_join(array, part)};
}

struct str data_str(struct data_node node, const char *key, bool is_required) {
    struct data_node member = typed(node, key, JSON_STRING, "must be a string");
    struct str text = json_text(member.json);
    if (is_required && text.n == 0) data_error(member, "is missing");
    return arena_dup(node.file->arena, text);
}

int64_t data_int(struct data_node node, const char *key, int64_t least, int64_t most) {
    struct data_node member = typed(node, key, JSON_INTEGER, "must be a whole number");
    if (member.json == NULL) {
        if (json_object_get(node.json, key) == NULL) data_error(member, "is missing");
        return least;
    }
    int64_t value = json_integer_value(member.json);
    if (value < least || value > most) {
        data_error(member, "must be %lld to %lld", (long long)least, (long long)most);
        return least;
    }
    return value;
}

bool data_bool(struct data_node node, const char *key, bool fallback) {
    struct data_node member = data_member(node, key);
    if (member.json == NULL) return fallback;
    if (json_is_boolean(member.json)) return json_is_true(member.json);
    data_error(member, "must be true or false");
    return fallback;
}

const struct str *data_strs(struct data_node node, const char *key, size_t *count) {
    struct data_node array = data_array(node, key);
    size_t n = array.json != NULL ? json_array_size(array.json) : 0;
    struct str *out = ARENA_ARRAY(node.file->arena, struct str, n);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        struct data_node element = data_element(array, i);
        if (json_is_string(element.json) && json_string_length(element.json) > 0)
            out[(*count)++] = arena_dup(node.file->arena, json_text(element.json));
        else data_error(element, "must be a string that is not empty");
    }
    return out;
}

void data_only(struct data_node node, const char *const *keys) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)node.json, key, value) {
        (void)value;
        size_t i = 0;
        while (keys[i] != NULL && strcmp(keys[i], key) != 0) i++;
        if (keys[i] == NULL) data_error(data_member(node, key), "is not a known key");
    }
}
