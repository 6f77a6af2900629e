// SPDX-License-Identifier: Apache-2.0
//
// An alert to volunteers as adapters and handlers see it: its words for a severity, a
// kind and a state are those of SQL, the API and the screen; its texts by language.
#ifndef CORE_ALERT_H
#define CORE_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

enum { ALERT_TEXTS_MAX = 16, ALERT_REFERENCES_MAX = 8 };

// Codes are stored.
enum alert_severity {
    ALERT_INFORMATION = 1,
    ALERT_WARNING = 2,
    ALERT_DANGER = 3, // to life; ignores quiet hours
};

enum alert_kind {
    ALERT_ALERT = 1,
    ALERT_CORRECTION = 2,
    ALERT_ALL_CLEAR = 3,
};

struct alert_text {
    struct str language; // tag
    struct str topic;    // its name in that language; empty: none
    struct str body;
};

// Of our own in a feed, or of another service on its way to be a draft.
struct alert {
    struct str identifier; // unique for its sender; no blank, comma, "<" or "&"
    struct str sender;
    int64_t sent_ms, expires_ms; // 0: not said
    enum alert_kind kind;
    enum alert_severity severity;
    struct str topic_code; // of the country pack; empty: not said
    struct str sender_name, area_name;
    // What it follows, "sender,identifier" each.
    struct str references[ALERT_REFERENCES_MAX];
    size_t reference_count;
    struct alert_text texts[ALERT_TEXTS_MAX];
    size_t text_count;
};

#endif
