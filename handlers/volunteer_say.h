// SPDX-License-Identifier: Apache-2.0
//
// The sentences of the dialogue with the volunteer's own choice filled in.
#ifndef HANDLERS_VOLUNTEER_SAY_H
#define HANDLERS_VOLUNTEER_SAY_H

#include "handlers/handler.h"

// Says a sentence about the choice. `is_offer`: the quiet hours are the country pack's.
void volunteer_say(const struct decision *decision, const struct event *event,
                   struct plan *plan, const struct subscription *value,
                   const char *sentence, bool is_offer);

// Who of the group that it leads is out; nothing when it leads none.
void volunteer_say_group(const struct decision *decision, const struct event *event,
                         struct plan *plan, const struct subscription *value);

#endif
