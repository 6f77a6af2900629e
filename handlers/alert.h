// SPDX-License-Identifier: Apache-2.0
//
// Another service's alert (CAP): a draft for the officers of the channel's desk. Nothing
// is sent before a second officer has approved it like one of our own.
#ifndef HANDLERS_ALERT_H
#define HANDLERS_ALERT_H

#include "handlers/handler.h"

bool alert_takes(const struct decision *decision, const struct event *event);
void alert_decide(const struct decision *decision, const struct event *event,
                  struct plan *plan);

#endif
