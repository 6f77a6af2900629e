// SPDX-License-Identifier: Apache-2.0
//
// Sending: drains the channels whose lease this process holds. To claim is to send;
// what was claimed and not heard of again is unknown, never queued by itself.
#ifndef GATEWAY_OUTBOX_H
#define GATEWAY_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/gateway.h"

struct outbox *outbox_new(struct gateway *gateway);
void outbox_free(struct outbox *outbox);

// Something was queued there: look now. Also called each second for everything.
void outbox_wake(struct outbox *outbox, int32_t area_id, int32_t channel_id);

// Stops claiming; what is in flight goes on.
void outbox_drain(struct outbox *outbox);
bool outbox_is_idle(const struct outbox *outbox);

#endif
