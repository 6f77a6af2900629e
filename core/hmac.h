// SPDX-License-Identifier: Apache-2.0
//
// Keyed hashes, plain hashes, constant-time comparison and randomness, on OpenSSL.
// Sources: RFC 2104 (HMAC), FIPS 180-4.
#ifndef CORE_HMAC_H
#define CORE_HMAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

enum { SHA256_SIZE = 32, SHA1_SIZE = 20 };

// HMAC of the parts one after the other, without joining them in memory.
void hmac_sha256(struct str key, const struct str *parts, size_t count,
                 uint8_t out[SHA256_SIZE]);
void hmac_sha1(struct str key, const struct str *parts, size_t count,
               uint8_t out[SHA1_SIZE]);
void hmac_hash256(struct str data, uint8_t out[SHA256_SIZE]);

// Equal length and bytes, in a time that depends on the length only.
bool hmac_equal(struct str a, struct str b);

// n bytes of the operating system's randomness; aborts when there is none.
void random_bytes(void *out, size_t n);

#endif
