// SPDX-License-Identifier: Apache-2.0
//
// LINE Messaging API. Sources: line-openapi webhook.yml and messaging-api.yml;
// developers.line.biz, "Receiving messages" and "Retrying an API request". LINE never
// reports delivery: accepted is all that is known.
#ifndef ADAPTERS_LINE_H
#define ADAPTERS_LINE_H

#include "adapters/adapter.h"

extern const struct adapter line_adapter;

#endif
