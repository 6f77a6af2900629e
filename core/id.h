// SPDX-License-Identifier: Apache-2.0
//
// Ids: 64 bit, time-ordered, made by a gateway under its node lease: 41 bits of
// milliseconds since 2024-01-01, 10 bits node, 12 bits sequence. Opaque to users.
#ifndef CORE_ID_H
#define CORE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

enum { ID_NODE_MAX = 1023 };
#define ID_EPOCH_MS 1704067200000LL

struct id_source {
    int32_t node;
    int64_t last_ms;
    int32_t sequence;
};

// The next id. Grows for ever, also when the clock goes back or 4,096 are taken in one
// millisecond (it borrows from the next).
int64_t id_next(struct id_source *source, int64_t now_ms);

// When it was made, in ms since 1970, and by which node.
int64_t id_ms(int64_t id);
int32_t id_node(int64_t id);

// The lowest id that can be made at or after this time: ids are their own time index.
int64_t id_floor(int64_t ms);

// A positive id in decimal, as JSON and thread references carry it.
bool id_from_text(struct str text, int64_t *id) MUSTCHECK;

#endif
