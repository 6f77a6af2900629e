// SPDX-License-Identifier: Apache-2.0
//
// The resident's web chat besides its messages (those are POSTs to /in/<channel> like any
// provider's): a new resume code, what stands in the thread, the live stream.
#ifndef GATEWAY_CHAT_H
#define GATEWAY_CHAT_H

#include "gateway/gateway.h"
#include "gateway/http.h"

// Path behind /chat/: "<koban>/session", "<koban>/messages", "<koban>/events". False when
// it is the page itself.
bool chat_handle(struct gateway *gateway, struct http_request *request, struct str rest);

#endif
