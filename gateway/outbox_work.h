// SPDX-License-Identifier: Apache-2.0
//
// One process's sending, shared by outbox.c (which channel may send how much),
// outbox_send.c (one message on its way), outbox_direct.c (past the database) and
// outbox_mark.c (what became of it). Nobody else includes it.
#ifndef GATEWAY_OUTBOX_WORK_H
#define GATEWAY_OUTBOX_WORK_H

#include "adapters/adapter.h"
#include "gateway/fetch.h"
#include "gateway/gateway.h"
#include "gateway/outbox_message.h"

enum { DRAINS_MAX = 256, AREAS_MAX = 512, ALERT_AREAS_MAX = 32 };

// Where recipients of alerts wait.
struct alert_area {
    int32_t area_id;
    bool is_danger;
};

struct drain {
    struct outbox *outbox;
    int32_t channel_id;
    int64_t fence;    // 0: not ours
    int64_t lease_ms; // monotonic, when it was last renewed
    bool is_leasing, is_claiming;
    double tokens;
    int64_t tokens_ms;
    int in_flight;
    int reserved;             // places taken for messages whose commit is under way
    int64_t pause_until_ms;   // Retry-After of the whole channel
    int32_t areas[AREAS_MAX]; // with work
    size_t area_count;
    struct alert_area alerts[ALERT_AREAS_MAX + 1];
    size_t alert_count;
    bool is_claiming_delivery;
    int deliveries_in_flight; // of in_flight
};

// One message on its way.
struct sending {
    struct drain *drain;
    struct arena *arena;
    struct directory *directory;
    const struct channel *channel;
    const struct adapter *adapter;
    struct provider_request request;
    struct outbound outbound;
    int32_t area_id;
    int64_t thread_id, message_id, fence;
    int16_t attempt;
    bool is_delivery;
};

struct mark {
    struct mark *next;
    struct arena *arena;
    int32_t area_id, intake_id, channel_id;
    int64_t thread_id, message_id, fence;
    enum outbound_state state;
    struct str provider_id, reason;
    int64_t retry_after_ms;
    bool is_local; // of a delivery: its chat page looks again
    struct str address;
};

struct direct;

struct outbox {
    struct gateway *gateway;
    struct fetch *fetch;
    struct drain drains[DRAINS_MAX];
    size_t drain_count;
    struct mark *marks;
    size_t mark_count;
    struct mark *delivery_marks;
    bool is_marking_delivery;
    struct direct *direct; // texts past the database
    struct event *gather, *tick;
    bool is_marking, is_draining, is_working;
    size_t in_flight;
};

// outbox.c
struct drain *outbox_drain_of(struct outbox *outbox, int32_t channel_id);
void outbox_area_add(struct drain *drain, int32_t area_id);
// Claims what tokens and slots allow; leases first when the channel is not ours.
void outbox_run(struct drain *drain);
void outbox_lease(struct drain *drain);
// The channel, when messages may go there now; NULL: held, paused, draining.
const struct channel *outbox_open_channel(const struct drain *drain);
// Free slots, as far as there are tokens.
int outbox_free_slots(struct drain *drain, const struct channel *channel);

// outbox_send.c: one claimed message goes on its way; its texts are copied.
void outbox_send_one(struct drain *drain, const struct outbox_message *message);

// outbox_direct.c: forgets what is on its way past the database.
void outbox_direct_free(struct outbox *outbox);

// outbox_mark.c
void outbox_mark_add(struct sending *sending, enum outbound_state state,
                     const struct send_result *result);
void outbox_marks_write(struct outbox *outbox);
void outbox_marks_free(struct mark *mark);
// Writes marks in a few milliseconds.
void outbox_gather(struct outbox *outbox);

// outbox_delivery.c: recipients of alerts
void delivery_run(struct drain *drain);
void delivery_marks_write(struct outbox *outbox);
void delivery_wake(struct outbox *outbox, int32_t area_id, int32_t channel_id,
                   bool is_danger);

// outbox_mark.c
// Numbers events for the rows (thread, koban, version, state) of each call: areas[i]
// belongs to call i, ascending.
void outbox_ticks(struct outbox *outbox, const struct db_result *result,
                  const int32_t *areas, size_t count);

#endif
