// SPDX-License-Identifier: Apache-2.0
//
// A plan: what shall become of one event. A short list of effects, the contact and the
// thread as they are to stand afterwards. The shell applies it in one transaction with
// all others of the batch, or not at all; it adds nothing of its own.
//
// Usage, in a handler:
//     conversation_join(decision, event, plan); // a thread, and the message in it
//     say(plan, decision, event, "...", SAY_ANSWER); // handlers/say.h: whether, and how
//     plan_relay(plan, RELAY_ALARM, koban_id, urgency);
//     plan_start_timer(plan, TIMER_LADDER, delay_ms, value);
//     plan_audit(plan, STR("thread.open"), officer_id, detail);
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/event.h"
#include "core/facts.h"
#include "core/message.h"
#include "core/str.h"
#include "core/thread.h"

enum { PLAN_EFFECTS_MAX = 64, PLAN_WHOLE_AREA = 0, PLAN_APARTS_MAX = 2 };

// What consoles are told (column `kind` of the event log, SSE "kind").
enum relay_kind {
    RELAY_MESSAGE = 1,   // something new in the thread
    RELAY_ALARM = 2,     // an emergency rings here; urgency = rung
    RELAY_ALARM_END = 3, // opened by a person: stop everywhere
    RELAY_THREAD = 4,    // state, claim, status, manner changed
    RELAY_TICK = 5,      // an outbound message changed its state
    RELAY_CHIME = 6,     // further emergency text in an acknowledged thread: its officer
    RELAY_ATTENTION = 7, // acknowledged and then ignored; climbs again
    RELAY_SURGE = 8,     // one alarm with a count
    RELAY_DUTY = 9,      // who is on duty changed (no thread)
    RELAY_CHANNEL = 10,  // a channel broke or works again (no thread)
    // An alert changed; thread is the alert's id. 0: another service's draft came, or a
    // volunteer of a group went out or came back.
    RELAY_ALERT = 11
};

enum effect_kind {
    EFFECT_STORE, // a message row (inbound, outbound, note, system, page)
    EFFECT_RELAY,
    EFFECT_START_TIMER, // replaces a timer of the same kind
    EFFECT_STOP_TIMER,
    EFFECT_GRANT,         // thread_access for a koban, ended at close
    EFFECT_MESSAGE_STATE, // receipts, settle_unknown, expiry of queued texts
    EFFECT_DROP_QUEUED,   // expire queued sentences of this thread (close, open)
    EFFECT_SURGE_TEXT,    // of this thread: a first answer still queued becomes the surge
                          // sentence, queued rung texts expire
    EFFECT_SURGE_BEGINS,  // the koban's other ladders are settled now, as of a surge
    EFFECT_HIDE_MESSAGE,  // unsend
    EFFECT_PAGE_LINK,     // a one-time link of a page: hash of its token
    EFFECT_PAGE_REFUSED,  // NO: this officer's texts about the thread were answered
    EFFECT_DUTY,          // an officer starts or ends duty by text
    EFFECT_ALERT_REPLY,   // the thread answers an alert
    // The next ones belong to an area, not to a thread (plan_apart).
    EFFECT_SUBSCRIPTION,     // as it is to stand
    EFFECT_SUBSCRIPTION_END, // STOP, opted out, unfollowed
    EFFECT_DELIVERY_STATE,   // a receipt of an alert's text
    EFFECT_CHECK_IN,         // a volunteer goes out or comes back
    EFFECT_ALERT_DRAFT,      // another service's alert, for an officer to decide on
    EFFECT_AUDIT
};

// One message row. `body` is final text: sentences are rendered by the handler.
struct effect_store {
    int64_t id;
    enum direction direction;
    enum message_kind kind;
    struct str body;
    struct str sentence;  // id of the sentence, empty for people's own words
    struct str client_id; // officer's command
    int64_t officer_id;
    bool has_position;
    double latitude, longitude;
    struct str reasons; // triage, JSON array text; inbound only
    // outbound and page only
    enum outbound_state state; // QUEUED, or SENT where the adapter is local
    enum priority priority;
    int32_t life_ms; // 0: no end
    bool is_silent;
    int32_t channel_id; // where it goes; page: the officer's phone
    struct str address;
    struct str reply_token; // LINE: first answer
};

struct effect {
    enum effect_kind kind;
    union {
        struct effect_store store;
        struct {
            enum relay_kind kind;
            int32_t koban_id;   // whose consoles; 0: every console of the area
            int64_t officer_id; // 0: all; else only this officer's consoles
            int16_t urgency;    // rung of an alarm, else the thread's urgency
        } relay;
        struct {
            enum timer_kind kind;
            int64_t delay_ms; // from the database's now
            int64_t value;
        } timer;
        struct {
            int32_t koban_id;
            struct str reason; // "ladder", "transfer", "overflow"
        } grant;
        struct {
            int64_t message_id;
            enum outbound_state state;
            struct str reason;
        } message_state;
        struct {
            int32_t koban_id; // EFFECT_SURGE_BEGINS
            enum surge surge; // and of which threads
            struct str body;  // EFFECT_SURGE_TEXT; empty: only rung texts expire
            struct str sentence;
            int32_t life_ms;
        } surge;
        struct {
            int64_t officer_id;
            uint8_t hash[32]; // SHA-256 of the token in the text
        } page_link;
        struct {
            int64_t officer_id;
        } page_refused;
        struct {
            int64_t officer_id;
            int32_t koban_id;
            bool is_on;
        } duty;
        struct {
            int64_t alert_id;
        } alert_reply;
        struct {
            struct subscription value;
            struct str source; // "keyword", "join"
        } subscription;
        struct {
            struct delivery_facts at;
            enum outbound_state state;
            struct str reason;
        } delivery_state;
        struct {
            const struct alert *alert;
            int64_t id;
            int32_t koban_id;
            int topic; // of the pack; 0: none
            int64_t expires_ms;
            struct str site_language;
        } alert_draft;
        struct {
            int64_t subscription_id;
            bool is_on;
        } check_in;
        struct {
            struct str action; // "thread.open", "thread.claim", ...
            int64_t officer_id;
            struct str detail; // ids and codes only, never content
        } audit;
    } as;
};

enum thread_change { THREAD_NONE = 0, THREAD_NEW, THREAD_UPDATE };

// Why a command was not done; the console shows it. OK for everything else.
enum refusal {
    REFUSAL_NONE = 0,
    REFUSAL_NEWER_INBOUND,  // the resident wrote meanwhile: send anyway?
    REFUSAL_OTHER_ANSWERED, // another officer answered in the last 30 s
    REFUSAL_CLAIMED,        // claimed by an officer who is on duty
    REFUSAL_CLOSED,
    REFUSAL_NOT_ALLOWED, // role or manner forbids it
    REFUSAL_CANNOT_TEXT, // opted out at the provider until START: call
    REFUSAL_INVALID,
    REFUSAL_COUNT
};

struct plan {
    struct arena *arena; // of the event; everything a plan points at lives there
    enum outcome outcome;
    enum refusal refusal;
    enum intent intent; // as finally judged, for metrics and reasons
    bool has_contact_change;
    struct contact contact; // as it is to stand
    enum thread_change thread_change;
    struct thread thread; // as it is to stand
    // A transfer to another area: the new thread there; its effects follow `split`.
    bool has_second_thread;
    struct thread second_thread;
    size_t split; // effects[split..] belong to second_thread
    // Effects without a thread: those from `from` on belong to this area.
    struct {
        int32_t area_id;
        size_t from;
    } aparts[PLAN_APARTS_MAX];
    size_t apart_count;
    struct effect effects[PLAN_EFFECTS_MAX];
    size_t effect_count;
    size_t ids_taken;
};

void plan_init(struct plan *plan, struct arena *arena);

// A fresh id of the facts; asserts that there is one.
int64_t plan_take_id(struct plan *plan, const struct facts *facts);

// Start from the thread of the facts, to be changed in plan->thread.
void plan_thread_keep(struct plan *plan, const struct facts *facts);

// The next effect of a kind, zeroed, to be filled in. Beyond PLAN_EFFECTS_MAX it aborts:
// that is our bug, never input.
struct effect *plan_add(struct plan *plan, enum effect_kind kind);

// From here on the plan's effects belong to an area and to no thread. Only what such an
// area can have may follow: subscriptions, delivery states, check-ins. At most two areas
// a plan: the one that is left and the one that is gone to.
void plan_apart(struct plan *plan, int32_t area_id);

void plan_relay(struct plan *plan, enum relay_kind kind, int32_t koban_id,
                int16_t urgency);
void plan_start_timer(struct plan *plan, enum timer_kind kind, int64_t delay_ms,
                      int64_t value);
void plan_stop_timer(struct plan *plan, enum timer_kind kind);
// Lets a koban see the thread until it is closed; PLAN_WHOLE_AREA: every koban of its
// area.
void plan_grant(struct plan *plan, int32_t koban_id, struct str reason);
void plan_audit(struct plan *plan, struct str action, int64_t officer_id,
                struct str detail);

const char *relay_kind_text(enum relay_kind kind);
const char *refusal_text(enum refusal refusal);

#endif
