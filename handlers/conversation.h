// SPDX-License-Identifier: Apache-2.0
//
// What every message of a resident has in common, whatever it is about: which thread it
// joins, whose koban that is, and that a person sees it.
#ifndef HANDLERS_CONVERSATION_H
#define HANDLERS_CONVERSATION_H

#include "core/plan.h"
#include "handlers/handler.h"

// Puts the message into the open thread of its address, or into a new one linked to the
// last; stores it; keeps language, manner, position and known koban. After it
// plan->thread is the thread, with the intent of the triage (never lower than before).
void conversation_join(const struct decision *decision, const struct event *event,
                       struct plan *plan);

// The same for what needs no answer (a command): a thread of its own that is closed at
// once, unless one is open. On a page the next command joins it, until
// there is a real thread.
void conversation_record(const struct decision *decision, const struct event *event,
                         struct plan *plan);

// Tells the koban's consoles that there is something new; chimes, alarms and timers of
// an open emergency included.
// The contact's open thread, or a new one, without a message: an officer begins it.
void conversation_open(const struct decision *decision, const struct event *event,
                       struct plan *plan);

void conversation_tell(const struct decision *decision, struct plan *plan);

// Milliseconds from now until `hour` o'clock in the zone of the thread's area.
int64_t conversation_until_hour(const struct decision *decision, int32_t area_id,
                                int hour);

// Whether that hour has passed today, so that the next one is tomorrow's.
bool conversation_is_tomorrow(const struct decision *decision, int32_t area_id, int hour);

// Questions of ours a thread (people.md 9).
enum { CONVERSATION_QUESTIONS = 2 };

// A name that several koban have: asks which of them; false when it need not or must not.
bool conversation_ask_which(const struct decision *decision, const struct event *event,
                            struct plan *plan);

// The truth about a pin outside the force's territory, once; true when it was said.
bool conversation_say_outside(const struct decision *decision, const struct event *event,
                              struct plan *plan);

#endif
