// SPDX-License-Identifier: Apache-2.0
//
// Everything a decision may know. Loaded by the shell in one call a batch; decide reads
// nothing else: no clock, no database, no memory of its own. Same facts and event, same
// plan.
#ifndef CORE_FACTS_H
#define CORE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/contact.h"
#include "core/koban.h"
#include "core/str.h"
#include "core/subscription.h"
#include "core/thread.h"

// A message and every phone of a rung.
enum { FACTS_IDS = 32 };

// A message of ours that a receipt, a repeat or an unsend points at.
struct message_facts {
    int64_t id; // 0: not found (yet)
    enum direction direction;
    enum outbound_state state;
    enum priority priority;
    struct str body;
    struct str address;
    int32_t channel_id;
};

// The recipient of an alert that a receipt points at.
struct delivery_facts {
    int32_t area_id; // 0: none
    int64_t alert_id;
    int64_t recipient;
};

// A place found for this event, by pin or by words. How sure it is decides whether the
// thread says "place not confirmed".
enum place_source {
    PLACE_NONE = 0,
    PLACE_CHANNEL, // the channel belongs to one koban
    PLACE_PIN,     // location pin in a territory
    PLACE_NEAREST, // location pin outside all territories of the force, nearest koban
    PLACE_OUTSIDE, // location pin far outside the force's territory
    PLACE_TEXT,    // town or landmark named
    PLACE_KNOWN,   // the contact's known koban: an assumption
    PLACE_DESK,    // nothing known: the channel's desk
    PLACE_WHICH    // a name that several koban have: an assumption until they say which
};

enum { PLACE_NAMES_MAX = 4, PLACE_KOBANS_MAX = 4 };

// A listed name within the text.
struct place_name {
    struct str name;        // of the place as listed; the text may write it otherwise
    struct str kind;        // "town", "chome", "station", ...
    uint32_t start, length; // characters (code points) of the text as it was sent
    int32_t kobans[PLACE_KOBANS_MAX];
    size_t koban_count;
};

struct place_names {
    const struct place_name *list; // in the order in which they stand
    size_t count;
};

struct places;

struct crowd;

struct facts {
    int64_t now_ms;         // the database's clock
    int64_t ids[FACTS_IDS]; // fresh, ascending; taken in order by the plan
    const struct channel *channel;
    const struct roster *roster;
    const struct crowd *crowd; // of the thread's area (core/crowd.h); NULL: by the roster
    struct contact contact;
    struct subscription subscription; // of the contact's address; area_id 0: none
    struct thread thread;             // the open thread; id 0: none
    struct message_facts message;     // receipt, repeat, unsend
    struct delivery_facts delivery;   // receipt of an alert's text
    int64_t last_inbound_id;          // newest inbound message of the thread
    int64_t last_officer_reply_id;    // newest reply of an officer, and whose
    int64_t last_officer_reply_by;
    int64_t last_officer_reply_ms;
    int32_t previous_area_id; // the address's last thread, when none is open
    int64_t previous_thread_id;
    int32_t fresh_number;  // for a new thread
    uint8_t link_seed[32]; // fresh random bytes: tokens of one-time links come from them
    enum place_source place;
    int32_t place_koban_id;                 // 0 with PLACE_NONE / PLACE_OUTSIDE
    struct place_names names;               // in the text; of the channel's force
    int32_t place_choice[PLACE_KOBANS_MAX]; // with PLACE_WHICH: those it may be
    size_t place_choice_count;
    const struct places *places; // all that are listed; NULL: none
    // The sender's address is an officer's own verified phone (TAKE, NO, ON, OFF).
    int64_t sender_officer_id;
    struct str sender_officer_name;
    int32_t sender_officer_koban_id;
    bool is_discreet_allowed; // the adapter has a silent flag
    bool is_local;            // the adapter is local (web chat): stored is sent
    bool is_page;             // the thread's is: nobody knows who writes on a chat page
    bool is_degraded;         // settled from the journal: what was said stands below
    bool was_told_directly;   // degraded path: the emergency sentence went out already
    bool is_poisoned;         // settled three times in vain: to a person as unclear
};

#endif
