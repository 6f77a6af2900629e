// SPDX-License-Identifier: Apache-2.0
//
// An officer's words to the resident: reply, repeat of what failed, and what became of
// what nobody knew about.
#ifndef HANDLERS_REPLY_H
#define HANDLERS_REPLY_H

#include "handlers/handler.h"

bool reply_takes(const struct decision *decision, const struct event *event);
void reply_decide(const struct decision *decision, const struct event *event,
                  struct plan *plan);

#endif
