// SPDX-License-Identifier: Apache-2.0
//
// What happens each second whether or not anybody says so: node and roster, sweep of the
// unsettled, due timers, positions of the logs, expiry of what nobody sent, audit chain.
// Correct without any notice; notices only make it sooner.
#ifndef GATEWAY_PULSE_H
#define GATEWAY_PULSE_H

#include "gateway/gateway.h"

void pulse_start(struct gateway *gateway);
void pulse_stop(struct gateway *gateway);
// The shell's connection is there (again): number of this node, roster, channels.
void pulse_begin(struct gateway *gateway);
// The roster is known to have moved: read it now.
void pulse_roster(struct gateway *gateway);

#endif
