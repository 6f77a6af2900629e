// SPDX-License-Identifier: Apache-2.0
//
// A resident's command: the whole folded text is a keyword with its argument, and no
// emergency and no question of ours is open (people.md 7).
#ifndef HANDLERS_KEYWORD_H
#define HANDLERS_KEYWORD_H

#include "handlers/handler.h"

bool keyword_takes(const struct decision *decision, const struct event *event);
void keyword_decide(const struct decision *decision, const struct event *event,
                    struct plan *plan);

#endif
