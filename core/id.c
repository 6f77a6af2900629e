// SPDX-License-Identifier: Apache-2.0
//
// Ids of one node.
#include "core/id.h"

int64_t id_next(struct id_source *source, int64_t now_ms) {
    int64_t ms = now_ms - ID_EPOCH_MS;
    if (ms > source->last_ms) {
        source->last_ms = ms;
        source->sequence = 0;
    } else if (++source->sequence > 4095) {
        source->last_ms++;
        source->sequence = 0;
    }
    return source->last_ms << 22 | (int64_t)source->node << 12 | source->sequence;
}

int64_t id_ms(int64_t id) {
    return (id >> 22) + ID_EPOCH_MS;
}

int32_t id_node(int64_t id) {
    return (int32_t)(id >> 12 & ID_NODE_MAX);
}

int64_t id_floor(int64_t ms) {
    return ms > ID_EPOCH_MS ? (ms - ID_EPOCH_MS) << 22 : 0;
}

bool id_from_text(struct str text, int64_t *id) {
    int64_t value;
    if (!str_to_i64(text, &value) || value <= 0) return false;
    *id = value;
    return true;
}
