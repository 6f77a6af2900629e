// SPDX-License-Identifier: Apache-2.0
//
// A thread: one conversation of one address with one koban, from the first message to
// the disposition. The row as facts carry it and as a plan leaves it.
//
// Invariant: an open thread always has a koban (every area has a desk); its area never
// changes (a transfer to another area is a new thread, linked both ways).
#ifndef CORE_THREAD_H
#define CORE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/contact.h"
#include "core/message.h"
#include "core/str.h"

enum thread_state {
    THREAD_OPEN = 0,
    THREAD_CLAIMED = 1,
    THREAD_WAITING = 2, // for the resident
    THREAD_CLOSED = 3,
    THREAD_STATE_COUNT
};

// An officer's status in an emergency; only an officer's key sets one.
enum officer_status {
    STATUS_NONE = 0,
    STATUS_ON_THE_WAY = 1,
    STATUS_ON_SCENE = 2,
    STATUS_PASSED_ON = 3, // to 119 or another service
    STATUS_DONE = 4,
    STATUS_COUNT
};

enum disposition {
    DISPOSITION_NONE = 0,
    DISPOSITION_REPLIED,    // resolved by reply
    DISPOSITION_ATTENDED,   // officer attended
    DISPOSITION_PASSED_ON,  // to 110 / 119 / another agency
    DISPOSITION_LOST_FOUND, // lost-and-found filed
    DISPOSITION_DUPLICATE,
    DISPOSITION_FALSE_ALARM, // false or abuse
    DISPOSITION_NO_REPLY,
    DISPOSITION_COUNT
};

// A question of ours that a bare digit or a yes answers.
enum question {
    QUESTION_NONE = 0,
    QUESTION_DANGER = 1, // is anyone in danger now? 1 yes 2 no
    QUESTION_WHERE = 2,
    QUESTION_HURT = 3,
    QUESTION_SURVEY = 4,
    QUESTION_DISCREET = 5, // 1 yes 2 no, asked by an officer
    QUESTION_COUNT
};

struct thread {
    int32_t area_id;
    int64_t id;      // 0: none
    int32_t version; // 0: new with this plan
    int32_t number;  // said to people: "number 4127", unique in the area while open
    int32_t koban_id;
    int32_t intake_id;
    int64_t contact_id;
    int32_t channel_id;
    struct str address;
    enum thread_state state;
    enum intent intent;
    enum category category;
    int16_t urgency; // 0 none .. 3 life in danger
    struct str language;
    enum manner manner;
    int64_t claimed_by; // officer, 0: nobody
    int64_t acknowledged_by;
    int64_t acknowledged_at_ms; // database time; 0: nobody has opened it
    int64_t attended_at_ms;     // last reply, status or note of an officer; 0: none
    enum officer_status status;
    enum disposition disposition;
    enum question question;  // the last open question of ours
    int16_t questions_asked; // at most two a thread (where, hurt)
    bool is_place_confirmed; // false: "place not confirmed"
    bool has_position;
    double latitude, longitude; // WGS84, of the last pin
    int16_t rung;               // ladder: next rung to ring; -1: no ladder runs
    bool is_surge;              // rung as part of a surge; which one: rung (enum surge)
    int64_t last_inbound_ms;    // database time
    int64_t seen_inbound_ms;    // last inbound an officer has seen
    int64_t last_automatic_ms;  // for "one automatic text in 30 minutes"
    int32_t automatic_texts;    // sent in this thread (discreet: at most one)
    int64_t opened_at_ms;
    int32_t previous_area_id; // the address's last thread, or the one transferred from
    int64_t previous_thread_id;
};

// What an emergency is grouped with. Beside is_surge it stands as the thread's rung.
enum surge {
    SURGE_NONE = -1,
    SURGE_KOBAN = 0, // more than the koban can open: residents are told so
    SURGE_PAGES = 1  // more from chat pages than their limit: rung together, no more
};

const char *thread_state_text(enum thread_state state);
const char *officer_status_text(enum officer_status status);
const char *disposition_text(enum disposition disposition);
bool officer_status_from_text(struct str text, enum officer_status *out);
bool disposition_from_text(struct str text, enum disposition *out);

// Open for messages: not closed.
bool thread_is_open(const struct thread *thread);

// An emergency nobody has opened yet.
bool thread_is_unacknowledged(const struct thread *thread);

// The surge it is rung with now.
enum surge thread_surge(const struct thread *thread);

#endif
