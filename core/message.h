// SPDX-License-Identifier: Apache-2.0
//
// A message of a thread, and the words the whole house uses for what it is: intent,
// category, direction, kind, state. The same words stand in SQL (smallint codes and
// text tables here are one list), in the console API and on the screen (design 9).
//
// Codes are stored: a value never changes its number, new ones go to the end.
#ifndef CORE_MESSAGE_H
#define CORE_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

// What a message asks for. Ordered by how much a person must look at it, lowest
// first, so that "raise only" is a comparison of ranks (intent_rank).
enum intent {
    INTENT_OTHER = 0,
    INTENT_COMMAND = 1,
    INTENT_CONSULTATION = 2,
    INTENT_UNCLEAR = 3,
    INTENT_EMERGENCY = 4,
    INTENT_COUNT
};

// What it is about. Decides the emergency number named to the resident (country pack)
// and the icon on the console; never the lane.
enum category {
    CATEGORY_OTHER = 0,
    CATEGORY_DOMESTIC_VIOLENCE,
    CATEGORY_CHILD_ABUSE,
    CATEGORY_ASSAULT,
    CATEGORY_ROBBERY,
    CATEGORY_BREAK_IN,
    CATEGORY_THEFT,
    CATEGORY_STALKING,
    CATEGORY_GROPING,
    CATEGORY_KIDNAPPING,
    CATEGORY_MISSING_PERSON,
    CATEGORY_SUICIDE,
    CATEGORY_MEDICAL,
    CATEGORY_FIRE,
    CATEGORY_GAS,
    CATEGORY_DROWNING,
    CATEGORY_TRAFFIC,
    CATEGORY_DISASTER,
    CATEGORY_SCAM,
    CATEGORY_SUSPICIOUS,
    CATEGORY_MOB,
    CATEGORY_LOST_AND_FOUND,
    CATEGORY_NOISE,
    CATEGORY_PARKING,
    CATEGORY_NEIGHBOUR,
    CATEGORY_ANIMAL,
    CATEGORY_DIRECTIONS,
    CATEGORY_PAPERWORK,
    CATEGORY_VOLUNTEER,
    CATEGORY_VISIT,
    CATEGORY_PATROL,
    CATEGORY_CYBER,
    CATEGORY_COUNT
};

enum direction {
    DIRECTION_INBOUND = 0,
    DIRECTION_OUTBOUND = 1, // to the resident, by an officer or by a sentence
    DIRECTION_NOTE = 2,     // internal, never leaves the house
    DIRECTION_SYSTEM = 3,   // what happened, for the thread's readers
    DIRECTION_PAGE = 4,     // a text to an officer's own phone; no personal data in it
    DIRECTION_COUNT
};

// What the resident sent. Anything we do not know stays a placeholder, never nothing.
enum message_kind {
    MESSAGE_TEXT = 0,
    MESSAGE_LOCATION,
    MESSAGE_STICKER,
    MESSAGE_IMAGE,
    MESSAGE_VIDEO,
    MESSAGE_AUDIO,
    MESSAGE_FILE,
    MESSAGE_PLACEHOLDER, // a type this program does not know
    MESSAGE_KIND_COUNT
};

// The life of an outbound message. NONE for everything that is not sent.
enum outbound_state {
    OUTBOUND_NONE = 0,
    OUTBOUND_QUEUED,
    OUTBOUND_SENDING, // claimed: the request may already be at the provider
    OUTBOUND_SENT,    // the provider accepted it, no more
    OUTBOUND_DELIVERED,
    OUTBOUND_READ,
    OUTBOUND_FAILED,
    OUTBOUND_UNKNOWN, // sent or not, nobody here knows; never repeated by itself
    OUTBOUND_EXPIRED, // its life ended before it left, here or at the provider
    OUTBOUND_STATE_COUNT
};

// Order of sending, people.md 3. Lower goes first.
enum priority {
    PRIORITY_OFFICER_EMERGENCY = 0,
    PRIORITY_DANGER_ALERT = 1,
    PRIORITY_FIRST_ANSWER = 2, // first automatic answer to an emergency, pages
    PRIORITY_RUNG = 3,
    PRIORITY_OFFICER = 4,
    PRIORITY_AUTOMATIC = 5,
    PRIORITY_ALERT = 6,
    PRIORITY_COUNT
};

// Text of a code ("emergency"), as in SQL views, JSON and logs; "?" outside the range.
const char *intent_text(enum intent intent);
const char *category_text(enum category category);
const char *direction_text(enum direction direction);
const char *message_kind_text(enum message_kind kind);
const char *outbound_state_text(enum outbound_state state);

// The code of a text; false when there is none (out is untouched).
bool intent_from_text(struct str text, enum intent *out);
bool category_from_text(struct str text, enum category *out);
bool outbound_state_from_text(struct str text, enum outbound_state *out);

// Rank for "triage never lowers": command and other are lowest, emergency highest.
int intent_rank(enum intent intent);

// May a message go from one state to the other? Status only moves forward: a late
// "sent" after "delivered" is refused; failed and expired are final; unknown moves on
// by a receipt or an officer (queued again only by an officer's repeat).
bool outbound_may_become(enum outbound_state from, enum outbound_state to);

#endif
