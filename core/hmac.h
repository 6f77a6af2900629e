// SPDX-License-Identifier: Apache-2.0
//
// Keyed hashes, plain hashes, constant-time comparison and randomness, on OpenSSL.
// Sources: RFC 2104 (HMAC), FIPS 180-4. None of these fails but by a broken OpenSSL,
// which aborts.
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

// A key whose setting-up is paid once (HMAC-SHA256): the same result, a third faster for
// a webhook of half a KiB. Not for two threads at once.
struct hmac_key;
struct hmac_key *hmac_key_new(struct str key);
void hmac_key_free(struct hmac_key *key); // NULL is fine
void hmac_key_sha256(struct hmac_key *key, const struct str *parts, size_t count,
                     uint8_t out[SHA256_SIZE]);

// Equal length and bytes, in a time that depends on the length only.
bool hmac_equal(struct str a, struct str b) MUSTCHECK;

// n bytes of the operating system's randomness; aborts when there is none.
void random_bytes(void *out, size_t n);

#endif
