// SPDX-License-Identifier: Apache-2.0
//
// The ladder of an emergency (people.md 1): who is rung when, until a person opens it.
// A rung on which nobody is reachable takes no time. To open is to acknowledge; opened
// and then ignored climbs again.
#ifndef HANDLERS_LADDER_H
#define HANDLERS_LADDER_H

#include "core/plan.h"
#include "handlers/handler.h"

enum { LADDER_RUNGS = 5 }; // koban, whole koban, neighbour, desk, area and command

// A new alarm in the thread of the plan: nobody has opened it, rung 0 rings now (or the
// first rung with somebody on it), the resident's two "nobody has opened it" are set.
void ladder_start(struct plan *plan, const struct decision *decision);

// The next rung rings; sets the timer of the one after. In a surge (people.md 2) it is
// one alarm with a count for the area instead.
void ladder_climb(struct plan *plan, const struct decision *decision);

// A person opened it: every sound of it stops, attention begins.
void ladder_stop(struct plan *plan, const struct decision *decision, int64_t officer_id);

// A text with this sentence to the area's supervisors on duty who have no live console.
void ladder_page_supervisors(struct plan *plan, const struct decision *decision,
                             const char *id);

// A reply, status or note: attention is given.
void ladder_attend(struct plan *plan, const struct decision *decision);

// On scene, passed on, done, closed: nothing of it climbs any more.
void ladder_end(struct plan *plan);

// A due timer of an emergency (LADDER, ATTENTION, UNSEEN, ON_THE_WAY, TOLD_*).
bool ladder_takes(const struct decision *decision, const struct event *event);
void ladder_decide(const struct decision *decision, const struct event *event,
                   struct plan *plan);

// Whether the officer is on duty anywhere now.
bool ladder_is_on_duty(const struct roster *roster, int64_t officer_id);

#endif
