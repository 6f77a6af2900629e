// SPDX-License-Identifier: Apache-2.0
//
// Public feeds of a koban's alerts: /alerts/<koban>.atom (RFC 4287) and, for each alert,
// /alerts/<koban>/<area>-<id>.xml (CAP 1.2). Nothing but what volunteers were sent.
#ifndef GATEWAY_FEED_H
#define GATEWAY_FEED_H

#include "gateway/gateway.h"
#include "gateway/http.h"

// `rest` is what follows "/alerts/".
void feed_handle(struct gateway *gateway, struct http_request *request, struct str rest);

#endif
