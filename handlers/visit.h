// SPDX-License-Identifier: Apache-2.0
//
// Somebody stands at the counter: an officer opens a thread to their address and notes
// what it is about; what follows goes by text (people.md 4).
#ifndef HANDLERS_VISIT_H
#define HANDLERS_VISIT_H

#include "handlers/handler.h"

bool visit_takes(const struct decision *decision, const struct event *event);
void visit_decide(const struct decision *decision, const struct event *event,
                  struct plan *plan);

#endif
