// SPDX-License-Identifier: Apache-2.0
//
// POST /in/<channel>: verify over the raw bytes, parse, triage, intake, and only then the
// answer. Nothing here waits for a decision.
#ifndef GATEWAY_WEBHOOK_H
#define GATEWAY_WEBHOOK_H

#include "gateway/gateway.h"
#include "gateway/http.h"

void webhook_handle(struct gateway *gateway, struct http_request *request,
                    struct str channel_name);
// Largest body of a channel's adapter, bytes.
size_t webhook_body_limit(const struct gateway *gateway, struct str channel_name);

#endif
