// SPDX-License-Identifier: Apache-2.0
//
// Text tables of event.h.
#include "core/event.h"

#include "core/text_table.h"

static const char *const kind_texts[EVENT_KIND_COUNT] = {
    [EVENT_MESSAGE] = "message", [EVENT_RECEIPT] = "receipt",
    [EVENT_FOLLOW] = "follow",   [EVENT_UNFOLLOW] = "unfollow",
    [EVENT_UNSEND] = "unsend",   [EVENT_PRESENCE] = "presence",
    [EVENT_TIMER] = "timer",     [EVENT_COMMAND] = "command",
    [EVENT_ALERT] = "alert",
};

static const char *const outcome_texts[OUTCOME_COUNT] = {
    [OUTCOME_UNSETTLED] = "unsettled", [OUTCOME_MESSAGE] = "message",
    [OUTCOME_COMMAND] = "command",     [OUTCOME_RECEIPT] = "receipt",
    [OUTCOME_FOLLOW] = "follow",       [OUTCOME_QUARANTINE] = "quarantine",
};

static const char *const command_texts[COMMAND_KIND_COUNT] = {
    [COMMAND_OPEN] = "open",
    [COMMAND_CLAIM] = "claim",
    [COMMAND_RELEASE] = "release",
    [COMMAND_REPLY] = "reply",
    [COMMAND_NOTE] = "note",
    [COMMAND_TRANSFER] = "transfer",
    [COMMAND_STATUS] = "status",
    [COMMAND_MANNER] = "manner",
    [COMMAND_CLOSE] = "close",
    [COMMAND_REPEAT] = "repeat",
    [COMMAND_SETTLE_UNKNOWN] = "settle_unknown",
    [COMMAND_WAIT] = "wait",
    [COMMAND_ESCALATE] = "escalate",
    [COMMAND_LEAVE] = "leave",
    [COMMAND_VISIT] = "visit",
};

const char *event_kind_text(enum event_kind kind) {
    return text_of(kind_texts, EVENT_KIND_COUNT, (int)kind);
}

const char *outcome_text(enum outcome outcome) {
    return text_of(outcome_texts, OUTCOME_COUNT, (int)outcome);
}

const char *command_kind_text(enum command_kind kind) {
    return text_of(command_texts, COMMAND_KIND_COUNT, (int)kind);
}

bool command_kind_from_text(struct str text, enum command_kind *out) {
    int code;
    if (!text_find(command_texts, COMMAND_KIND_COUNT, text, &code)) return false;
    *out = (enum command_kind)code;
    return true;
}
