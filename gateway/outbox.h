// SPDX-License-Identifier: Apache-2.0
//
// Sending: drains the channels whose lease this process holds. To claim is to send;
// what was claimed and not heard of again is unknown, never queued by itself.
#ifndef GATEWAY_OUTBOX_H
#define GATEWAY_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "adapters/adapter.h"
#include "gateway/gateway.h"
#include "gateway/outbox_message.h"

struct outbox *outbox_new(struct gateway *gateway);
void outbox_free(struct outbox *outbox);

// Something was queued there: look now. Also called each second for everything.
void outbox_wake(struct outbox *outbox, int32_t area_id, int32_t channel_id);
// The same for what belongs to an emergency: that area is claimed before all others.
void outbox_wake_urgent(struct outbox *outbox, int32_t area_id, int32_t channel_id);

// A place in a channel's drain for a message that a commit is about to queue: true when
// this process holds the channel, nothing waits there (or the message is urgent: of an
// emergency), and a token and a slot are free.
// Then *fence is what the row is born claimed with, and exactly one of the next two
// follows.
bool outbox_reserve(struct outbox *outbox, int32_t channel_id, bool is_urgent,
                    int64_t *fence);
// The place is not used: rolled back, or something goes before the message.
void outbox_release(struct outbox *outbox, int32_t channel_id);
// It was committed as claimed by this process: it goes on its way at once.
void outbox_send(struct outbox *outbox, int32_t channel_id,
                 const struct outbox_message *message);

// Others queued something in an area: what channels this process holds is looked at.
void outbox_notice(struct outbox *outbox, int32_t area_id);

// Recipients of alerts wait there. Of the first channel of an area: also what a sender
// left that is gone becomes unknown.
void outbox_wake_alert(struct outbox *outbox, int32_t area_id, int32_t channel_id,
                       bool is_danger, bool is_first);

// The degraded path: sends one text past the database. What its provider certainly did
// not accept goes again while it lives (outbound->life_ms; 0: eight tries); nobody hears
// of it.
void outbox_direct(struct outbox *outbox, const struct channel *channel,
                   const struct outbound *outbound);
// The degraded path: texts the last known duty phones of an area and its desk's own.
void outbox_page_area(struct outbox *outbox, int32_t area_id);
// The last console of a staffed koban has gone: texts the area's supervisors on duty who
// have nothing but a phone; the desk's own phone when no supervisor can be reached.
void outbox_page_no_console(struct outbox *outbox, int32_t koban_id);

// Stops claiming; what is in flight goes on.
void outbox_drain(struct outbox *outbox);
bool outbox_is_idle(const struct outbox *outbox);

#endif
