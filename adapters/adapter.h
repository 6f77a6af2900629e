// SPDX-License-Identifier: Apache-2.0
//
// What an adapter is: one provider's wire contract as pure functions, bytes in, values
// out. One file per provider, one line in registry.c, one folder of golden cases, one
// fuzz target. README.md: "add a provider in five steps".
//
// An adapter
//   1. MUST have verify(); the shell calls it for every webhook before parse(). An
//      adapter without one does not register (registry_check).
//   2. MUST verify over the raw bytes and compare in constant time (hmac_equal), and try
//      both active values of a secret.
//   3. MUST make parse() deterministic: the same bytes give the same events in the same
//      order, at any time. A sweep relies on it. parse() never reads the clock.
//   4. MUST turn every event it does not know into a message of kind PLACEHOLDER (or a
//      follow event where nobody wrote), never into nothing.
//   5. MUST NOT allocate outside the arena, keep state, or touch sockets, files, clocks.
//   6. MUST make event keys that contain the kind ("m:", "r:", "f:", ...).
//   7. MUST say UNKNOWN when it is not known whether the provider accepted a request.
//   8. MAY be local (web chat): no request is ever built; stored is sent.
#ifndef ADAPTERS_ADAPTER_H
#define ADAPTERS_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/channel.h"
#include "core/event.h"
#include "core/message.h"
#include "core/str.h"

enum { ADAPTER_EVENTS_MAX = 256, ADAPTER_HEADERS_MAX = 16 };

struct http_field {
    struct str name, value;
};

// A webhook as it came: raw, not decoded. Views; valid for the call.
struct webhook_request {
    struct str method;
    struct str target; // path and query
    const struct http_field *fields;
    size_t field_count;
    struct str body;
};

// Value of a header, name compared without case; empty when absent. A header that stands
// twice counts as absent: no signature is ever chosen among several.
struct str webhook_field(const struct webhook_request *request, const char *name);

enum adapter_error {
    ADAPTER_OK = 0,
    ADAPTER_FORGED, // not verified: 401 without detail, ring
    ADAPTER_STALE,  // signed, but its time is outside the window: 401, ring, alarm
    // Verified, but not to be understood: quarantine, 2xx, alarm. Of a list only when not
    // one element can be read; else the good ones count and the rest is in `unreadable`.
    ADAPTER_UNREADABLE,
    ADAPTER_CHALLENGE, // a handshake: answer with reply(), nothing is stored
    ADAPTER_ERROR_COUNT
};

struct webhook_events {
    struct event *events; // in the arena
    size_t count;
    size_t unreadable;    // elements of the POST beside them that make no event: kept too
    struct str challenge; // ADAPTER_CHALLENGE: body of the answer
};

struct webhook_reply {
    int status;
    struct str content_type;
    struct str body;
};

// An outbound message to build a request for.
struct outbound {
    struct str reference; // ours: "<area>-<thread>-<message>", unique for ever
    struct str retry_key; // UUID text, the same at every try of this message
    struct str address;
    struct str text;
    struct str language;
    bool is_silent;
    struct str reply_token; // empty: none or too old
    int64_t now_ms;         // for signatures with a timestamp
    int32_t life_ms;        // what is left of it; 0: no end
    int attempt;            // 1 is the first
};

enum build_result {
    BUILD_REQUEST = 0,
    BUILD_LOCAL,     // nothing to send: stored is sent
    BUILD_IMPOSSIBLE // cannot be expressed for this provider: failed, reason in `reason`
};

struct provider_request {
    enum build_result result;
    struct str method;
    struct str url; // with the channel's base_url
    struct http_field fields[ADAPTER_HEADERS_MAX];
    size_t field_count;
    struct str body;
    bool is_idempotent; // a repeat with the same retry_key is harmless at the provider
    struct str reason;
};

struct provider_response {
    int status; // 0: no answer (network error before or after the request was written)
    bool was_written; // the request may have reached the provider
    const struct http_field *fields;
    size_t field_count;
    struct str body; // bounded
};

enum send_verdict {
    SEND_ACCEPTED = 0,
    SEND_RETRY,          // nothing was accepted: again after retry_after_ms (0: backoff)
    SEND_FAILED,         // permanent for this message
    SEND_CHANNEL_BROKEN, // token, quota, billing, account: hold the queue, alarm
    SEND_UNKNOWN         // may have been accepted: never repeated by itself
};

struct send_result {
    enum send_verdict verdict;
    struct str provider_id;
    int64_t retry_after_ms;
    bool is_opt_out; // the address refuses texts until START; the reason is "opted_out"
    bool is_reply_token_bad; // repeat at once without the reply token
    struct str reason;       // code for people and logs, never content
};

struct adapter_setting {
    const char *key;
    bool is_required;
    bool is_secret;
    const char *doc; // one sentence
};

enum text_unit { TEXT_UNIT_UTF16, TEXT_UNIT_BYTES, TEXT_UNIT_SEGMENTS };

struct adapter {
    const char *name;
    bool is_local;        // web chat
    bool has_receipts;    // delivered is knowable
    bool has_silent;      // a silent flag per message
    bool has_reply_token; // single use, short-lived
    int32_t reply_token_life_ms;
    enum text_unit text_unit;
    size_t text_limit; // longest text of one request, in text_unit
    size_t body_limit; // largest webhook, bytes
    // Twilio, Telnyx: after STOP the provider itself refuses all our texts to an address,
    // answers to a plea too, until START. Alerts need a sender of their own then.
    bool enforces_opt_out;
    const struct adapter_setting *settings;
    size_t setting_count;

    // now_ms only for windows of signed timestamps.
    enum adapter_error (*verify)(const struct channel *channel,
                                 const struct webhook_request *request, int64_t now_ms);
    enum adapter_error (*parse)(const struct channel *channel,
                                const struct webhook_request *request,
                                struct arena *arena, struct webhook_events *out);
    // What the provider wants to hear; NULL: 200 with an empty body.
    void (*reply)(const struct channel *channel, const struct webhook_events *events,
                  struct arena *arena, struct webhook_reply *out);
    void (*build)(const struct channel *channel, const struct outbound *outbound,
                  struct arena *arena, struct provider_request *out);
    void (*parse_response)(const struct channel *channel,
                           const struct provider_request *request,
                           const struct provider_response *response, struct arena *arena,
                           struct send_result *out);
};

const char *adapter_error_text(enum adapter_error error);

// Setting i of an adapter: its own, then what every provider has that sends for money;
// NULL behind the last.
const struct adapter_setting *adapter_setting_at(const struct adapter *adapter, size_t i);

// What is wrong with a value, as a sentence; NULL: nothing.
const char *adapter_setting_problem(struct str key, struct str value);

// Retry-After of an answer in milliseconds, at most an hour; 0: it names none.
int64_t response_retry_after_ms(const struct provider_response *response);

#endif
