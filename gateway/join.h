// SPDX-License-Identifier: Apache-2.0
//
// /join/<koban>: a volunteer without an app and without JavaScript. The address is
// verified by a code that is texted to it; nothing tells whether a number is known.
#ifndef GATEWAY_JOIN_H
#define GATEWAY_JOIN_H

#include "gateway/gateway.h"
#include "gateway/http.h"

// Path behind /join/: "<koban>", "<koban>/code", "<koban>/poster".
void join_handle(struct gateway *gateway, struct http_request *request, struct str rest);

#endif
