// SPDX-License-Identifier: Apache-2.0
//
// Alerts in the gateway: queues recipients in chunks under a lease, ends what is over,
// tells the drains where recipients wait and the consoles how far it is. Sending itself
// is outbox_delivery.c's.
#ifndef GATEWAY_ALERT_H
#define GATEWAY_ALERT_H

#include <stdint.h>

#include "gateway/gateway.h"

struct alerts *alerts_new(struct gateway *gateway);
void alerts_free(struct alerts *alerts);

// Something was approved, resumed or stopped: look now instead of within a second.
void alerts_kick(struct alerts *alerts);
// A recipient's state changed: consoles hear of it, at most once a second an alert.
void alert_moved(struct alerts *alerts, int32_t area_id, int64_t alert_id);

#endif
