// SPDX-License-Identifier: Apache-2.0
//
// Triage: what a message is, in microseconds, on this machine, with reasons a person can
// read. Folding, word classes, a model over hashed n-grams (model.bin, made by
// `koban train` from corpus/ alone), and rules of the language files that can only raise.
//
// It never lowers: doubt, an unknown language, a text too short to tell and a failing
// model all give at least INTENT_UNCLEAR. Pure; no allocation but in the arena given.
#ifndef HANDLERS_TRIAGE_TRIAGE_H
#define HANDLERS_TRIAGE_TRIAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/contact.h"
#include "core/message.h"
#include "core/str.h"
#include "core/thread.h"
#include "handlers/country.h"
#include "handlers/language.h"

enum { TRIAGE_REASONS_MAX = 8, TRIAGE_TEXT_MAX = 8192 };

struct triage; // immutable

struct triage_input {
    struct str text;           // as sent, valid UTF-8
    struct str known_language; // of the contact; empty: not known
    enum question question;    // the thread's open question of ours
    bool thread_is_emergency;  // the address has an open emergency: nothing is a command
    enum message_kind message_kind;
};

// Why: a code ("rule:cannot_talk", "model", "language", "short", "answer", "keyword")
// and the words or figure that decided.
struct triage_reason {
    struct str code;
    struct str word;
};

struct triage_result {
    const struct triage *triage; // who judged
    struct str text;             // what was judged, as sent
    enum intent intent;
    float emergency_probability; // calibrated, 0..1
    enum category category;
    int16_t urgency;           // 0 none .. 3 life in danger
    struct str language;       // a tag of the set, or "und"
    struct str language_guess; // with "und": what it may be ("vi"); else empty
    enum manner manner;
    struct str numbers;          // emergency numbers that are right (country pack)
    enum command_word command;   // with INTENT_COMMAND
    struct str command_argument; // folded; empty: none
    bool is_plea_alone;          // HELP, 助けて, TOLONG and nothing else
    bool is_answer;              // a digit, yes or no to the thread's open question
    struct triage_reason reasons[TRIAGE_REASONS_MAX];
    size_t reason_count;
};

// Compiles the languages' lists and takes the model. Everything lives in the arena;
// model bytes, set and country must outlive it. A model that is missing or damaged adds
// a line to errors and is left out: every message is then at least UNCLEAR.
const struct triage *triage_new(struct str model, const struct language_set *set,
                                const struct country *country, struct arena *arena,
                                struct buf *errors);

// The model's version, 12 hex digits; empty without a model.
struct str triage_version(const struct triage *triage);

// Judges one text. Deterministic. Longer texts than TRIAGE_TEXT_MAX are judged by their
// beginning and their end.
void triage_run(const struct triage *triage, const struct triage_input *input,
                struct triage_result *out, struct arena *arena);

#endif
