// SPDX-License-Identifier: Apache-2.0
//
// Streams as relay.c (order of events) and relay_stream.c (one reader) share them. Nobody
// else includes it.
#ifndef GATEWAY_RELAY_WORK_H
#define GATEWAY_RELAY_WORK_H

#include "gateway/gateway.h"
#include "gateway/http.h"
#include "gateway/relay_event.h"

enum catching_state {
    CATCHING_NONE,
    CATCHING_READ,  // under way
    CATCHING_AGAIN, // failed; the next poll reads again
};

struct stream {
    struct stream *next, **link;
    struct relay *relay;
    struct http_request *request;
    bool is_chat, has_sound;
    int64_t id;
    uint8_t session[32];
    struct relay_scope scope;
    int64_t positions[RELAY_SCOPE_MAX];            // by scope.stream_areas
    enum catching_state catching[RELAY_SCOPE_MAX]; // live events wait for what was missed
    int32_t channel_id;                            // chat
    struct str address;
};

struct area_state {
    int32_t area_id;
    int64_t delivered; // last position known here; -1: not known yet
    bool is_reading, is_dirty, is_to_notify;
};

struct relay {
    struct gateway *gateway;
    struct stream *streams;
    size_t stream_count;
    struct area_state areas[RELAY_AREAS_MAX];
    size_t area_count;
    struct event *heartbeat, *notify;
    bool is_notify_armed;
};

// relay_stream.c
struct stream *relay_stream_new(struct relay *relay, struct http_request *request);
void relay_stream_free(struct stream *stream);
// False when the reader was too slow and is gone.
bool relay_stream_send(struct stream *stream, struct str piece);
bool relay_in_scope(const struct stream *stream, const struct relay_event *event);
// Tells the database that a live console is here.
void relay_presence(struct stream *stream);

#endif
