// SPDX-License-Identifier: Apache-2.0
//
// One reader: a console's stream with its presence in the roster, or a resident's chat
// page. Slow readers are dropped and come back with their last id.
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "gateway/metrics.h"
#include "gateway/relay.h"
#include "gateway/relay_work.h"

enum { STREAM_MAX_BYTES = 256 * 1024 };

static void ignore(void *context, const struct db_result *result) {
    (void)context;
    (void)result;
}

static void presence_drop(struct stream *stream) {
    struct gateway *gateway = stream->relay->gateway;
    if (stream->is_chat || !db_is_ready(gateway->db_shell)) return;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    db_call(batch, QUERY_PRESENCE_DROP);
    db_int4(batch, gateway->node_id);
    db_int8(batch, stream->id);
    db_send(batch, ignore, NULL);
}

void relay_presence(struct stream *stream) {
    struct gateway *gateway = stream->relay->gateway;
    if (!db_is_ready(gateway->db_shell)) return;
    struct db_batch *batch = db_batch_new(gateway->db_shell);
    db_call(batch, QUERY_PRESENCE_PUT);
    db_int4(batch, gateway->node_id);
    db_int8(batch, stream->id);
    db_int8(batch, stream->scope.officer_id);
    db_int4(batch, stream->scope.koban_id);
    db_bool(batch, stream->has_sound);
    db_send(batch, ignore, NULL);
}

void relay_stream_free(struct stream *stream) {
    *stream->link = stream->next;
    if (stream->next != NULL) stream->next->link = stream->link;
    stream->relay->stream_count--;
    metrics_set(METRIC_STREAMS, (int64_t)stream->relay->stream_count);
    presence_drop(stream);
    http_release(stream->request);
    free(stream);
}

static void on_gone(struct http_request *request, void *context) {
    (void)request;
    relay_stream_free(context);
}

// False when the reader was too slow and is gone.
bool relay_stream_send(struct stream *stream, struct str piece) {
    size_t waiting = http_piece(stream->request, piece);
    if (waiting <= STREAM_MAX_BYTES) return true;
    metrics_count(METRIC_STREAMS_DROPPED, 1);
    stream->request->on_close = NULL;
    http_stream_end(stream->request);
    relay_stream_free(stream);
    return false;
}

static bool holds(const int32_t *list, size_t count, int32_t value) {
    for (size_t i = 0; i < count; i++) {
        if (list[i] == value) return true;
    }
    return false;
}

bool relay_in_scope(const struct stream *stream, const struct relay_event *event) {
    const struct relay_scope *scope = &stream->scope;
    if (event->officer_id != 0 && event->officer_id != scope->officer_id) return false;
    if (event->koban_id == 0)
        return holds(scope->stream_areas, scope->stream_area_count, event->area_id);
    return holds(scope->kobans, scope->koban_count, event->koban_id) ||
           holds(scope->areas, scope->area_count, event->area_id);
}

struct stream *relay_stream_new(struct relay *relay, struct http_request *request) {
    struct stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) abort();
    stream->relay = relay;
    stream->request = request;
    stream->id = gateway_id(relay->gateway);
    stream->next = relay->streams;
    stream->link = &relay->streams;
    if (stream->next != NULL) stream->next->link = &stream->next;
    relay->streams = stream;
    relay->stream_count++;
    metrics_set(METRIC_STREAMS, (int64_t)relay->stream_count);
    http_hold(request);
    request->on_close = on_gone;
    request->context = stream;
    http_header(request, "Cache-Control", STR("no-store"));
    http_header(request, "X-Accel-Buffering", STR("no"));
    http_stream(request, "text/event-stream");
    return stream;
}

void relay_chat(struct relay *relay, struct http_request *request, int32_t channel_id,
                struct str address) {
    struct stream *stream = relay_stream_new(relay, request);
    stream->is_chat = true;
    stream->channel_id = channel_id;
    stream->address = arena_dup(request->arena, address);
    (void)relay_stream_send(stream, STR("retry: 2000\nevent: hello\ndata: {}\n\n"));
}

static bool is_page_of(const struct stream *stream, int32_t channel_id,
                       struct str address) {
    return stream->is_chat && stream->channel_id == channel_id &&
           str_eq(stream->address, address);
}

void relay_address(struct relay *relay, int32_t channel_id, struct str address) {
    struct stream *next;
    for (struct stream *stream = relay->streams; stream != NULL; stream = next) {
        next = stream->next;
        if (is_page_of(stream, channel_id, address))
            (void)relay_stream_send(stream, STR("event: look\ndata: {}\n\n"));
    }
}

void relay_address_text(struct relay *relay, int32_t channel_id, struct str address,
                        struct str text) {
    struct buf out;
    buf_init(&out, 32 * 1024);
    struct json_writer w = {.out = &out};
    buf_add(&out, STR("event: direct\ndata: "));
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "text", text);
    json_w_close(&w, '}');
    buf_add(&out, STR("\n\n"));
    struct stream *next;
    for (struct stream *stream = relay->streams; stream != NULL; stream = next) {
        next = stream->next;
        if (is_page_of(stream, channel_id, address))
            (void)relay_stream_send(stream, buf_str(&out));
    }
    buf_free(&out);
}

bool relay_has_chat(const struct relay *relay, int32_t channel_id, struct str address) {
    const struct stream *stream = relay->streams;
    for (; stream != NULL; stream = stream->next) {
        if (is_page_of(stream, channel_id, address)) return true;
    }
    return false;
}
