// SPDX-License-Identifier: Apache-2.0
//
// Messages a batch queues. Where this process holds the channel and nothing waits there,
// a place is taken before the commit: the row is born claimed, as if it had been claimed
// in the moment it was committed, and goes on its way without a second transaction.
// Whoever dies between leaves it unknown, as after any claim.
#include "core/codec.h"
#include "core/hmac.h"
#include "gateway/crash.h"
#include "gateway/outbox.h"
#include "gateway/settle_work.h"

// A random UUID (RFC 9562 4), the same at every try of this message.
static struct str retry_key(struct arena *arena) {
    unsigned char b[16];
    random_bytes(b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    struct str hex = codec_hex((struct str){(char *)b, sizeof b}, arena);
    return arena_printf(arena, "%.8s-%.4s-%.4s-%.4s-%.12s", hex.p, hex.p + 8, hex.p + 12,
                        hex.p + 16, hex.p + 20);
}

static bool is_queued(const struct effect *effect) {
    return effect->kind == EFFECT_STORE && effect->as.store.state == OUTBOUND_QUEUED;
}

static bool is_urgent(const struct effect_store *store) {
    return store->priority <= PRIORITY_RUNG;
}

// Two of one batch for the same person go one after the other: the second is queued.
static bool has_earlier(const struct lane *lane, const struct effect_store *store) {
    for (size_t i = 0; i < lane->slot_count; i++) {
        const struct effect_store *earlier = lane->slots[i].store;
        if (earlier->channel_id == store->channel_id &&
            str_eq(earlier->address, store->address))
            return true;
    }
    return false;
}

static void slot_take(struct lane *lane, const struct row *row,
                      const struct effect_store *store) {
    struct outbox *outbox = lane->settle->gateway->outbox;
    struct slot slot = {.area_id = row->thread->area_id,
                        .thread = row->thread,
                        .store = store,
                        .retry_key = retry_key(lane->arena)};
    if (!has_earlier(lane, store) &&
        !outbox_reserve(outbox, store->channel_id, is_urgent(store), &slot.fence))
        slot.fence = 0;
    lane->slots[lane->slot_count++] = slot;
}

void slots_take(struct lane *lane, const struct rows *rows) {
    size_t most = 0;
    lane->slot_count = 0;
    for (size_t i = 0; i < lane->area_count; i++) {
        EACH_EFFECT(rows, lane->areas[i], r, e) most += is_queued(e) ? 1 : 0;
    }
    lane->slots = ARENA_ARRAY(lane->arena, struct slot, most + 1);
    for (size_t i = 0; i < lane->area_count; i++) {
        EACH_EFFECT(rows, lane->areas[i], r, e) {
            if (is_queued(e)) slot_take(lane, r, &e->as.store);
        }
    }
}

void slots_write(struct lane *lane, struct db_batch *batch, int32_t area_id) {
#define COLUMN(type, element, value)                                                     \
    db_array(batch, type);                                                               \
    for (const struct slot *s = lane->slots; s < lane->slots + lane->slot_count; s++) {  \
        if (s->area_id == area_id) element(batch, value);                                \
    }                                                                                    \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, s->store->id);
    COLUMN(DB_INT8, db_element_int8, s->thread->id);
    COLUMN(DB_INT4, db_element_int4, s->store->channel_id);
    COLUMN(DB_TEXT, db_element_text, s->store->address);
    COLUMN(DB_INT2, db_element_int2, (int)s->store->priority);
    COLUMN(DB_BOOL, db_element_bool, s->store->sentence.n > 0);
    COLUMN(DB_INT4, db_element_int4, s->store->life_ms);
    COLUMN(DB_BOOL, db_element_bool, s->store->is_silent);
    COLUMN(DB_TEXT, db_element_text, s->store->reply_token);
    COLUMN(DB_TEXT, db_element_text, s->retry_key);
    COLUMN(DB_INT8, db_element_int8, s->fence);
#undef COLUMN
}

static void slot_send(struct lane *lane, const struct slot *slot) {
    const struct effect_store *store = slot->store;
    struct outbox_message message = {
        .area_id = slot->area_id,
        .thread_id = slot->thread->id,
        .message_id = store->id,
        .fence = slot->fence,
        .attempt = 1,
        .life_ms = store->life_ms,
        .is_silent = store->is_silent,
        .address = store->address,
        .text = store->body,
        .language = slot->thread->language,
        .reply_token = store->reply_token,
        .retry_key = slot->retry_key,
    };
    outbox_send(lane->settle->gateway->outbox, store->channel_id, &message);
}

static bool is_born_claimed(const struct db_result *result, size_t call, int64_t id) {
    for (size_t row = 0; row < db_rows(result, call); row++) {
        if (db_get_int(result, call, row, 0) == id) return true;
    }
    return false;
}

static size_t call_of(const struct lane *lane, int32_t area_id) {
    size_t i = 0;
    while (lane->areas[i] != area_id) i++;
    return lane->thread_calls[i];
}

void slots_send(struct lane *lane, const struct db_result *result) {
    struct outbox *outbox = lane->settle->gateway->outbox;
    bool is_first = true;
    for (size_t i = 0; i < lane->slot_count; i++) {
        const struct slot *slot = &lane->slots[i];
        int32_t channel_id = slot->store->channel_id;
        size_t call = call_of(lane, slot->area_id);
        if (slot->fence != 0 && is_born_claimed(result, call, slot->store->id)) {
            if (is_first) crash_point("outbox-after-claim");
            is_first = false;
            slot_send(lane, slot);
            continue;
        }
        if (slot->fence != 0) outbox_release(outbox, channel_id);
        if (is_urgent(slot->store)) outbox_wake_urgent(outbox, slot->area_id, channel_id);
        else outbox_wake(outbox, slot->area_id, channel_id);
    }
    lane->slot_count = 0;
}

void slots_release(struct lane *lane) {
    for (size_t i = 0; i < lane->slot_count; i++) {
        const struct slot *slot = &lane->slots[i];
        if (slot->fence != 0)
            outbox_release(lane->settle->gateway->outbox, slot->store->channel_id);
    }
    lane->slot_count = 0;
}
