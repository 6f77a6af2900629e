// SPDX-License-Identifier: Apache-2.0
//
// A volunteer's subscription: one address in one area, what it wants to hear of and when.
// What an address is asked step by step is a dialog; its answers so far stand in the
// subscription, which is ASKED until the last one.
#ifndef CORE_SUBSCRIPTION_H
#define CORE_SUBSCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

enum { SUBSCRIPTION_KOBANS_MAX = 8, TOPICS_MAX = 24, QUIET_BY_PACK = -1 };

// Codes are stored.
enum subscription_state {
    SUBSCRIPTION_ASKED = 0, // not consented yet
    SUBSCRIPTION_ACTIVE = 1,
    SUBSCRIPTION_STOPPED = 2
};

// The step whose answer is awaited. Its state expires after DIALOG_LIFE_MS.
enum dialog {
    DIALOG_NONE = 0,
    DIALOG_AREA = 1,
    DIALOG_TOPICS = 2,
    DIALOG_LANGUAGE = 3,
    DIALOG_QUIET = 4,
    DIALOG_CONSENT = 5,
    DIALOG_CLOSEST = 6 // "did you mean ...? 1 yes"
};

enum { DIALOG_LIFE_MS = 24 * 60 * 60 * 1000 };

struct subscription {
    int32_t area_id; // 0: the address has none
    int64_t id;      // 0: not stored yet
    enum subscription_state state;
    int32_t kobans[SUBSCRIPTION_KOBANS_MAX]; // none: the whole area
    size_t koban_count;
    int32_t closest_koban_id; // offered by "did you mean"; 0: none
    uint32_t topics;          // bit n: topic n of the country pack
    struct str language;      // tag
    // Minutes of the local day between which nothing but danger is sent; QUIET_BY_PACK:
    // the country pack's; equal: none.
    int16_t quiet_from, quiet_to;
    int64_t paused_until_ms; // 0: not paused
    bool is_in_group;        // a patrol, a school route, a watch: may say ON and OFF
    bool is_out;             // checked in
    struct str led_group;    // the name of the group it leads; empty: none
    struct str led_out;      // names of those of that group who are out, ", " between
    // The last alert that reached it: an answer within a day belongs to it.
    int64_t last_alert_id;
    int64_t last_alert_ms;
    int32_t last_alert_koban_id;
};

#endif
