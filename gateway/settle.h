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

#include "gateway/gateway.h"
#include "gateway/settle_item.h"

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
