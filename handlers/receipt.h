// SPDX-License-Identifier: Apache-2.0
//
// What providers tell about messages and people besides messages: receipts, follow and
// unfollow, a message taken back, the chat page opened or closed.
#ifndef HANDLERS_RECEIPT_H
#define HANDLERS_RECEIPT_H

#include "handlers/handler.h"

bool receipt_takes(const struct decision *decision, const struct event *event);
void receipt_decide(const struct decision *decision, const struct event *event,
                    struct plan *plan);

bool follow_takes(const struct decision *decision, const struct event *event);
void follow_decide(const struct decision *decision, const struct event *event,
                   struct plan *plan);

#endif
