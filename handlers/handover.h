// SPDX-License-Identifier: Apache-2.0
//
// A thread changes hands or ends: transfer to another koban, and close with its
// disposition.
#ifndef HANDLERS_HANDOVER_H
#define HANDLERS_HANDOVER_H

#include "handlers/handler.h"

bool handover_takes(const struct decision *decision, const struct event *event);
void handover_decide(const struct decision *decision, const struct event *event,
                     struct plan *plan);

#endif
