// SPDX-License-Identifier: Apache-2.0
//
// Everything a resident writes that is neither an emergency nor a command: consultation,
// unclear, other. A person sees each of it; what is not opened in its time rises to the
// supervisor.
#ifndef HANDLERS_CONSULTATION_H
#define HANDLERS_CONSULTATION_H

#include "handlers/handler.h"

bool consultation_takes(const struct decision *decision, const struct event *event);
void consultation_decide(const struct decision *decision, const struct event *event,
                         struct plan *plan);

// TIMER_UNOPENED and TIMER_SNOOZE.
bool consultation_timer_takes(const struct decision *decision, const struct event *event);
void consultation_timer_decide(const struct decision *decision, const struct event *event,
                               struct plan *plan);

#endif
