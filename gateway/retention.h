// SPDX-License-Identifier: Apache-2.0
//
// Erasing what is older than the country pack allows, by the holder of a lease, a chunk
// at a time and on the console's connection: no resident waits for it.
#ifndef GATEWAY_RETENTION_H
#define GATEWAY_RETENTION_H

#include "gateway/gateway.h"

struct retention;

struct retention *retention_new(struct gateway *gateway);
void retention_free(struct retention *retention);
// Each second; does something when it is time.
void retention_beat(struct retention *retention);

#endif
