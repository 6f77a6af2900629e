// SPDX-License-Identifier: Apache-2.0
//
// Twilio Programmable Messaging: SMS and MMS in, SMS out, status callbacks. Form posts
// signed over our public address (twilio.com/docs/usage/webhooks/webhooks-security), the
// Messages resource (docs/messaging/api/message-resource), codes of errors
// (docs/api/errors). adapters/README.md says what is sent and how answers are read.
#ifndef ADAPTERS_TWILIO_H
#define ADAPTERS_TWILIO_H

#include "adapters/adapter.h"

extern const struct adapter twilio_adapter;

#endif
