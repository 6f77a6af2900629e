// SPDX-License-Identifier: Apache-2.0
//
// What a volunteer's few words mean at a step of the dialogue, or behind a keyword: a
// place, topics, a language, hours, days. Each takes the whole text or nothing: what is
// more than the answer is no answer, and goes its normal way.
#ifndef HANDLERS_VOLUNTEER_ANSWER_H
#define HANDLERS_VOLUNTEER_ANSWER_H

#include "handlers/handler.h"

// How well a place is known.
enum place_match {
    PLACE_MATCH_NONE = 0,
    PLACE_MATCH_CLOSE,
    PLACE_MATCH_WITHIN, // a town stands in the text, which may say more
    PLACE_MATCH_EXACT
};

// All take folded text (handlers/fold.h).

// The koban of the channel's force that is named, or whose town the facts found; CLOSE:
// the nearest name within a few letters.
enum place_match volunteer_place(const struct decision *decision, struct str text,
                                 struct arena *arena, int32_t *koban_id);

// "1 3", "all", names in any of our languages: bits of topics of the country pack.
bool volunteer_topics(const struct house *house, struct str text, struct arena *arena,
                      uint32_t *topics) MUSTCHECK;

// The tag of a language that is named.
bool volunteer_language(const struct house *house, struct str text,
                        struct str *tag) MUSTCHECK;

// "22-7", "22:30 to 6", "none" (equal hours): minutes of the day.
bool volunteer_hours(const struct house *house, struct str text, int16_t *from,
                     int16_t *to) MUSTCHECK;

#endif
