// SPDX-License-Identifier: Apache-2.0
//
// Saying a sentence to a resident, or texting an officer's phone: the one place where
// language, manner, surge, lives and the limit on automatic texts are applied
// (people.md 1 to 3, 6, 9). Handlers name a sentence; whether and how it leaves is
// decided here.
#ifndef HANDLERS_SAY_H
#define HANDLERS_SAY_H

#include <stdbool.h>

#include "core/plan.h"
#include "handlers/handler.h"

// How a sentence may be sent.
enum say_class {
    SAY_FIRST,     // first answer to an emergency: exempt from the limit
    SAY_LADDER,    // rung texts, opened, on the way, passed on, closed: exempt, die early
    SAY_ANSWER,    // the answer to a command or a question of ours: exempt
    SAY_AUTOMATIC, // everything else: one in 30 minutes
};

// Says sentence `id` in the thread of the plan, in its language and manner, through the
// event's channel. Adds a STORE effect, or nothing where it must not be said: in
// discreet manner (but for the one neutral text), in a surge (rung texts), to an address
// that cannot be texted, beyond the limit. Returns whether it was said.
bool say(struct plan *plan, const struct decision *decision, const struct event *event,
         const char *id, enum say_class class);

// The answer to a command or a step of a dialogue (SAY_ANSWER), with values of its own,
// which go before those every sentence has.
bool say_with(struct plan *plan, const struct decision *decision,
              const struct event *event, const char *id,
              const struct sentence_argument *values, size_t count);

// A thread joins a surge (people.md 2): its first answer, if it has not left yet, becomes
// the surge sentence, rung texts that wait are not sent.
void say_surge_instead(struct plan *plan, const struct decision *decision);

// The same words twice are never said in a row by SAY_AUTOMATIC and SAY_ANSWER.
// Says sentence `id` and notes that we asked: a bare digit belongs to this question.
bool say_question(struct plan *plan, const struct decision *decision,
                  const struct event *event, const char *id, enum question question);

// Texts an officer's own phone (a page): sentence `id` with the thread's number, no
// personal data. `duty` must have a phone.
void say_page(struct plan *plan, const struct decision *decision, const char *id,
              const struct duty *duty);

// Texts a station desk's own phone: sentence `id` in the site's language, no personal
// data, no link. `koban` must have a phone.
void say_desk(struct plan *plan, const struct decision *decision, const char *id,
              const struct koban *koban);

// Answers an officer's text on the address it came from.
void say_officer(struct plan *plan, const struct decision *decision, const char *id);

// Stores the incoming message in the thread of the plan.
void say_store_inbound(struct plan *plan, const struct decision *decision,
                       const struct event *event);

// Adds an officer's own words to the resident: a reply, signed with the public name.
// Returns the message's id.
int64_t say_reply(struct plan *plan, const struct decision *decision,
                  const struct command *command);

// Adds a note or a line of what happened; never leaves the house.
void say_inside(struct plan *plan, const struct decision *decision,
                enum direction direction, struct str body, const struct command *command);

#endif
