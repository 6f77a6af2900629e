// SPDX-License-Identifier: Apache-2.0
//
// Logs: one JSON object a line on stderr, one write a line. Names and ids only: message
// text, addresses, numbers and secrets never come here, at any level. Where two lines
// must be known to speak of the same address, LOG_HASH writes a keyed hash of it.
//
//     log_event(LOG_WARN, "channel_broken", LOG_INT("channel", id), LOG_STR("why", s));
//
// {"time":"2026-11-24T02:40:00.000Z","level":"warn","event":"channel_broken","channel":3}
// Under systemd (JOURNAL_STREAM) the line begins with the priority, "<4>".
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include <stdint.h>

#include "core/str.h"

// The numbers are syslog's.
enum log_level { LOG_DEBUG = 7, LOG_INFO = 6, LOG_WARN = 4, LOG_ERROR = 3 };

enum log_type { LOG_TYPE_END = 0, LOG_TYPE_INT, LOG_TYPE_STR, LOG_TYPE_HASH };

struct log_field {
    const char *name;
    enum log_type type;
    int64_t number;
    struct str text;
};

#define LOG_INT(name, value) ((struct log_field){(name), LOG_TYPE_INT, (value), {0}})
#define LOG_STR(name, value) ((struct log_field){(name), LOG_TYPE_STR, 0, (value)})
#define LOG_CSTR(name, value) ((struct log_field){(name), LOG_TYPE_STR, 0, str_of(value)})
// 16 hex digits of HMAC-SHA256 under the key of log_set_hash_key().
#define LOG_HASH(name, value) ((struct log_field){(name), LOG_TYPE_HASH, 0, (value)})

// Level, event name in lower_case, then fields. Texts are cut at 200 bytes; control
// characters, line, direction and invisible marks are escaped, invalid bytes replaced, so
// an event is always one line of valid JSON. Fields beyond 4 KiB are left out, which
// "is_cut" says.
#define log_event(level, event, ...)                                                     \
    log_write(                                                                           \
        (level), (event),                                                                \
        (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, )(struct log_field){0}})

void log_write(enum log_level level, const char *event, const struct log_field *fields);

// Least important level that is written (LOG_INFO at first) and the descriptor (2).
void log_set(enum log_level level, int fd);

// Key of LOG_HASH, so that hashes are the same after a restart. A random one until then.
void log_set_hash_key(const uint8_t key[32]);

// Where the time of a line comes from (ms since 1970); NULL: the system's clock.
void log_set_clock(int64_t (*now_ms)(void));

#endif
