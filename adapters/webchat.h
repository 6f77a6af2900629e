// SPDX-License-Identifier: Apache-2.0
//
// The house's own web chat. A resident has no account but a resume code: 16 characters of
// Crockford base32, 48 random bits and 32 bits of HMAC, so that a made-up code does not
// verify. The code is shown to the resident and never stored; the address is a keyed
// hash of it, stands in the body of every POST, and verify() checks that the code in the
// header makes exactly that address. So the stored bytes alone make the events again.
#ifndef ADAPTERS_WEBCHAT_H
#define ADAPTERS_WEBCHAT_H

#include "adapters/adapter.h"

enum { WEBCHAT_RANDOM = 6 };

extern const struct adapter webchat_adapter;

// A new code ("K7QF-2MPD-9XTR-4WBN") from fresh random bytes.
struct str webchat_code(const struct channel *channel,
                        const uint8_t random[WEBCHAT_RANDOM], struct arena *arena);
// The address of a code; false when the code is not one of this channel.
bool webchat_address(const struct channel *channel, struct str code, struct arena *arena,
                     struct str *address) MUSTCHECK;

#endif
