// SPDX-License-Identifier: Apache-2.0
//
// One conversation a POST, in the order of the calls: webhook_handle, verified, stored,
// on_kept. The POST's events live in an arena of their own that outlives the request;
// the request's pointer is cleared when the client hangs up.
#include "gateway/webhook.h"

#include "adapters/registry.h"
#include "core/json.h"
#include "core/log.h"
#include "core/utf8.h"
#include "gateway/clock.h"
#include "gateway/crash.h"
#include "gateway/intake.h"
#include "gateway/metrics.h"
#include "handlers/triage/triage.h"

enum { POST_ARENA = 8192, FIELDS_MAX = 64, DEFAULT_LIMIT = 65536 };

struct conversation {
    struct gateway *gateway;
    struct http_request *request;
    const struct adapter *adapter;
    struct directory *directory;
    const struct channel *channel;
    struct webhook_events events;
    struct intake_post *post;
};

static struct webhook_request raw_request(struct http_request *request) {
    struct http_field *fields =
        ARENA_ARRAY(request->arena, struct http_field, request->field_count);
    for (size_t i = 0; i < request->field_count; i++)
        fields[i] =
            (struct http_field){request->fields[i].name, request->fields[i].value};
    return (struct webhook_request){.method = request->method,
                                    .target = request->target,
                                    .fields = fields,
                                    .field_count = request->field_count,
                                    .body = request->body};
}

static void ignore(void *context, const struct db_result *result) {
    (void)context;
    (void)result;
}

static struct str fields_json(struct http_request *request) {
    struct buf out;
    buf_init(&out, 16384);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '[');
    for (size_t i = 0; i < request->field_count; i++) {
        bool changed;
        json_w_open(&w, NULL, '[');
        json_w_str(&w, NULL, request->fields[i].name);
        json_w_str(&w, NULL,
                   utf8_repair(request->fields[i].value, request->arena, &changed));
        json_w_close(&w, ']');
    }
    json_w_close(&w, ']');
    struct str json = arena_dup(request->arena, out.failed ? STR("[]") : buf_str(&out));
    buf_free(&out);
    return json;
}

// Its bytes go into the ring, where an administrator can verify them again: a wrong
// secret cannot lose an emergency.
static void reject(struct gateway *gateway, struct http_request *request,
                   const struct channel *channel) {
    metrics_count(METRIC_FORGED, 1);
    log_event(LOG_WARN, "webhook_forged", LOG_INT("channel", channel->id));
    if (db_is_ready(gateway->db_console) && db_waiting(gateway->db_console) < 64) {
        struct db_batch *batch = db_batch_new(gateway->db_console);
        db_call(batch, QUERY_REJECTED_PUT);
        db_int4(batch, channel->intake_id);
        db_int8(batch, gateway_id(gateway));
        db_int4(batch, channel->id);
        db_int8(batch, gateway_now_ms(gateway));
        db_text(batch, request->target);
        db_text(batch, fields_json(request));
        db_bytes(batch, request->body);
        db_send(batch, ignore, NULL);
    }
    http_problem(request, 401, "not_verified");
}

static void on_client_gone(struct http_request *request, void *context) {
    struct conversation *conversation = context;
    conversation->request = NULL;
    http_release(request); // nobody will answer it any more
}

static void conversation_end(struct conversation *conversation) {
    directory_unref(conversation->directory);
}

static void say_kept(struct conversation *conversation) {
    struct webhook_reply reply = {.status = 200, .content_type = STR("text/plain")};
    struct http_request *request = conversation->request;
    if (request == NULL) return;
    if (conversation->adapter->reply != NULL)
        conversation->adapter->reply(conversation->channel, &conversation->events,
                                     request->arena, &reply);
    http_reply(request, reply.status, arena_cstr(request->arena, reply.content_type),
               reply.body);
}

// Committed, or in the journal: never earlier.
static void on_kept(void *context, enum intake_result result) {
    struct conversation *conversation = context;
    if (result == INTAKE_FULL) {
        metrics_count(METRIC_REFUSED_FULL, 1);
        if (conversation->request != NULL) {
            http_header(conversation->request, "Retry-After", STR("5"));
            http_problem(conversation->request, 503, "full");
        }
    } else {
        metrics_count(METRIC_ANSWERED_2XX, (int64_t)conversation->events.count);
        if (conversation->request != NULL)
            metrics_observe(HISTOGRAM_ANSWER,
                            clock_monotonic_ms() - conversation->request->received_ms);
        say_kept(conversation);
    }
    if (conversation->request != NULL) http_release(conversation->request);
    conversation->request = NULL;
    conversation_end(conversation);
}

// What intake may know of urgency: the text alone. Settle triages again and only raises.
static bool is_urgent(struct gateway *gateway, struct intake_post *post) {
    bool urgent = false;
    for (size_t i = 0; i < post->event_count; i++) {
        const struct event *event = &post->events[i];
        if (event->kind != EVENT_MESSAGE) continue;
        struct triage_input input = {.text = event->text,
                                     .message_kind = event->message_kind};
        struct triage_result result;
        triage_run(gateway->house.triage, &input, &result, post->arena);
        if (result.intent != INTENT_EMERGENCY) continue;
        urgent = true;
        metrics_count(METRIC_EMERGENCIES, 1);
    }
    return urgent;
}

static struct intake_post *post_new(struct conversation *conversation,
                                    struct arena *arena) {
    struct gateway *gateway = conversation->gateway;
    struct http_request *request = conversation->request;
    struct intake_post *post = ARENA_NEW(arena, struct intake_post);
    post->gateway = gateway;
    post->arena = arena;
    post->channel_id = conversation->channel->id;
    post->intake_id = conversation->channel->intake_id;
    post->target = arena_dup(arena, request->target);
    post->body = request->body; // copied into the arena by parse_in
    post->events = conversation->events.events;
    post->event_count = conversation->events.count;
    // One more than events: an unreadable POST has none and still needs a number.
    post->ids = ARENA_ARRAY(arena, int64_t, post->event_count + 1);
    for (size_t i = 0; i <= post->event_count; i++) post->ids[i] = gateway_id(gateway);
    post->received_ms = gateway_now_ms(gateway);
    post->deadline_ms = request->received_ms + gateway->config->intake_deadline_ms;
    post->done = on_kept;
    post->context = conversation;
    return post;
}

// Verified, but not or not all to be understood: its bytes are kept durably for a person,
// beside the events that could be read, and it is answered 2xx.
static void tell_unreadable(const struct conversation *conversation) {
    metrics_count(METRIC_UNREADABLE, 1);
    metrics_count(METRIC_QUARANTINED, 1);
    log_event(LOG_ERROR, "webhook_unreadable",
              LOG_INT("channel", conversation->channel->id),
              LOG_INT("events", (int64_t)conversation->events.count));
}

static struct conversation *conversation_new(struct gateway *gateway,
                                             struct http_request *request,
                                             struct arena *arena) {
    struct conversation *conversation = ARENA_NEW(arena, struct conversation);
    conversation->gateway = gateway;
    conversation->request = request;
    request->on_close = on_client_gone;
    request->context = conversation;
    http_hold(request);
    return conversation;
}

// Verified. From here on the bytes are ours to keep.
static void verified(struct gateway *gateway, struct http_request *request,
                     const struct adapter *adapter, const struct channel *channel) {
    struct arena *arena = arena_new(POST_ARENA + request->body.n * 2);
    request->body = arena_dup(arena, request->body);
    struct conversation *conversation = conversation_new(gateway, request, arena);
    conversation->adapter = adapter;
    conversation->directory = directory_ref(gateway->directory);
    conversation->channel = channel;
    struct webhook_request raw = raw_request(request);
    enum adapter_error error =
        adapter->parse(channel, &raw, arena, &conversation->events);
    crash_point("parse");
    bool is_empty = error == ADAPTER_OK && conversation->events.count == 0;
    if (is_empty || error == ADAPTER_CHALLENGE) {
        say_kept(conversation);
        http_release(request);
        conversation_end(conversation);
        arena_free(arena);
        return;
    }
    if (error != ADAPTER_OK) conversation->events = (struct webhook_events){0};
    bool is_unreadable = error != ADAPTER_OK || conversation->events.unreadable > 0;
    if (is_unreadable) tell_unreadable(conversation);
    conversation->post = post_new(conversation, arena);
    conversation->post->is_unreadable = is_unreadable;
    conversation->post->is_urgent = is_urgent(gateway, conversation->post);
    intake_submit(gateway->intake, conversation->post);
}

void webhook_handle(struct gateway *gateway, struct http_request *request,
                    struct str channel_name) {
    metrics_count(METRIC_WEBHOOKS, 1);
    crash_point("accept");
    if (gateway->directory == NULL) {
        http_header(request, "Retry-After", STR("2"));
        http_problem(request, 503, "starting");
        return;
    }
    const struct channel *channel = directory_channel(gateway->directory, channel_name);
    const struct adapter *adapter = channel != NULL ? adapter_find(channel->adapter)
                                                    : NULL;
    if (adapter == NULL) {
        http_problem(request, 404, "unknown_channel");
        return;
    }
    bool is_post = str_eq(request->method, STR("POST"));
    bool is_get = str_eq(request->method, STR("GET"));
    if (!is_post && !is_get) {
        http_problem(request, 405, "method");
        return;
    }
    struct webhook_request raw = raw_request(request);
    enum adapter_error error = adapter->verify(channel, &raw, clock_real_ms());
    if (error != ADAPTER_OK) {
        reject(gateway, request, channel);
        return;
    }
    verified(gateway, request, adapter, channel);
}

size_t webhook_body_limit(const struct gateway *gateway, struct str channel_name) {
    if (gateway->directory == NULL) return DEFAULT_LIMIT;
    const struct channel *channel = directory_channel(gateway->directory, channel_name);
    const struct adapter *adapter = channel != NULL ? adapter_find(channel->adapter)
                                                    : NULL;
    return adapter != NULL ? adapter->body_limit : DEFAULT_LIMIT;
}
