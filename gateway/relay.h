// SPDX-License-Identifier: Apache-2.0
//
// Live streams: consoles by area log, residents' chat pages by address. An area's events
// are delivered strictly in order of their positions; a gap is read first. Events carry
// no text, name or address; what changed is fetched through a scoped function.
#ifndef GATEWAY_RELAY_H
#define GATEWAY_RELAY_H

#include <stdint.h>

#include "core/plan.h"
#include "gateway/gateway.h"
#include "gateway/http.h"
#include "gateway/relay_event.h"

struct relay *relay_new(struct gateway *gateway);
void relay_free(struct relay *relay);

// An event this process committed. In order it goes out at once.
void relay_event(struct relay *relay, const struct relay_event *event);
// The arrays of one event without koban and version, for event_append after its area.
void relay_event_row(struct db_batch *batch, int64_t thread_id, enum relay_kind kind,
                     int urgency);
// Tells other processes (coalesced NOTIFY), after a commit.
void relay_wake(struct relay *relay, int32_t area_id);
// Reads what is missing of an area ("12,57" of a notice, or every area by the poll).
void relay_notice(struct relay *relay, struct str areas);
void relay_poll(struct relay *relay);

// Something changed in the thread of this address: its chat pages are told to look.
void relay_address(struct relay *relay, int32_t channel_id, struct str address);

// Opens a console's stream on a request; `after` is the list area:position or empty.
void relay_console(struct relay *relay, struct http_request *request,
                   const struct relay_scope *scope, const uint8_t session[32],
                   struct str after, bool has_sound);
// Opens a resident's stream.
void relay_chat(struct relay *relay, struct http_request *request, int32_t channel_id,
                struct str address);
// The degraded path: words straight to the open pages of an address.
void relay_address_text(struct relay *relay, int32_t channel_id, struct str address,
                        struct str text);
// Whether an open chat page of this address is here.
bool relay_has_chat(const struct relay *relay, int32_t channel_id, struct str address);
// Ends the streams of a session (sign-out), or changes its sound.
void relay_session_end(struct relay *relay, const uint8_t session[32]);
void relay_session_sound(struct relay *relay, const uint8_t session[32], int32_t koban_id,
                         bool has_sound);

// The degraded path: an emergency straight from memory, with its text, to every live
// console of a koban (0: of the area). The one event that carries text.
void relay_direct(struct relay *relay, int32_t area_id, int32_t koban_id,
                  struct str json);

// Ends all streams with a spread retry.
void relay_drain(struct relay *relay);
size_t relay_streams(const struct relay *relay);

#endif
