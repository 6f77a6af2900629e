// SPDX-License-Identifier: Apache-2.0
//
// Sending: drains the channels whose lease this process holds. To claim is to send;
// what was claimed and not heard of again is unknown, never queued by itself.
#ifndef GATEWAY_OUTBOX_H
#define GATEWAY_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "adapters/adapter.h"
#include "gateway/gateway.h"

struct outbox *outbox_new(struct gateway *gateway);
void outbox_free(struct outbox *outbox);

// Something was queued there: look now. Also called each second for everything.
void outbox_wake(struct outbox *outbox, int32_t area_id, int32_t channel_id);

// The degraded path: sends one text past the database, once, and forgets it.
void outbox_direct(struct outbox *outbox, const struct channel *channel,
                   const struct outbound *outbound);
// The degraded path: texts the last known duty phones of an area.
void outbox_page_area(struct outbox *outbox, int32_t area_id);

// Stops claiming; what is in flight goes on.
void outbox_drain(struct outbox *outbox);
bool outbox_is_idle(const struct outbox *outbox);

#endif
