// SPDX-License-Identifier: Apache-2.0
//
// One message that was claimed: what settling hands to sending, or a claim reads.
#ifndef GATEWAY_OUTBOX_MESSAGE_H
#define GATEWAY_OUTBOX_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

// The texts are read, not kept.
struct outbox_message {
    int32_t area_id;
    int64_t thread_id, message_id;
    int64_t fence;   // of the lease under which it was claimed
    int16_t attempt; // 1: the first
    int32_t life_ms; // what is left of it; 0: for ever
    int64_t age_ms;  // since it was queued
    bool is_silent;
    bool is_delivery; // of an alert: thread_id is the alert, message_id the recipient
    struct str address, text, language, reply_token, retry_key;
};

#endif
