// SPDX-License-Identifier: Apache-2.0
//
// Signing in: yescrypt passwords (libcrypt), TOTP (RFC 6238, liboath), sessions as
// SHA-256 of a 256-bit token. Hashing runs in two threads of its own with a queue of 32:
// beyond that sign-in says 503, and nothing else waits.
#ifndef GATEWAY_SESSION_H
#define GATEWAY_SESSION_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"

enum { SESSION_TOKEN_BYTES = 32, SESSION_TOTP_WINDOW = 1, SESSION_HASH_MAX = 192 };

struct hasher;
typedef void hasher_done(void *context, bool is_good);

struct hasher *hasher_new(struct event_base *base);
void hasher_free(struct hasher *hasher);
// Compares a password with a hash; an empty hash costs the same and never matches. False
// when the queue is full: nothing will be called.
bool hasher_check(struct hasher *hasher, struct str password, struct str hash,
                  hasher_done *done, void *context) MUSTCHECK;

// A new hash ($y$...); blocking, for the administrator's commands.
struct str session_password_hash(struct str password, struct arena *arena);

// Whether the six digits are right at this time, one step early or late; *counter is the
// step they belong to, which must be greater than the last one used.
bool session_totp(struct str secret, struct str digits, int64_t now_ms,
                  int64_t *counter) MUSTCHECK;

// A new token as text for the cookie, and its hash for the database.
struct str session_token(struct arena *arena, uint8_t hash[32]);
// Hash of a presented token; false when it is no token.
bool session_hash(struct str token, uint8_t hash[32]) MUSTCHECK;

#endif
