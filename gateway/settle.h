// SPDX-License-Identifier: Apache-2.0
//
// Settle: facts, decide, apply. Stored events, due timers and officers' commands wait
// here; each batch is three round trips (facts by the first key, facts by the second,
// one transaction that applies all plans). Two lanes with a connection each, so that an
// emergency never waits behind an ordinary batch.
//
// Invariants: at most one event of a contact and of a thread in a batch; a stale version
// changes nothing and is decided again; a bad row is halved out and quarantined; what is
// not settled stays in the inbox, where any process's sweep finds it.
#ifndef GATEWAY_SETTLE_H
#define GATEWAY_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"
#include "core/plan.h"
#include "gateway/gateway.h"

enum settle_result {
    SETTLE_DONE = 0,
    SETTLE_KNOWN,       // another process settled it first, or the command was done before
    SETTLE_REFUSED,     // a rule of people said no: plan->refusal
    SETTLE_NOT_ALLOWED, // session or scope: rule 401, 403, 404, 423
    SETTLE_QUARANTINED,
    SETTLE_AWAY // the database is away: a command was not done
};

struct settle_outcome {
    enum settle_result result;
    int rule;               // SETTLE_NOT_ALLOWED
    const struct plan *plan; // DONE and REFUSED; valid during the callback
    int64_t message_id;     // a command's reply or note
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
    int32_t area_id;   // timer, command: the thread
    int64_t thread_id;
    bool has_session; // command of a console
    uint8_t session[32];
    settle_done *done; // may be NULL
    void *context;
    // private to settle
    int16_t stale_count;
    bool is_live; // keeps the item out of the sweep of its own process
};

struct settle *settle_new(struct gateway *gateway);
void settle_free(struct settle *settle);

void settle_submit(struct settle *settle, struct settle_item *item);

// Whether an inbox id is queued or under way here.
bool settle_holds(const struct settle *settle, int64_t inbox_id);

// Whether due timers are queued or under way here.
bool settle_holds_timers(const struct settle *settle);

// Items queued and under way.
size_t settle_depth(const struct settle *settle);
bool settle_is_idle(const struct settle *settle);

// The connection of a lane is back (or lost): called by the shell.
void settle_kick(struct settle *settle);

#endif
