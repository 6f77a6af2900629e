// SPDX-License-Identifier: Apache-2.0
//
// A contact: whoever writes from an address. Contacts are never merged automatically,
// and an address (channel + opaque id) is not an identity: phones are shared, numbers
// are handed on. What sticks to the address (manner, opt-out) is carried here too,
// because one contact has one address until a person joins two.
#ifndef CORE_CONTACT_H
#define CORE_CONTACT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"
#include "core/subscription.h"

// How we may speak to this address, people.md 6. Only an officer leaves DISCREET.
enum manner {
    MANNER_NORMAL = 0,
    MANNER_TEXT_ONLY = 1,
    MANNER_DISCREET = 2,
    MANNER_COUNT
};

struct contact {
    int32_t intake_id; // fixed bucket of the channel
    int64_t id;        // 0: not stored yet
    int32_t version;   // 0: not stored yet; apply changes nothing when it moved on
    int32_t channel_id;
    struct str address;  // opaque id at the channel
    struct str language; // "ja", "id", "en", ... ; empty: not known
    enum manner manner;
    int32_t known_area_id;
    int32_t known_koban_id;  // 0: none; always an assumption, shown as such
    int32_t current_area_id; // where its open thread is; 0: none
    int64_t current_thread_id;
    bool alerts_stopped; // STOP: ends alerts only
    bool is_opted_out;   // the provider or carrier refuses our texts until START
    bool is_following;   // false after unfollow / block at the provider
    int16_t strikes;     // prank strikes: slow automatic texts, never silence a plea
    int32_t subscribed_area_id; // where its subscription is; 0: none
    enum dialog dialog;         // what it is being asked
    int64_t dialog_ms;          // when; 0: nothing
    int64_t automatic_ms;       // the last text that counts for the limit on them
    int16_t answers;            // of ours, one after the other without a pause
    int64_t answers_ms;         // the last one, said or held back
};

const char *manner_text(enum manner manner);
bool manner_from_text(struct str text, enum manner *out);

#endif
