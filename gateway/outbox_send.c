// SPDX-License-Identifier: Apache-2.0
//
// One message on its way: build, fetch, verdict. A channel that breaks is held and told
// to people.
#include <stdlib.h>

#include "adapters/registry.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/crash.h"
#include "gateway/metrics.h"
#include "gateway/outbox.h"
#include "gateway/outbox_work.h"
#include "gateway/relay.h"

enum {
    SEND_LIMIT_MS = 15000,
    RETRY_FIRST_MS = 1000,
    RETRY_MOST_MS = 60000,
    ATTEMPTS_MAX = 12
};

static void ignore(void *context, const struct db_result *result) {
    (void)context;
    (void)result;
}

// The channel is broken, not the message: its queue is held, people are told.
static void channel_broken(struct sending *sending, const struct send_result *result) {
    struct gateway *gateway = sending->drain->outbox->gateway;
    log_event(LOG_ERROR, "channel_broken", LOG_INT("channel", sending->channel->id),
              LOG_STR("reason", result->reason));
    struct db_batch *batch = db_batch_new(gateway->db_outbox);
    db_call(batch, QUERY_CHANNEL_HOLD);
    db_int4(batch, sending->channel->id);
    db_text(batch, result->reason);
    const struct roster *roster = gateway->directory->roster;
    for (size_t i = 0; i < roster->area_count; i++) {
        if (roster->areas[i].force_id != sending->channel->force_id) continue;
        db_call(batch, QUERY_EVENT_APPEND);
        db_int4(batch, roster->areas[i].id);
        relay_event_row(batch, 0, RELAY_CHANNEL, 3);
    }
    db_send(batch, ignore, NULL);
}

static int64_t backoff_ms(int attempt) {
    int64_t ms = RETRY_FIRST_MS;
    for (int i = 1; i < attempt && ms < RETRY_MOST_MS; i++) ms *= 2;
    if (ms > RETRY_MOST_MS) ms = RETRY_MOST_MS;
    return ms / 2 + (int64_t)((unsigned long)random() % (unsigned long)(ms / 2 + 1));
}

static void verdict(struct sending *sending, struct send_result *result) {
    switch (result->verdict) {
    case SEND_ACCEPTED:
        metrics_count(METRIC_SENT, 1);
        outbox_mark_add(sending, OUTBOUND_SENT, result);
        break;
    case SEND_CHANNEL_BROKEN:
        channel_broken(sending, result);
        result->retry_after_ms = RETRY_FIRST_MS;
        outbox_mark_add(sending, OUTBOUND_QUEUED, result);
        break;
    case SEND_RETRY:
        metrics_count(METRIC_SEND_RETRY, 1);
        if (sending->attempt >= ATTEMPTS_MAX) {
            outbox_mark_add(sending, OUTBOUND_FAILED, result);
            break;
        }
        if (result->retry_after_ms > 0)
            sending->drain->pause_until_ms = clock_monotonic_ms() +
                                             result->retry_after_ms;
        else result->retry_after_ms = backoff_ms(sending->attempt);
        outbox_mark_add(sending, OUTBOUND_QUEUED, result);
        break;
    case SEND_UNKNOWN:
        metrics_count(METRIC_SEND_UNKNOWN, 1);
        outbox_mark_add(sending, OUTBOUND_UNKNOWN, result);
        break;
    default:
        metrics_count(METRIC_SEND_FAILED, 1);
        outbox_mark_add(sending, OUTBOUND_FAILED, result);
        break;
    }
}

static void sending_end(struct sending *sending) {
    struct drain *drain = sending->drain;
    drain->in_flight--;
    if (sending->is_delivery) drain->deliveries_in_flight--;
    drain->outbox->in_flight--;
    directory_unref(sending->directory);
    arena_free(sending->arena);
    outbox_run(drain);
}

static void on_answer(void *context, const struct provider_response *response) {
    struct sending *sending = context;
    crash_point("outbox-after-response");
    struct send_result result = {.verdict = SEND_UNKNOWN};
    sending->adapter->parse_response(sending->channel, &sending->request, response,
                                     sending->arena, &result);
    if (result.is_reply_token_bad && sending->outbound.reply_token.n > 0) {
        // At once by the other way; nothing was accepted.
        sending->outbound.reply_token = (struct str){0};
        sending->request = (struct provider_request){0};
        sending->adapter->build(sending->channel, &sending->outbound, sending->arena,
                                &sending->request);
        if (sending->request.result == BUILD_REQUEST) {
            fetch_send(sending->drain->outbox->fetch, &sending->request, SEND_LIMIT_MS,
                       on_answer, sending);
            return;
        }
    }
    verdict(sending, &result);
    sending_end(sending);
}

static void outbound_fill(struct sending *sending, const struct outbox_message *message) {
    struct arena *arena = sending->arena;
    bool is_fresh = message->attempt == 1 &&
                    message->age_ms < sending->adapter->reply_token_life_ms;
    struct str token = is_fresh ? message->reply_token : (struct str){0};
    sending->outbound = (struct outbound){
        .reference = arena_printf(arena, "%s%d-%lld-%lld",
                                  message->is_delivery ? "a" : "", (int)message->area_id,
                                  (long long)message->thread_id,
                                  (long long)message->message_id),
        .retry_key = arena_dup(arena, message->retry_key),
        .address = arena_dup(arena, message->address),
        .text = arena_dup(arena, message->text),
        .language = arena_dup(arena, message->language),
        .is_silent = message->is_silent,
        .reply_token = arena_dup(arena, token),
        .now_ms = clock_real_ms(),
        .life_ms = message->life_ms,
        .attempt = message->attempt};
}

static void build_and_send(struct sending *sending) {
    if (sending->channel == NULL || sending->adapter == NULL) {
        // The channel went away between the claim and here: nothing was sent.
        struct send_result none = {.verdict = SEND_RETRY};
        verdict(sending, &none);
        sending_end(sending);
        return;
    }
    sending->adapter->build(sending->channel, &sending->outbound, sending->arena,
                            &sending->request);
    if (sending->request.result == BUILD_REQUEST) {
        fetch_send(sending->drain->outbox->fetch, &sending->request, SEND_LIMIT_MS,
                   on_answer, sending);
        return;
    }
    bool is_local = sending->request.result == BUILD_LOCAL;
    struct send_result result = {.verdict = is_local ? SEND_ACCEPTED : SEND_FAILED,
                                 .reason = sending->request.reason};
    verdict(sending, &result);
    sending_end(sending);
}

void outbox_send_one(struct drain *drain, const struct outbox_message *message) {
    struct outbox *outbox = drain->outbox;
    struct arena *arena = arena_new(2048);
    struct sending *sending = ARENA_NEW(arena, struct sending);
    sending->drain = drain;
    sending->arena = arena;
    sending->directory = directory_ref(outbox->gateway->directory);
    sending->channel = directory_channel_by_id(sending->directory, drain->channel_id);
    if (sending->channel != NULL)
        sending->adapter = adapter_find(sending->channel->adapter);
    sending->area_id = message->area_id;
    sending->thread_id = message->thread_id;
    sending->message_id = message->message_id;
    sending->fence = message->fence;
    sending->attempt = message->attempt;
    sending->is_delivery = message->is_delivery;
    if (sending->adapter != NULL) outbound_fill(sending, message);
    drain->in_flight++;
    if (sending->is_delivery) drain->deliveries_in_flight++;
    outbox->in_flight++;
    build_and_send(sending);
}
