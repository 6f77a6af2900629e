// SPDX-License-Identifier: Apache-2.0
//
// Making one serving process out of its parts, and ending it.
#ifndef GATEWAY_START_H
#define GATEWAY_START_H

#include "gateway/gateway.h"

// Connects and begins; serves as soon as a directory is there (from the database, or from
// the journal's mirror while the database is away).
struct gateway *gateway_start(struct event_base *base, const struct config *config,
                              const struct house *house, int worker);
// Stop claiming and streaming; what is in flight goes on.
void gateway_drain(struct gateway *gateway);
// Channels and roster are known and something can keep what comes in.
bool gateway_is_ready(const struct gateway *gateway);
bool gateway_is_idle(const struct gateway *gateway);
// Gives node number and leases back, so that others need not wait for them to run out;
// node_id is -1 when that is done.
void gateway_leave(struct gateway *gateway);
void gateway_stop(struct gateway *gateway);

#endif
