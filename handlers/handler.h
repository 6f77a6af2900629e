// SPDX-License-Identifier: Apache-2.0
//
// What a handler is: one purpose's rules as a pure function, facts + event -> plan. One
// file per purpose, one line in registry.c. README.md: "add a purpose in five steps".
//
// A handler
//   1. MUST be pure: no clock but facts->now_ms, no ids but facts->ids, no I/O, nothing
//      remembered. Same inputs, same plan.
//   2. MUST leave every stored event somewhere: a message in a thread, a command, a
//      receipt, a follow (plan->outcome).
//   3. MUST NOT lower what triage raised, and MUST NOT promise what is not so.
//   4. Says only sentences of the language files, through handlers/say.h, which applies
//      manner, surge, limits and lives in one place.
#ifndef HANDLERS_HANDLER_H
#define HANDLERS_HANDLER_H

#include <stdbool.h>

#include "core/event.h"
#include "core/facts.h"
#include "core/plan.h"
#include "handlers/country.h"
#include "handlers/language.h"
#include "handlers/triage/triage.h"

// What does not change from event to event: the site's data files. Immutable.
struct house {
    const struct country *country;
    const struct language_set *languages;
    const struct triage *triage;
    bool has_site_model;   // trained here, with officers' corrections
    struct str public_url; // where officers' phones reach us; empty: pages carry no link
};

// One decision's inputs besides the event.
struct decision {
    const struct house *house;
    const struct facts *facts;
    const struct triage_result
        *triage;         // of a message with the thread's context, else NULL
    struct arena *arena; // the plan's
};

struct handler {
    const char *name; // "emergency"
    // Whether this handler takes the event; the first in the table that does, decides.
    bool (*takes)(const struct decision *decision, const struct event *event);
    void (*decide)(const struct decision *decision, const struct event *event,
                   struct plan *plan);
};

// Decide an event: finds the handler and lets it fill in the plan (which the caller has
// initialised with plan_init). Every event has a handler: the last one in the table
// takes all. Messages are triaged here, with the thread's context.
void handler_decide(const struct house *house, const struct facts *facts,
                    const struct event *event, struct plan *plan);

#endif
