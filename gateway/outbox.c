// SPDX-License-Identifier: Apache-2.0
//
// One drain a channel: lease and fence, token bucket, slots, backoff. It claims area by
// area no more than its tokens and free slots, sends, and marks results gathered for a
// few milliseconds. A result that comes after the lease was lost is still written: the
// provider's id must not be forgotten.
#include "gateway/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/registry.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/crash.h"
#include "gateway/fetch.h"
#include "gateway/metrics.h"
#include "gateway/relay.h"

enum {
    DRAINS_MAX = 256,
    AREAS_MAX = 512,
    LEASE_MS = 10000,
    LEASE_EVERY_MS = 3000,
    WORK_EVERY_MS = 1000,
    GATHER_MS = 10,
    MARKS_MAX = 128,
    SEND_LIMIT_MS = 15000,
    RETRY_FIRST_MS = 1000,
    RETRY_MOST_MS = 60000,
    ATTEMPTS_MAX = 12
};

struct drain {
    struct outbox *outbox;
    int32_t channel_id;
    int64_t fence;       // 0: not ours
    int64_t lease_ms;    // monotonic, when it was last renewed
    bool is_leasing, is_claiming;
    double tokens;
    int64_t tokens_ms;
    int in_flight;
    int64_t pause_until_ms; // Retry-After of the whole channel
    int32_t areas[AREAS_MAX]; // with work
    size_t area_count;
};

// One message on its way.
struct sending {
    struct drain *drain;
    struct arena *arena;
    struct directory *directory;
    const struct channel *channel;
    const struct adapter *adapter;
    struct provider_request request;
    struct outbound outbound;
    int32_t area_id;
    int64_t thread_id, message_id, fence;
    int16_t attempt;
};

struct mark {
    struct mark *next;
    struct arena *arena;
    int32_t area_id, intake_id, channel_id;
    int64_t thread_id, message_id, fence;
    enum outbound_state state;
    struct str provider_id, reason;
    int64_t retry_after_ms;
};

struct outbox {
    struct gateway *gateway;
    struct fetch *fetch;
    struct drain drains[DRAINS_MAX];
    size_t drain_count;
    struct mark *marks;
    size_t mark_count;
    struct event *gather, *tick;
    bool is_marking, is_draining, is_working;
    size_t in_flight;
};

static void drain_run(struct drain *drain);

static struct drain *drain_of(struct outbox *outbox, int32_t channel_id) {
    for (size_t i = 0; i < outbox->drain_count; i++) {
        if (outbox->drains[i].channel_id == channel_id) return &outbox->drains[i];
    }
    if (outbox->drain_count == DRAINS_MAX) return NULL;
    struct drain *drain = &outbox->drains[outbox->drain_count++];
    *drain = (struct drain){.outbox = outbox, .channel_id = channel_id};
    drain->tokens_ms = clock_monotonic_ms();
    return drain;
}

static void area_add(struct drain *drain, int32_t area_id) {
    for (size_t i = 0; i < drain->area_count; i++) {
        if (drain->areas[i] == area_id) return;
    }
    if (drain->area_count < AREAS_MAX) drain->areas[drain->area_count++] = area_id;
}

// ---- marks

struct marking {
    struct outbox *outbox;
    struct mark *first; // all of one area and fence
    int32_t area_id;
};

static void marks_free(struct mark *mark) {
    while (mark != NULL) {
        struct mark *next = mark->next;
        arena_free(mark->arena);
        mark = next;
    }
}

static void gather_arm(struct outbox *outbox) {
    struct timeval delay = {.tv_usec = GATHER_MS * 1000};
    if (!evtimer_pending(outbox->gather, NULL)) (void)evtimer_add(outbox->gather, &delay);
}

static void on_ticked(void *context, const struct db_result *result) {
    struct marking *marking = context;
    struct gateway *gateway = marking->outbox->gateway;
    if (result->error == DB_OK) relay_wake(gateway->relay, marking->area_id);
    relay_poll(gateway->relay);
    free(marking);
}

// Ticks for the consoles of what changed, numbered like everything else.
static void ticks_write(struct marking *marking, const struct db_result *result) {
    struct outbox *outbox = marking->outbox;
    size_t rows = db_rows(result, 0);
    if (rows == 0) {
        free(marking);
        return;
    }
    struct db_batch *batch = db_batch_new(outbox->gateway->db_outbox);
    db_call(batch, QUERY_EVENT_APPEND);
    db_int4(batch, marking->area_id);
#define COLUMN(type, element, value)                    \
    db_array(batch, type);                              \
    for (size_t i = 0; i < rows; i++) element(batch, value); \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, db_get_int(result, 0, i, 0));
    COLUMN(DB_INT4, db_element_int4, (int32_t)db_get_int(result, 0, i, 1));
    COLUMN(DB_INT8, db_element_int8, 0);
    COLUMN(DB_INT4, db_element_int4, (int32_t)db_get_int(result, 0, i, 2));
    COLUMN(DB_INT2, db_element_int2,
           db_get_int(result, 0, i, 3) >= OUTBOUND_FAILED ? RELAY_ATTENTION : RELAY_TICK);
    COLUMN(DB_INT2, db_element_int2, 0);
#undef COLUMN
    db_send(batch, on_ticked, marking);
}

static void on_marked(void *context, const struct db_result *result) {
    struct marking *marking = context;
    struct outbox *outbox = marking->outbox;
    outbox->is_marking = false;
    if (result->error != DB_OK) {
        // Not lost: they stay in memory until the database takes them.
        struct mark **tail = &outbox->marks;
        while (*tail != NULL) tail = &(*tail)->next;
        *tail = marking->first;
        free(marking);
        gather_arm(outbox);
        return;
    }
    for (struct mark *mark = marking->first; mark != NULL; mark = mark->next) {
        outbox->mark_count--;
        struct drain *drain = drain_of(outbox, mark->channel_id);
        if (drain != NULL) area_add(drain, mark->area_id);
    }
    marks_free(marking->first);
    marking->first = NULL;
    ticks_write(marking, result);
    if (outbox->marks != NULL) gather_arm(outbox);
    for (size_t i = 0; i < outbox->drain_count; i++) drain_run(&outbox->drains[i]);
}

// Takes the marks of one area and fence off the list.
static struct mark *marks_take(struct outbox *outbox) {
    struct mark *first = NULL, **tail = &first;
    int32_t area_id = outbox->marks->area_id;
    int64_t fence = outbox->marks->fence;
    size_t count = 0;
    for (struct mark **at = &outbox->marks; *at != NULL && count < MARKS_MAX;) {
        struct mark *mark = *at;
        if (mark->area_id != area_id || mark->fence != fence) {
            at = &mark->next;
            continue;
        }
        *at = mark->next;
        mark->next = NULL;
        *tail = mark;
        tail = &mark->next;
        count++;
    }
    return first;
}

static void on_gather(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct outbox *outbox = context;
    if (outbox->is_marking || outbox->marks == NULL) return;
    if (!db_is_ready(outbox->gateway->db_outbox)) {
        gather_arm(outbox);
        return;
    }
    outbox->is_marking = true;
    struct marking *marking = malloc(sizeof *marking);
    if (marking == NULL) abort();
    *marking = (struct marking){outbox, marks_take(outbox), 0};
    marking->area_id = marking->first->area_id;
    struct db_batch *batch = db_batch_new(outbox->gateway->db_outbox);
    db_call(batch, QUERY_OUTBOX_MARK);
    db_int4(batch, marking->area_id);
#define EACH for (const struct mark *m = marking->first; m != NULL; m = m->next)
#define COLUMN(type, element, value) \
    db_array(batch, type);           \
    EACH element(batch, value);      \
    db_array_end(batch)
    COLUMN(DB_INT8, db_element_int8, m->thread_id);
    COLUMN(DB_INT8, db_element_int8, m->message_id);
    db_int8(batch, marking->first->fence);
    COLUMN(DB_INT2, db_element_int2, (int)m->state);
    COLUMN(DB_TEXT, db_element_text, m->provider_id);
    COLUMN(DB_TEXT, db_element_text, m->reason);
    COLUMN(DB_INT8, db_element_int8, m->retry_after_ms);
    COLUMN(DB_INT4, db_element_int4, m->intake_id);
    COLUMN(DB_INT4, db_element_int4, m->channel_id);
#undef COLUMN
#undef EACH
    db_send(batch, on_marked, marking);
}

static void mark_add(struct sending *sending, enum outbound_state state,
                     const struct send_result *result) {
    struct outbox *outbox = sending->drain->outbox;
    struct arena *arena = arena_new(512);
    struct mark *mark = ARENA_NEW(arena, struct mark);
    *mark = (struct mark){.arena = arena,
                          .area_id = sending->area_id,
                          .intake_id = sending->channel->intake_id,
                          .channel_id = sending->channel->id,
                          .thread_id = sending->thread_id,
                          .message_id = sending->message_id,
                          .fence = sending->fence,
                          .state = state,
                          .provider_id = arena_dup(arena, result->provider_id),
                          .reason = arena_dup(arena, result->reason),
                          .retry_after_ms = result->retry_after_ms};
    struct mark **tail = &outbox->marks;
    while (*tail != NULL) tail = &(*tail)->next;
    *tail = mark;
    if (++outbox->mark_count >= MARKS_MAX) on_gather(-1, 0, outbox);
    else gather_arm(outbox);
}

// ---- sending

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
        db_array(batch, DB_INT8);
        db_element_int8(batch, 0);
        db_array_end(batch);
        db_array(batch, DB_INT4);
        db_element_int4(batch, 0);
        db_array_end(batch);
        db_array(batch, DB_INT8);
        db_element_int8(batch, 0);
        db_array_end(batch);
        db_array(batch, DB_INT4);
        db_element_int4(batch, 0);
        db_array_end(batch);
        db_array(batch, DB_INT2);
        db_element_int2(batch, RELAY_CHANNEL);
        db_array_end(batch);
        db_array(batch, DB_INT2);
        db_element_int2(batch, 3);
        db_array_end(batch);
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
        mark_add(sending, OUTBOUND_SENT, result);
        break;
    case SEND_CHANNEL_BROKEN:
        channel_broken(sending, result);
        result->retry_after_ms = RETRY_FIRST_MS;
        mark_add(sending, OUTBOUND_QUEUED, result);
        break;
    case SEND_RETRY:
        metrics_count(METRIC_SEND_RETRY, 1);
        if (sending->attempt >= ATTEMPTS_MAX) {
            mark_add(sending, OUTBOUND_FAILED, result);
            break;
        }
        if (result->retry_after_ms > 0)
            sending->drain->pause_until_ms = clock_monotonic_ms() + result->retry_after_ms;
        else result->retry_after_ms = backoff_ms(sending->attempt);
        mark_add(sending, OUTBOUND_QUEUED, result);
        break;
    case SEND_UNKNOWN:
        metrics_count(METRIC_SEND_UNKNOWN, 1);
        mark_add(sending, OUTBOUND_UNKNOWN, result);
        break;
    default:
        metrics_count(METRIC_SEND_FAILED, 1);
        mark_add(sending, OUTBOUND_FAILED, result);
        break;
    }
}

static void sending_end(struct sending *sending) {
    struct drain *drain = sending->drain;
    drain->in_flight--;
    drain->outbox->in_flight--;
    directory_unref(sending->directory);
    arena_free(sending->arena);
    drain_run(drain);
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

static void send_one(struct drain *drain, int32_t area_id, const struct db_result *rows,
                     size_t row) {
    struct outbox *outbox = drain->outbox;
    struct gateway *gateway = outbox->gateway;
    struct arena *arena = arena_new(2048);
    struct sending *sending = ARENA_NEW(arena, struct sending);
    struct directory *directory = directory_ref(gateway->directory);
    sending->drain = drain;
    sending->arena = arena;
    sending->directory = directory;
    sending->channel = directory_channel_by_id(directory, drain->channel_id);
    sending->adapter = adapter_find(sending->channel->adapter);
    sending->area_id = area_id;
    sending->fence = drain->fence;
    sending->message_id = db_get_int(rows, 0, row, 0);
    sending->thread_id = db_get_int(rows, 0, row, 1);
    sending->attempt = (int16_t)db_get_int(rows, 0, row, 10);
    int64_t age_ms = db_get_int(rows, 0, row, 8);
    struct str token = arena_dup(arena, db_get_str(rows, 0, row, 7));
    bool is_fresh = age_ms < sending->adapter->reply_token_life_ms;
    sending->outbound = (struct outbound){
        .reference = arena_printf(arena, "%d-%lld-%lld", (int)area_id,
                                  (long long)sending->thread_id,
                                  (long long)sending->message_id),
        .retry_key = arena_dup(arena, db_get_str(rows, 0, row, 9)),
        .address = arena_dup(arena, db_get_str(rows, 0, row, 2)),
        .text = arena_dup(arena, db_get_str(rows, 0, row, 3)),
        .language = arena_dup(arena, db_get_str(rows, 0, row, 11)),
        .is_silent = db_get_bool(rows, 0, row, 6),
        .reply_token = is_fresh && sending->attempt == 1 ? token : (struct str){0},
        .now_ms = clock_real_ms(),
        .life_ms = (int32_t)db_get_int(rows, 0, row, 5),
        .attempt = sending->attempt};
    drain->in_flight++;
    outbox->in_flight++;
    sending->adapter->build(sending->channel, &sending->outbound, arena,
                            &sending->request);
    if (sending->request.result == BUILD_REQUEST) {
        fetch_send(outbox->fetch, &sending->request, SEND_LIMIT_MS, on_answer, sending);
        return;
    }
    bool is_local = sending->request.result == BUILD_LOCAL;
    struct send_result result = {.verdict = is_local ? SEND_ACCEPTED : SEND_FAILED,
                                 .reason = sending->request.reason};
    verdict(sending, &result);
    sending_end(sending);
}

// ---- claiming

struct claim {
    struct drain *drain;
    int32_t area_id;
    int limit;
};

static void on_claimed(void *context, const struct db_result *result) {
    struct claim claim = *(struct claim *)context;
    struct drain *drain = claim.drain;
    free(context);
    drain->is_claiming = false;
    if (result->error != DB_OK) {
        if (result->error == DB_RULE) drain->fence = 0; // lost: somebody else sends
        return;
    }
    crash_point("outbox-after-claim");
    size_t rows = db_rows(result, 0);
    drain->tokens -= (double)rows;
    // A full claim means that there may be more here.
    if (rows == (size_t)claim.limit) area_add(drain, claim.area_id);
    for (size_t i = 0; i < rows; i++) send_one(drain, claim.area_id, result, i);
    drain_run(drain);
}

static int free_slots(struct drain *drain, const struct channel *channel) {
    int64_t now = clock_monotonic_ms();
    double rate = channel->rate_per_second > 0 ? channel->rate_per_second : 1;
    drain->tokens += (double)(now - drain->tokens_ms) * rate / 1000;
    if (drain->tokens > rate) drain->tokens = rate;
    drain->tokens_ms = now;
    int slots = channel->in_flight - drain->in_flight;
    return drain->tokens < slots ? (int)drain->tokens : slots;
}

static void lease(struct drain *drain);

static void drain_run(struct drain *drain) {
    struct outbox *outbox = drain->outbox;
    struct gateway *gateway = outbox->gateway;
    if (outbox->is_draining || drain->is_claiming || drain->area_count == 0 ||
        gateway->directory == NULL || !db_is_ready(gateway->db_outbox))
        return;
    const struct channel *channel =
        directory_channel_by_id(gateway->directory, drain->channel_id);
    if (channel == NULL || channel->is_held || adapter_find(channel->adapter) == NULL ||
        drain->pause_until_ms > clock_monotonic_ms())
        return;
    if (drain->fence == 0) {
        lease(drain);
        return;
    }
    int limit = free_slots(drain, channel);
    if (limit <= 0) return;
    struct claim *claim = malloc(sizeof *claim);
    if (claim == NULL) abort();
    *claim = (struct claim){drain, drain->areas[--drain->area_count], limit};
    drain->is_claiming = true;
    struct db_batch *batch = db_batch_new(gateway->db_outbox);
    db_call(batch, QUERY_OUTBOX_CLAIM);
    db_int4(batch, claim->area_id);
    db_int4(batch, drain->channel_id);
    db_int8(batch, drain->fence);
    db_int4(batch, limit);
    db_send(batch, on_claimed, claim);
}

static void on_leased(void *context, const struct db_result *result) {
    struct drain *drain = context;
    drain->is_leasing = false;
    if (result->error != DB_OK) return;
    drain->fence = db_get_int(result, 0, 0, 0);
    drain->lease_ms = clock_monotonic_ms();
    if (drain->fence != 0) drain_run(drain);
}

static void lease(struct drain *drain) {
    struct gateway *gateway = drain->outbox->gateway;
    if (drain->is_leasing || gateway->node_id < 0) return;
    drain->is_leasing = true;
    struct arena *arena = arena_new(128);
    struct db_batch *batch = db_batch_new(gateway->db_outbox);
    db_call(batch, QUERY_LEASE_TAKE);
    db_text(batch, arena_printf(arena, "channel:%d", (int)drain->channel_id));
    db_int4(batch, gateway->node_id);
    db_int4(batch, LEASE_MS);
    db_send(batch, on_leased, drain);
    arena_free(arena);
}

void outbox_wake(struct outbox *outbox, int32_t area_id, int32_t channel_id) {
    struct drain *drain = drain_of(outbox, channel_id);
    if (drain == NULL) return;
    area_add(drain, area_id);
    drain_run(drain);
}

// ---- each second: work found anywhere, leases, what nobody finished

static void on_expired(void *context, const struct db_result *result) {
    struct marking *marking = context;
    if (result->error != DB_OK) {
        free(marking);
        return;
    }
    metrics_count(METRIC_EXPIRED, (int64_t)db_rows(result, 0));
    ticks_write(marking, result);
}

static void expire(struct outbox *outbox, int32_t area_id) {
    struct marking *marking = malloc(sizeof *marking);
    if (marking == NULL) abort();
    *marking = (struct marking){outbox, NULL, area_id};
    struct db_batch *batch = db_batch_new(outbox->gateway->db_outbox);
    db_call(batch, QUERY_OUTBOX_EXPIRE);
    db_int4(batch, area_id);
    db_int4(batch, (int32_t)outbox->gateway->config->outbox_unknown_ms);
    db_send(batch, on_expired, marking);
}

static void on_work(void *context, const struct db_result *result) {
    struct outbox *outbox = context;
    outbox->is_working = false;
    if (result->error != DB_OK) return;
    int32_t last = 0;
    for (size_t i = 0; i < db_rows(result, 0); i++) {
        int32_t area_id = (int32_t)db_get_int(result, 0, i, 0);
        outbox_wake(outbox, area_id, (int32_t)db_get_int(result, 0, i, 1));
        if (area_id != last) expire(outbox, area_id);
        last = area_id;
    }
}

static void on_tick(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct outbox *outbox = context;
    struct gateway *gateway = outbox->gateway;
    int64_t now = clock_monotonic_ms();
    if (!db_is_ready(gateway->db_outbox) || gateway->directory == NULL) return;
    if (db_in_flight_ms(gateway->db_outbox) > LEASE_MS) db_drop(gateway->db_outbox);
    for (size_t i = 0; i < outbox->drain_count; i++) {
        struct drain *drain = &outbox->drains[i];
        // Without a renewal in time the lease may be another's already.
        if (drain->fence != 0 && now - drain->lease_ms > LEASE_MS) drain->fence = 0;
        if (drain->fence != 0 && now - drain->lease_ms > LEASE_EVERY_MS) lease(drain);
        drain_run(drain);
    }
    if (outbox->is_working || outbox->is_draining) return;
    outbox->is_working = true;
    struct db_batch *batch = db_batch_new(gateway->db_outbox);
    db_call(batch, QUERY_OUTBOX_WORK);
    db_send(batch, on_work, outbox);
}

// ---- past the database

static void on_direct(void *context, const struct provider_response *response) {
    log_event(LOG_WARN, "sent_directly", LOG_INT("status", response->status));
    arena_free(context);
}

void outbox_direct(struct outbox *outbox, const struct channel *channel,
                   const struct outbound *outbound) {
    const struct adapter *adapter = adapter_find(channel->adapter);
    if (adapter == NULL || adapter->build == NULL) return;
    struct arena *arena = arena_new(4096);
    struct provider_request *request = ARENA_NEW(arena, struct provider_request);
    adapter->build(channel, outbound, arena, request);
    if (request->result == BUILD_LOCAL)
        relay_address_text(outbox->gateway->relay, channel->id, outbound->address,
                           outbound->text);
    if (request->result == BUILD_REQUEST)
        fetch_send(outbox->fetch, request, SEND_LIMIT_MS, on_direct, arena);
    else arena_free(arena);
}

void outbox_page_area(struct outbox *outbox, int32_t area_id) {
    struct gateway *gateway = outbox->gateway;
    const struct roster *roster = gateway->directory->roster;
    struct arena *arena = arena_new(4096);
    for (size_t i = 0; i < roster->duty_count; i++) {
        const struct duty *duty = &roster->duties[i];
        const struct channel *channel =
            directory_channel_by_id(gateway->directory, duty->phone_channel_id);
        if (duty->area_id != area_id || channel == NULL) continue;
        int32_t life_ms = 0;
        struct sentence_argument none = {STR("case"), STR("-")};
        struct outbound outbound = {
            .reference = arena_printf(arena, "0-0-%lld",
                                      (long long)gateway_id(gateway)),
            .retry_key = arena_printf(arena, "00000000-0000-4000-9000-%012llx",
                                      (unsigned long long)gateway_id(gateway) &
                                          0xffffffffffffULL),
            .address = duty->phone_address,
            .text = language_say(gateway->house.languages, duty->language, MANNER_NORMAL,
                                 STR("page_console"), &none, 1, arena, &life_ms),
            .language = duty->language,
            .now_ms = clock_real_ms(),
            .attempt = 1};
        if (outbound.text.n > 0) outbox_direct(outbox, channel, &outbound);
    }
    arena_free(arena);
}

void outbox_drain(struct outbox *outbox) {
    outbox->is_draining = true;
}

bool outbox_is_idle(const struct outbox *outbox) {
    return outbox->in_flight == 0 && outbox->marks == NULL && !outbox->is_marking;
}

struct outbox *outbox_new(struct gateway *gateway) {
    struct outbox *outbox = calloc(1, sizeof *outbox);
    if (outbox == NULL) abort();
    outbox->gateway = gateway;
    outbox->fetch = fetch_new(gateway->base);
    outbox->gather = evtimer_new(gateway->base, on_gather, outbox);
    outbox->tick = event_new(gateway->base, -1, EV_PERSIST, on_tick, outbox);
    struct timeval period = {.tv_sec = WORK_EVERY_MS / 1000};
    (void)event_add(outbox->tick, &period);
    return outbox;
}

void outbox_free(struct outbox *outbox) {
    if (outbox == NULL) return;
    fetch_free(outbox->fetch);
    marks_free(outbox->marks);
    event_free(outbox->gather);
    event_free(outbox->tick);
    free(outbox);
}
