// SPDX-License-Identifier: Apache-2.0
//
// An officer's commands that show attention without words to the resident: open (which
// acknowledges), claim, release, note, status, manner, wait, escalate, leave.
#ifndef HANDLERS_ATTENTION_H
#define HANDLERS_ATTENTION_H

#include "handlers/handler.h"

bool attention_takes(const struct decision *decision, const struct event *event);
void attention_decide(const struct decision *decision, const struct event *event,
                      struct plan *plan);

// To open is to acknowledge: the alarm stops everywhere, the resident is told that an
// officer has opened it. Opening what is opened already only marks it as seen.
void attention_open(const struct decision *decision, const struct event *event,
                    struct plan *plan);

// The thread becomes this officer's. False, with the plan's refusal set, when another
// officer who is on duty holds it and the command is not forced.
bool attention_claim(const struct decision *decision, const struct event *event,
                     struct plan *plan);

// A thread whose officer has gone off duty without a word: as if they had left it.
bool forsaken_takes(const struct decision *decision, const struct event *event);
void forsaken_decide(const struct decision *decision, const struct event *event,
                     struct plan *plan);

#endif
