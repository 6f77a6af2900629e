// SPDX-License-Identifier: Apache-2.0
//
// What a judgement rests on, for a person's eye: the reasons with the words' places in
// the text as it was sent, and facts the text tells (a place, a telephone number, a time,
// that somebody is hurt, a weapon, that it is still going on).
#ifndef HANDLERS_TRIAGE_EXPLAIN_H
#define HANDLERS_TRIAGE_EXPLAIN_H

#include "core/arena.h"
#include "core/facts.h"
#include "core/str.h"
#include "handlers/triage/triage.h"

// [{"code":"rule:cannot_talk","word":"cant talk","start":2,"length":10},
//  {"code":"fact:phone","word":"090-0000-0000","start":20,"length":13}, ...]
// start and length count code points of the text as sent; a reason that is no word of the
// text has none. Facts are not sought in chatter and commands. A listed name is a place
// with what the list says: "name", "kind" and "kobans".
struct str triage_reasons_json(const struct triage_result *result,
                               struct place_names names, struct arena *arena);

#endif
