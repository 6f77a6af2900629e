// SPDX-License-Identifier: Apache-2.0
//
// The officers' API under /api/: thin HTTP over scoped functions and settle. Contract:
// console/openapi.json.
#ifndef GATEWAY_CONSOLE_H
#define GATEWAY_CONSOLE_H

#include "gateway/gateway.h"
#include "gateway/http.h"

void console_handle(struct gateway *gateway, struct http_request *request,
                    struct str rest);

#endif
