// SPDX-License-Identifier: Apache-2.0
//
// An event of an area's log, and what a console's stream may carry.
#ifndef GATEWAY_RELAY_EVENT_H
#define GATEWAY_RELAY_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "core/plan.h"

enum { RELAY_AREAS_MAX = 1024, RELAY_SCOPE_MAX = 256 };

struct relay_event {
    int32_t area_id;
    int64_t position;
    int64_t thread_id;
    int32_t koban_id;
    int64_t officer_id;
    int32_t version;
    enum relay_kind kind;
    int16_t urgency;
};

// What a console's stream may carry.
struct relay_scope {
    int64_t officer_id;
    int32_t koban_id; // where the officer sits
    int32_t kobans[RELAY_SCOPE_MAX];
    size_t koban_count;
    int32_t areas[RELAY_SCOPE_MAX]; // supervisor: everything of these
    size_t area_count;
    int32_t stream_areas[RELAY_SCOPE_MAX];
    size_t stream_area_count;
};

#endif
