// SPDX-License-Identifier: Apache-2.0
//
// Volunteers: JOIN and the dialogue behind it (area, topics, language where it is not
// clear, quiet hours, consent), LIST, AREA, TOPIC, QUIET, PAUSE, ON, OFF. Only an answer
// that matches the open step is taken; whatever else is written goes its normal way, and
// an emergency ends the dialogue. Nothing a volunteer is told comes from a resident.
#ifndef HANDLERS_VOLUNTEER_H
#define HANDLERS_VOLUNTEER_H

#include "handlers/handler.h"

bool volunteer_takes(const struct decision *decision, const struct event *event);
void volunteer_decide(const struct decision *decision, const struct event *event,
                      struct plan *plan);

// After any decision: whoever cannot or will not be texted any more (opted out at the
// provider, unfollowed) has no subscription. Last in the plan.
void volunteer_follow(const struct decision *decision, struct plan *plan);

#endif
