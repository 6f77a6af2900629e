// SPDX-License-Identifier: Apache-2.0
//
// Made when a judgement is stored or shown, not while judging.
#include "handlers/triage/explain.h"

#include "core/json.h"
#include "handlers/triage/facts.h"

enum { JSON_BYTES = 16384 };

static void span_write(struct json_writer *w, struct fact_span span) {
    json_w_int(w, "start", span.start);
    json_w_int(w, "length", span.length);
}

// Words that were seen: those of rules, of classes, of other languages' danger.
static bool is_of_text(struct str code) {
    return str_starts(code, STR("rule:")) || str_starts(code, STR("word:")) ||
           str_eq(code, STR("danger_word"));
}

// What the model said of this very text, by which it can be corrected and learn.
static void said_write(struct json_writer *w, const struct triage_result *result) {
    json_w_str(w, "version", triage_version(result->triage));
    json_w_str(w, "intent", str_of(intent_text(result->intent)));
    json_w_int(w, "category", (int)result->category);
}

static void reasons_write(struct json_writer *w, const struct triage_result *result,
                          const struct fact_text *text) {
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct triage_reason *reason = &result->reasons[i];
        struct fact_span span;
        json_w_open(w, NULL, '{');
        json_w_str(w, "code", reason->code);
        json_w_str(w, "word", reason->word);
        if (text != NULL && is_of_text(reason->code) &&
            fact_find(text, reason->word, &span))
            span_write(w, span);
        if (str_eq(reason->code, STR("model")) && result->triage != NULL)
            said_write(w, result);
        json_w_close(w, '}');
    }
}

// A listed name: what was written, and what the list knows of it.
static void name_write(struct json_writer *w, const struct place_name *name,
                       const struct fact_text *text) {
    struct fact_span span = {name->start, name->length};
    json_w_open(w, NULL, '{');
    json_w_str(w, "code", STR("fact:place"));
    json_w_str(w, "word", fact_value(text, span));
    span_write(w, span);
    json_w_str(w, "name", name->name);
    json_w_str(w, "kind", name->kind);
    json_w_open(w, "kobans", '[');
    for (size_t i = 0; i < name->koban_count; i++) json_w_int(w, NULL, name->kobans[i]);
    json_w_close(w, ']');
    json_w_close(w, '}');
}

// Says nothing that a listed name does not say.
static bool is_within(struct fact_span span, struct place_names names) {
    for (size_t i = 0; i < names.count; i++) {
        const struct place_name *name = &names.list[i];
        if (span.start >= name->start &&
            span.start + span.length <= name->start + name->length)
            return true;
    }
    return false;
}

static void facts_write(struct json_writer *w, const struct triage_result *result,
                        struct place_names names, const struct fact_text *text) {
    struct fact facts[FACTS_MAX];
    const struct language *language =
        language_find(result->triage->set, result->language);
    size_t count = facts_read(result->triage, language, text, facts);
    for (size_t i = 0; i < names.count; i++) {
        if (names.list[i].start + names.list[i].length <= text->count)
            name_write(w, &names.list[i], text);
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(facts[i].code, "fact:place") == 0 && is_within(facts[i].span, names))
            continue;
        json_w_open(w, NULL, '{');
        json_w_str(w, "code", str_of(facts[i].code));
        json_w_str(w, "word", fact_value(text, facts[i].span));
        span_write(w, facts[i].span);
        json_w_close(w, '}');
    }
}

struct str triage_reasons_json(const struct triage_result *result,
                               struct place_names names, struct arena *arena) {
    struct buf out;
    buf_init_arena(&out, arena, JSON_BYTES);
    struct json_writer w = {.out = &out};
    // Longer texts were judged by their beginning and their end: no places are told.
    bool is_sought = result->triage != NULL && result->text.n <= TRIAGE_TEXT_MAX &&
                     intent_rank(result->intent) > intent_rank(INTENT_COMMAND);
    json_w_open(&w, NULL, '[');
    if (is_sought) {
        struct fact_text text = fact_text_new(result->text, arena);
        reasons_write(&w, result, &text);
        facts_write(&w, result, names, &text);
    } else {
        reasons_write(&w, result, NULL);
    }
    json_w_close(&w, ']');
    return buf_str(&out);
}
