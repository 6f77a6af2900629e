// SPDX-License-Identifier: Apache-2.0
//
// An officer who has nothing but a phone: TAKE 12, NO 12, ON, OFF from their own
// verified address.
#ifndef HANDLERS_OFFICER_TEXT_H
#define HANDLERS_OFFICER_TEXT_H

#include "handlers/handler.h"

enum officer_word {
    OFFICER_WORD_NONE = 0,
    OFFICER_WORD_TAKE, // opens and claims
    OFFICER_WORD_NO,   // at another scene: the next rung rings at once
    OFFICER_WORD_ON,
    OFFICER_WORD_OFF,
    OFFICER_WORD_DONE
};

// Reads the whole text as an officer's word; number is the thread's for TAKE, NO and
// DONE. The shell calls it for texts from an officer's verified phone, to load the
// thread the number names into the facts. ASCII and full-width digits; case is ignored.
enum officer_word officer_text_read(struct str text, struct arena *arena,
                                    int32_t *number);

bool officer_text_takes(const struct decision *decision, const struct event *event);
void officer_text_decide(const struct decision *decision, const struct event *event,
                         struct plan *plan);

#endif
