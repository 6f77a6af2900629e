// SPDX-License-Identifier: Apache-2.0
//
// Text tables and transitions of message.h.
#include "core/message.h"

#include <stddef.h>

#include "core/text_table.h"

static const char *const intent_texts[INTENT_COUNT] = {
    [INTENT_OTHER] = "other",
    [INTENT_COMMAND] = "command",
    [INTENT_CONSULTATION] = "consultation",
    [INTENT_UNCLEAR] = "unclear",
    [INTENT_EMERGENCY] = "emergency",
};

static const char *const category_texts[CATEGORY_COUNT] = {
    [CATEGORY_OTHER] = "other",
    [CATEGORY_DOMESTIC_VIOLENCE] = "domestic_violence",
    [CATEGORY_CHILD_ABUSE] = "child_abuse",
    [CATEGORY_ASSAULT] = "assault",
    [CATEGORY_ROBBERY] = "robbery",
    [CATEGORY_BREAK_IN] = "break_in",
    [CATEGORY_THEFT] = "theft",
    [CATEGORY_STALKING] = "stalking",
    [CATEGORY_GROPING] = "groping",
    [CATEGORY_KIDNAPPING] = "kidnapping",
    [CATEGORY_MISSING_PERSON] = "missing_person",
    [CATEGORY_SUICIDE] = "suicide",
    [CATEGORY_MEDICAL] = "medical",
    [CATEGORY_FIRE] = "fire",
    [CATEGORY_GAS] = "gas",
    [CATEGORY_DROWNING] = "drowning",
    [CATEGORY_TRAFFIC] = "traffic",
    [CATEGORY_DISASTER] = "disaster",
    [CATEGORY_SCAM] = "scam",
    [CATEGORY_SUSPICIOUS] = "suspicious",
    [CATEGORY_MOB] = "mob",
    [CATEGORY_LOST_AND_FOUND] = "lost_and_found",
    [CATEGORY_NOISE] = "noise",
    [CATEGORY_PARKING] = "parking",
    [CATEGORY_NEIGHBOUR] = "neighbour",
    [CATEGORY_ANIMAL] = "animal",
    [CATEGORY_DIRECTIONS] = "directions",
    [CATEGORY_PAPERWORK] = "paperwork",
    [CATEGORY_VOLUNTEER] = "volunteer",
    [CATEGORY_VISIT] = "visit",
    [CATEGORY_PATROL] = "patrol",
    [CATEGORY_CYBER] = "cyber",
};

static const char *const direction_texts[DIRECTION_COUNT] = {
    [DIRECTION_INBOUND] = "inbound", [DIRECTION_OUTBOUND] = "outbound",
    [DIRECTION_NOTE] = "note",       [DIRECTION_SYSTEM] = "system",
    [DIRECTION_PAGE] = "page",
};

static const char *const message_kind_texts[MESSAGE_KIND_COUNT] = {
    [MESSAGE_TEXT] = "text",       [MESSAGE_LOCATION] = "location",
    [MESSAGE_STICKER] = "sticker", [MESSAGE_IMAGE] = "image",
    [MESSAGE_VIDEO] = "video",     [MESSAGE_AUDIO] = "audio",
    [MESSAGE_FILE] = "file",       [MESSAGE_PLACEHOLDER] = "placeholder",
};

static const char *const outbound_state_texts[OUTBOUND_STATE_COUNT] = {
    [OUTBOUND_NONE] = "none",           [OUTBOUND_QUEUED] = "queued",
    [OUTBOUND_SENDING] = "sending",     [OUTBOUND_SENT] = "sent",
    [OUTBOUND_DELIVERED] = "delivered", [OUTBOUND_READ] = "read",
    [OUTBOUND_FAILED] = "failed",       [OUTBOUND_UNKNOWN] = "unknown",
    [OUTBOUND_EXPIRED] = "expired",
};

const char *intent_text(enum intent intent) {
    return text_of(intent_texts, INTENT_COUNT, (int)intent);
}

const char *category_text(enum category category) {
    return text_of(category_texts, CATEGORY_COUNT, (int)category);
}

const char *direction_text(enum direction direction) {
    return text_of(direction_texts, DIRECTION_COUNT, (int)direction);
}

const char *message_kind_text(enum message_kind kind) {
    return text_of(message_kind_texts, MESSAGE_KIND_COUNT, (int)kind);
}

const char *outbound_state_text(enum outbound_state state) {
    return text_of(outbound_state_texts, OUTBOUND_STATE_COUNT, (int)state);
}

bool intent_from_text(struct str text, enum intent *out) {
    int code;
    if (!text_find(intent_texts, INTENT_COUNT, text, &code)) return false;
    *out = (enum intent)code;
    return true;
}

bool category_from_text(struct str text, enum category *out) {
    int code;
    if (!text_find(category_texts, CATEGORY_COUNT, text, &code)) return false;
    *out = (enum category)code;
    return true;
}

bool outbound_state_from_text(struct str text, enum outbound_state *out) {
    int code;
    if (!text_find(outbound_state_texts, OUTBOUND_STATE_COUNT, text, &code)) return false;
    *out = (enum outbound_state)code;
    return true;
}

int intent_rank(enum intent intent) {
    static const int ranks[INTENT_COUNT] = {
        [INTENT_OTHER] = 0,   [INTENT_COMMAND] = 0,   [INTENT_CONSULTATION] = 1,
        [INTENT_UNCLEAR] = 2, [INTENT_EMERGENCY] = 3,
    };
    return intent >= 0 && intent < INTENT_COUNT ? ranks[intent] : 2;
}

#define MAY(state) (1U << (state))

bool outbound_may_become(enum outbound_state from, enum outbound_state to) {
    static const unsigned next[OUTBOUND_STATE_COUNT] = {
        [OUTBOUND_NONE] = 0,
        [OUTBOUND_QUEUED] = MAY(OUTBOUND_SENDING) | MAY(OUTBOUND_SENT) |
                            MAY(OUTBOUND_DELIVERED) | MAY(OUTBOUND_READ) |
                            MAY(OUTBOUND_FAILED) | MAY(OUTBOUND_EXPIRED),
        [OUTBOUND_SENDING] = MAY(OUTBOUND_QUEUED) | MAY(OUTBOUND_SENT) |
                             MAY(OUTBOUND_DELIVERED) | MAY(OUTBOUND_READ) |
                             MAY(OUTBOUND_FAILED) | MAY(OUTBOUND_UNKNOWN) |
                             MAY(OUTBOUND_EXPIRED),
        [OUTBOUND_SENT] = MAY(OUTBOUND_DELIVERED) | MAY(OUTBOUND_READ) |
                          MAY(OUTBOUND_FAILED) | MAY(OUTBOUND_EXPIRED),
        [OUTBOUND_DELIVERED] = MAY(OUTBOUND_READ),
        [OUTBOUND_READ] = 0,
        [OUTBOUND_FAILED] = 0,
        [OUTBOUND_UNKNOWN] = MAY(OUTBOUND_SENT) | MAY(OUTBOUND_DELIVERED) |
                             MAY(OUTBOUND_READ) | MAY(OUTBOUND_FAILED) |
                             MAY(OUTBOUND_EXPIRED),
        [OUTBOUND_EXPIRED] = 0,
    };
    if (from < 0 || from >= OUTBOUND_STATE_COUNT) return false;
    return (next[from] & MAY(to)) != 0;
}
