// SPDX-License-Identifier: Apache-2.0
//
// The generic signed JSON channel: any SMS centre or country system can join. The wire
// contract is documented in adapters/README.md; signatures follow Standard Webhooks
// (standard-webhooks spec/standard-webhooks.md): base64 HMAC-SHA256 over
// "id.timestamp.body", the timestamp within five minutes.
#ifndef ADAPTERS_WEBHOOK_H
#define ADAPTERS_WEBHOOK_H

#include "adapters/adapter.h"

extern const struct adapter webhook_adapter;

#endif
