// SPDX-License-Identifier: Apache-2.0
//
// HTTP requests to providers: libcurl multi on the event loop. Bounded bodies, no
// redirects, absolute time limits; no curl_multi call inside a curl callback.
#ifndef GATEWAY_FETCH_H
#define GATEWAY_FETCH_H

#include <event2/event.h>

#include "adapters/adapter.h"

struct fetch;

typedef void fetch_done(void *context, const struct provider_response *response);

struct fetch *fetch_new(struct event_base *base);
void fetch_free(struct fetch *fetch); // requests under way are told status 0, written

// Sends; `done` once, from the loop. `time_limit_ms` from now to the last byte.
void fetch_send(struct fetch *fetch, const struct provider_request *request,
                int time_limit_ms, fetch_done *done, void *context);

#endif
