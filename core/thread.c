// SPDX-License-Identifier: Apache-2.0
//
// Text tables and questions of thread.h.
#include "core/thread.h"

#include "core/text_table.h"

static const char *const state_texts[THREAD_STATE_COUNT] = {
    [THREAD_OPEN] = "open",
    [THREAD_CLAIMED] = "claimed",
    [THREAD_WAITING] = "waiting",
    [THREAD_CLOSED] = "closed",
};

static const char *const status_texts[STATUS_COUNT] = {
    [STATUS_NONE] = "none",         [STATUS_ON_THE_WAY] = "on_the_way",
    [STATUS_ON_SCENE] = "on_scene", [STATUS_PASSED_ON] = "passed_on",
    [STATUS_DONE] = "done",
};

static const char *const disposition_texts[DISPOSITION_COUNT] = {
    [DISPOSITION_NONE] = "none",
    [DISPOSITION_REPLIED] = "replied",
    [DISPOSITION_ATTENDED] = "attended",
    [DISPOSITION_PASSED_ON] = "passed_on",
    [DISPOSITION_LOST_FOUND] = "lost_found",
    [DISPOSITION_DUPLICATE] = "duplicate",
    [DISPOSITION_FALSE_ALARM] = "false_alarm",
    [DISPOSITION_NO_REPLY] = "no_reply",
};

const char *thread_state_text(enum thread_state state) {
    return text_of(state_texts, THREAD_STATE_COUNT, (int)state);
}

const char *officer_status_text(enum officer_status status) {
    return text_of(status_texts, STATUS_COUNT, (int)status);
}

const char *disposition_text(enum disposition disposition) {
    return text_of(disposition_texts, DISPOSITION_COUNT, (int)disposition);
}

bool officer_status_from_text(struct str text, enum officer_status *out) {
    int code;
    if (!text_find(status_texts, STATUS_COUNT, text, &code)) return false;
    *out = (enum officer_status)code;
    return true;
}

bool disposition_from_text(struct str text, enum disposition *out) {
    int code;
    if (!text_find(disposition_texts, DISPOSITION_COUNT, text, &code)) return false;
    *out = (enum disposition)code;
    return true;
}

bool thread_is_open(const struct thread *thread) {
    return thread->id != 0 && thread->state != THREAD_CLOSED;
}

bool thread_is_unacknowledged(const struct thread *thread) {
    return thread_is_open(thread) && thread->intent == INTENT_EMERGENCY &&
           thread->acknowledged_at_ms == 0;
}

enum surge thread_surge(const struct thread *thread) {
    if (!thread->is_surge) return SURGE_NONE;
    return thread->rung == SURGE_PAGES ? SURGE_PAGES : SURGE_KOBAN;
}
