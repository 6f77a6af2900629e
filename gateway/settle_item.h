// SPDX-License-Identifier: Apache-2.0
//
// One event on its way through settle, and what its submitter hears.
#ifndef GATEWAY_SETTLE_ITEM_H
#define GATEWAY_SETTLE_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"
#include "core/plan.h"

enum settle_result {
    SETTLE_DONE = 0,
    SETTLE_KNOWN,   // another process settled it first, or the command was done before
    SETTLE_REFUSED, // a rule of people said no: plan->refusal
    SETTLE_NOT_ALLOWED, // session or scope: rule 401, 403, 404, 423
    SETTLE_QUARANTINED,
    SETTLE_AWAY // the database is away: a command was not done
};

struct settle_outcome {
    enum settle_result result;
    int rule;                // SETTLE_NOT_ALLOWED
    const struct plan *plan; // DONE and REFUSED; valid during the callback
    int64_t message_id;      // a command's reply or note
};

typedef void settle_done(void *context, const struct settle_outcome *outcome);

// One event on its way. Made by the caller in an arena that outlives the callback.
struct settle_item {
    struct settle_item *next;
    struct event event;
    int32_t channel_id; // 0: timer, command
    int32_t intake_id;
    int64_t inbox_id; // 0: not from the inbox
    int16_t attempts;
    bool is_urgent;
    bool is_degraded, was_told_directly; // replayed from the journal
    int32_t area_id;                     // timer, command: the thread
    int64_t thread_id;
    bool has_session; // command of a console
    uint8_t session[32];
    settle_done *done; // may be NULL
    void *context;
    // private to settle
    int16_t stale_count;
    bool is_live; // keeps the item out of the sweep of its own process
};

#endif
