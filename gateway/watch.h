// SPDX-License-Identifier: Apache-2.0
//
// Gauges of what waits in the database, for the rules of deploy/prometheus: read about
// once a second by one cheap call. Every process tells the same; rules take the largest.
#ifndef GATEWAY_WATCH_H
#define GATEWAY_WATCH_H

#include "gateway/gateway.h"

struct watch *watch_new(struct gateway *gateway);
void watch_free(struct watch *watch);
// Reads again, unless the last reading is still under way; tells how old the last one is.
void watch_beat(struct watch *watch);

#endif
