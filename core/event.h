// SPDX-License-Identifier: Apache-2.0
//
// An event: a message, a receipt, a follow, a due timer or an officer's command. All go
// the same way (facts + event -> plan), so the rules live in one place. Events that come
// from a provider are made by an adapter's parse() and stored in the inbox under
// (intake_id, channel_id, key); parse() is deterministic, so that a sweep can make the
// same event again from the stored bytes.
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/alert.h"
#include "core/message.h"
#include "core/str.h"
#include "core/thread.h"

enum { EVENT_KEY_MAX = 200, EVENT_ADDRESS_MAX = 200, EVENT_TEXT_MAX = 65536 };

enum event_kind {
    EVENT_MESSAGE = 0,
    EVENT_RECEIPT = 1,
    EVENT_FOLLOW = 2,
    EVENT_UNFOLLOW = 3,
    EVENT_UNSEND = 4,   // hide the text of a message (provider's rule)
    EVENT_PRESENCE = 5, // web chat: page opened or closed
    EVENT_TIMER = 6,    // never in the inbox
    EVENT_COMMAND = 7,  // an officer's, from the console; never in the inbox
    EVENT_ALERT = 8,    // another service's alert: a draft for an officer
    EVENT_KIND_COUNT
};

// What a settled inbox row became; `koban accounts` counts them.
enum outcome {
    OUTCOME_UNSETTLED = 0,
    OUTCOME_MESSAGE = 1,
    OUTCOME_COMMAND = 2, // a resident's or an officer's keyword
    OUTCOME_RECEIPT = 3,
    OUTCOME_FOLLOW = 4, // follow, unfollow, presence, unsend, alert of another service
    OUTCOME_QUARANTINE = 5,
    OUTCOME_COUNT
};

enum timer_kind {
    TIMER_LADDER = 1,      // next rung of an unacknowledged emergency
    TIMER_ATTENTION = 2,   // acknowledged: no reply, status or note within 90 s
    TIMER_UNSEEN = 3,      // a new message unseen for 60 s
    TIMER_ON_THE_WAY = 4,  // asked about after 10 minutes
    TIMER_UNOPENED = 5,    // consultation, unclear, other not opened in its time
    TIMER_TOLD_FIRST = 6,  // resident: nobody has opened it yet (30 s)
    TIMER_TOLD_SECOND = 7, // the same at 90 s
    TIMER_SNOOZE = 8,      // waiting thread comes back
    TIMER_FORSAKEN = 9,    // claimed by somebody who has gone off duty
};

enum command_kind {
    COMMAND_OPEN = 1, // open = acknowledge
    COMMAND_CLAIM,
    COMMAND_RELEASE,
    COMMAND_REPLY,
    COMMAND_NOTE,
    COMMAND_TRANSFER,
    COMMAND_STATUS,
    COMMAND_MANNER,
    COMMAND_CLOSE,
    COMMAND_REPEAT,         // send a failed or unknown message again
    COMMAND_SETTLE_UNKNOWN, // an officer found out: sent or failed
    COMMAND_WAIT,           // waiting for the resident, until a time
    COMMAND_ESCALATE,       // raise to emergency
    COMMAND_LEAVE,          // end of duty: the thread goes back to the top of the queue
    COMMAND_VISIT,          // somebody at the counter: a thread to their address
    COMMAND_KIND_COUNT
};

// An officer's command on one thread. `client_id` is made by the console (a UUID) and
// makes a repeat harmless; `seen_message_id` is the newest message the officer saw.
struct command {
    enum command_kind kind;
    struct str client_id;
    int64_t officer_id;
    struct str officer_name; // public name, signs replies
    int32_t officer_koban_id;
    bool by_phone; // TAKE / NO from an officer's phone or its one-time link
    int64_t seen_message_id;
    bool is_forced;   // "send anyway": the newer message or answer was shown
    bool is_repeat;   // words of a message that failed: signed already
    struct str text;  // reply, note, reason
    int32_t life_ms;  // of a reply; 0: none
    int32_t koban_id; // transfer: target
    enum officer_status status;
    enum manner manner;
    enum disposition disposition;
    int64_t message_id;        // repeat, settle_unknown
    enum outbound_state state; // settle_unknown: SENT or FAILED
    int64_t until_ms;          // wait
};

struct event {
    enum event_kind kind;
    struct str key;     // contains the kind: "m:<id>", "r:<id>:<status>", "f:<id>", ...
    struct str address; // of the sender; empty for a receipt without one
    int64_t sent_at_ms; // provider's clock; 0: unknown. Orders, never decides
    struct str provider_id; // the provider's id of this message (message, unsend)
    enum message_kind message_kind;
    struct str text;          // as sent, valid UTF-8
    struct str koban_slug;    // the page of which koban it was written on; empty: none
    struct str language_hint; // from the provider or the page; empty: none
    bool has_position;
    double latitude, longitude; // WGS84
    double accuracy_m;          // 0: unknown
    struct str reply_token;     // LINE: single use
    bool is_standby;            // stored, never answered
    int officer_word;  // enum officer_word: read by the shell, from an officer's phone
    bool was_repaired; // lone surrogates or NULs were replaced
    // The provider says of the address: refuses our texts until START (a receipt, or a
    // STOP it took itself); takes them again.
    bool is_opt_out, is_opt_in;
    // receipt
    struct str receipt_id;             // provider's id of our message
    enum outbound_state receipt_state; // SENT DELIVERED READ FAILED EXPIRED
    struct str receipt_reason;
    // presence
    bool is_present;
    // timer
    enum timer_kind timer;
    int64_t timer_value;
    // alert
    const struct alert *alert;
    // command
    struct command command;
};

const char *event_kind_text(enum event_kind kind);
const char *outcome_text(enum outcome outcome);
const char *command_kind_text(enum command_kind kind);
bool command_kind_from_text(struct str text, enum command_kind *out);

#endif
