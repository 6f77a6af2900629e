// SPDX-License-Identifier: Apache-2.0
//
// GET /api/languages: the language files as this process has read them, with the mark of
// what no native speaker has checked, and the version of the model. For supervisors and
// administrators; the files are data and are changed outside.
#include "core/json.h"
#include "gateway/console_call.h"
#include "handlers/triage/triage.h"

enum { LANGUAGES_BYTES_MAX = 1024 * 1024 };

// Sentences of a language as people read them; phrases of the officers' buttons with
// them.
static void texts_write(struct json_writer *w, const struct language *language) {
    json_w_open(w, "sentences", '[');
    for (size_t i = 0; i < language->sentence_count; i++) {
        const struct sentence *sentence = &language->sentences[i];
        json_w_open(w, NULL, '{');
        json_w_str(w, "id", sentence->id);
        json_w_str(w, "text", sentence->variants[MANNER_NORMAL]);
        json_w_int(w, "parts", sentence->parts);
        json_w_bool(w, "draft", sentence->is_draft);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
    json_w_open(w, "phrases", '[');
    for (size_t i = 0; i < language->phrase_count; i++) {
        json_w_open(w, NULL, '{');
        json_w_str(w, "id", language->phrases[i].id);
        json_w_str(w, "text", language->phrases[i].text);
        json_w_bool(w, "draft", language->phrases[i].is_draft);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
}

static void languages_write(struct console_call *call) {
    const struct house *house = &call->gateway->house;
    struct buf out;
    buf_init(&out, LANGUAGES_BYTES_MAX);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "model", triage_version(house->triage));
    json_w_open(&w, "languages", '[');
    for (size_t i = 0; i < house->languages->count; i++) {
        const struct language *language = house->languages->languages[i];
        json_w_open(&w, NULL, '{');
        json_w_str(&w, "tag", language->tag);
        json_w_str(&w, "name", language->name);
        texts_write(&w, language);
        json_w_close(&w, '}');
    }
    json_w_close(&w, ']');
    json_w_close(&w, '}');
    console_json(call->request, buf_str(&out));
    buf_free(&out);
}

static void on_allowed(void *context, const struct db_result *result) {
    struct console_call *call = context;
    if (!console_failed(call, result)) languages_write(call);
    console_end(call);
}

void console_languages(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_ADMIN);
    db_bytes(batch, console_session(call));
    db_send(batch, on_allowed, call);
}
