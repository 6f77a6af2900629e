// SPDX-License-Identifier: Apache-2.0
//
// What must hold for every adapter and all bytes: parse makes the same events twice, keys
// and addresses fit the inbox and contain their kind, nothing is verified by chance, and
// an answer in doubt is never called accepted.
#ifndef TESTS_FUZZ_ADAPTER_RULES_H
#define TESTS_FUZZ_ADAPTER_RULES_H

#include "adapters/adapter.h"
#include "core/utf8.h"
#include "tests/fuzz/fuzz.h"

static inline void rules_event(const struct event *event) {
    struct str key = event->key;
    FUZZ_CHECK(key.n > 2 && key.n <= EVENT_KEY_MAX && key.p[1] == ':');
    FUZZ_CHECK(event->address.n <= EVENT_ADDRESS_MAX);
    FUZZ_CHECK(event->kind < EVENT_TIMER || event->kind == EVENT_ALERT);
    FUZZ_CHECK(event->kind != EVENT_MESSAGE || event->address.n > 0);
    FUZZ_CHECK(event->kind != EVENT_RECEIPT || event->receipt_id.n > 0);
    FUZZ_CHECK(event->kind != EVENT_RECEIPT || event->receipt_state >= OUTBOUND_SENT);
    FUZZ_CHECK(utf8_valid(event->text) && utf8_valid(event->address) && utf8_valid(key));
    if (!event->has_position) return;
    FUZZ_CHECK(event->latitude >= -90 && event->latitude <= 90);
    FUZZ_CHECK(event->longitude >= -180 && event->longitude <= 180);
}

static inline void rules_parse(const struct adapter *adapter,
                               const struct channel *channel, struct str body,
                               struct arena *arena) {
    struct webhook_request request = {
        .method = STR("POST"), .target = STR("/in/x"), .body = body};
    struct webhook_events first = {0}, second = {0};
    enum adapter_error error = adapter->parse(channel, &request, arena, &first);
    FUZZ_CHECK(adapter->verify(channel, &request, 0) != ADAPTER_OK);
    FUZZ_CHECK(adapter->parse(channel, &request, arena, &second) == error);
    if (error != ADAPTER_OK) return;
    FUZZ_CHECK(first.count == second.count && first.count <= ADAPTER_EVENTS_MAX);
    for (size_t i = 0; i < first.count; i++) {
        rules_event(&first.events[i]);
        FUZZ_CHECK(str_eq(first.events[i].key, second.events[i].key));
        FUZZ_CHECK(str_eq(first.events[i].text, second.events[i].text));
        FUZZ_CHECK(first.events[i].kind == second.events[i].kind);
    }
}

static inline void rules_response(const struct adapter *adapter,
                                  const struct channel *channel, struct str body,
                                  struct arena *arena) {
    static const int statuses[] = {0,   200, 202, 302, 400, 401, 403, 404,
                                   409, 410, 413, 429, 500, 502, 503, 504};
    for (size_t i = 0; i < ARRAY_LEN(statuses) * 4; i++) {
        struct provider_request request = {.is_idempotent = (i & 1) != 0};
        struct provider_response response = {
            .status = statuses[i / 4], .was_written = (i & 2) != 0, .body = body};
        struct send_result result = {.verdict = SEND_UNKNOWN};
        adapter->parse_response(channel, &request, &response, arena, &result);
        int status = response.status;
        bool is_good = (status >= 200 && status < 300) || status == 409;
        FUZZ_CHECK(result.verdict != SEND_ACCEPTED || is_good);
        bool is_doubt = response.was_written && !request.is_idempotent && status == 0;
        FUZZ_CHECK(!is_doubt || result.verdict == SEND_UNKNOWN);
        FUZZ_CHECK(result.retry_after_ms >= 0);
    }
}

#endif
