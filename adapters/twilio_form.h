// SPDX-License-Identifier: Apache-2.0
//
// What Twilio posts and how it signs it: X-Twilio-Signature is the HMAC-SHA1, in base64,
// of our public address followed by all parameters in the order of their names, under
// the account's auth token (docs/usage/webhooks/webhooks-security). Of twilio.c alone.
#ifndef ADAPTERS_TWILIO_FORM_H
#define ADAPTERS_TWILIO_FORM_H

#include "adapters/adapter.h"
#include "core/codec.h"

struct twilio_form {
    struct codec_pair *pairs; // in the arena, decoded, in their order
    size_t count;
};

// False when it is broken or has more parameters than anything of Twilio's.
bool twilio_form_read(struct str text, struct arena *arena,
                      struct twilio_form *out) MUSTCHECK;

// Behind the question mark of a target; empty: none.
struct str twilio_query(struct str target);

// An address of the settings, ready for a path behind it.
struct str twilio_without_slash(struct str url);

enum adapter_error twilio_verify(const struct channel *channel,
                                 const struct webhook_request *request, int64_t now_ms);

#endif
