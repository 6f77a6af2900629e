// SPDX-License-Identifier: Apache-2.0
//
// A channel: one account at one provider (or one web chat), as adapters see it. Values
// only; secrets are unsealed by the shell and live as long as the channel snapshot.
#ifndef CORE_CHANNEL_H
#define CORE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

enum { CHANNEL_SETTINGS_MAX = 24 };

// One configuration key of the adapter. A secret has two active values during a
// rotation: both verify, `value` signs and authorises.
struct channel_setting {
    struct str key;
    struct str value;
    struct str previous; // empty: no rotation
    bool is_secret;
};

struct channel {
    int32_t id;
    int32_t intake_id; // fixed bucket, never the routed territory
    int32_t force_id;
    struct str name;         // in /in/<name>
    struct str adapter;      // "line", "webhook", "webchat"
    int32_t koban_id;        // 0: not bound to one koban
    int32_t desk_koban_id;   // default desk, always set
    bool is_held;            // broken or paused: nothing is sent
    int32_t rate_per_second; // token bucket of the drainer
    int32_t in_flight;       // requests at once
    struct channel_setting settings[CHANNEL_SETTINGS_MAX];
    size_t setting_count;
};

// The value of a key; empty when it is not set.
struct str channel_value(const struct channel *channel, const char *key);
// The older of two active values of a secret; empty when there is no rotation.
struct str channel_previous(const struct channel *channel, const char *key);

#endif
