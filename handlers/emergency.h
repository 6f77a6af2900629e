// SPDX-License-Identifier: Apache-2.0
//
// A message that is an emergency, or raises its thread to one.
#ifndef HANDLERS_EMERGENCY_H
#define HANDLERS_EMERGENCY_H

#include "handlers/handler.h"

bool emergency_takes(const struct decision *decision, const struct event *event);
void emergency_decide(const struct decision *decision, const struct event *event,
                      struct plan *plan);

#endif
