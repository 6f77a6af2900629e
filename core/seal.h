// SPDX-License-Identifier: Apache-2.0
//
// Secrets at rest: AES-256-GCM under the master key (NIST SP 800-38D). Sealed form:
// 12 bytes nonce, ciphertext, 16 bytes tag.
#ifndef CORE_SEAL_H
#define CORE_SEAL_H

#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"

enum { SEAL_KEY_SIZE = 32, SEAL_NONCE_SIZE = 12, SEAL_TAG_SIZE = 16 };

// At most 64 KiB; more is our bug and aborts. `context` is bound to the secret (channel
// and key name): moved elsewhere, it does not open.
struct str seal_close(const uint8_t key[SEAL_KEY_SIZE], struct str context,
                      struct str plain, struct arena *arena);
// False when it was not sealed by this key for this context, or was changed.
bool seal_open(const uint8_t key[SEAL_KEY_SIZE], struct str context, struct str sealed,
               struct arena *arena, struct str *plain) MUSTCHECK;

#endif
