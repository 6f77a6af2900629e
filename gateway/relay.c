// SPDX-License-Identifier: Apache-2.0
//
// Streams and positions. For each area this process knows the last position it delivered;
// an event of its own commit that follows directly goes out at once, anything else makes
// a read from the log. Slow readers are dropped and come back with their last id.
#include "gateway/relay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/metrics.h"
#include "gateway/relay_work.h"

enum {
    READ_LIMIT = 500,
    LATE_LIMIT = 5000, // further behind than this: reset
    NOTIFY_MS = 25,
    EVENT_BYTES = 512
};

static struct area_state *area_of(struct relay *relay, int32_t area_id) {
    for (size_t i = 0; i < relay->area_count; i++) {
        if (relay->areas[i].area_id == area_id) return &relay->areas[i];
    }
    if (relay->area_count == RELAY_AREAS_MAX) return NULL;
    struct area_state *area = &relay->areas[relay->area_count++];
    *area = (struct area_state){.area_id = area_id, .delivered = -1};
    return area;
}

static void ignore(void *context, const struct db_result *result) {
    (void)context;
    (void)result;
}

static int64_t *position_of(struct stream *stream, int32_t area_id) {
    for (size_t i = 0; i < stream->scope.stream_area_count; i++) {
        if (stream->scope.stream_areas[i] == area_id) return &stream->positions[i];
    }
    return NULL;
}

static bool is_catching(const struct stream *stream, int32_t area_id) {
    for (size_t i = 0; i < stream->scope.stream_area_count; i++) {
        if (stream->scope.stream_areas[i] == area_id)
            return stream->catching[i] != CATCHING_NONE;
    }
    return false;
}

static void catching_set(struct stream *stream, int32_t area_id,
                         enum catching_state state) {
    for (size_t i = 0; i < stream->scope.stream_area_count; i++) {
        if (stream->scope.stream_areas[i] == area_id) stream->catching[i] = state;
    }
}

static void event_text(struct stream *stream, const struct relay_event *event,
                       struct buf *out) {
    buf_add(out, STR("id: "));
    for (size_t i = 0; i < stream->scope.stream_area_count; i++)
        buf_addf(out, "%s%d:%lld", i > 0 ? "," : "", (int)stream->scope.stream_areas[i],
                 (long long)stream->positions[i]);
    buf_add(out, STR("\nevent: event\ndata: "));
    struct json_writer w = {.out = out};
    json_w_open(&w, NULL, '{');
    json_w_int(&w, "area", event->area_id);
    json_w_int(&w, "position", event->position);
    json_w_int(&w, "koban", event->koban_id);
    json_w_id(&w, "thread", event->thread_id);
    json_w_int(&w, "version", event->version);
    json_w_str(&w, "kind", str_of(relay_kind_text(event->kind)));
    json_w_int(&w, "urgency", event->urgency);
    json_w_close(&w, '}');
    buf_add(out, STR("\n\n"));
}

static void deliver(struct relay *relay, const struct relay_event *event) {
    struct buf text;
    buf_init(&text, 64 * 1024);
    struct stream *next;
    for (struct stream *stream = relay->streams; stream != NULL; stream = next) {
        next = stream->next;
        if (stream->is_chat) continue;
        int64_t *position = position_of(stream, event->area_id);
        if (position == NULL && !relay_in_scope(stream, event)) continue;
        if (position != NULL && *position >= event->position) continue;
        if (is_catching(stream, event->area_id)) continue;
        if (position != NULL) *position = event->position;
        if (!relay_in_scope(stream, event)) continue;
        buf_reset(&text);
        event_text(stream, event, &text);
        (void)relay_stream_send(stream, buf_str(&text));
    }
    buf_free(&text);
}

static struct relay_event event_of(const struct db_result *result, size_t row,
                                   int32_t area_id) {
    return (struct relay_event){.area_id = area_id,
                                .position = db_get_int(result, 0, row, 0),
                                .thread_id = db_get_int(result, 0, row, 1),
                                .koban_id = (int32_t)db_get_int(result, 0, row, 2),
                                .officer_id = db_get_int(result, 0, row, 3),
                                .version = (int32_t)db_get_int(result, 0, row, 4),
                                .kind = (enum relay_kind)db_get_int(result, 0, row, 5),
                                .urgency = (int16_t)db_get_int(result, 0, row, 6)};
}

struct reading {
    struct relay *relay;
    int32_t area_id;
};

static void area_read(struct relay *relay, struct area_state *area);

static void on_read(void *context, const struct db_result *result) {
    struct reading *reading = context;
    struct relay *relay = reading->relay;
    struct area_state *area = area_of(relay, reading->area_id);
    free(reading);
    area->is_reading = false;
    if (result->error != DB_OK) {
        area->is_dirty = true; // the poll tries again
        return;
    }
    size_t rows = db_rows(result, 0);
    for (size_t i = 0; i < rows; i++) {
        struct relay_event event = event_of(result, i, area->area_id);
        if (event.position <= area->delivered) continue;
        area->delivered = event.position;
        deliver(relay, &event);
    }
    if (rows == READ_LIMIT || area->is_dirty) area_read(relay, area);
}

static void area_read(struct relay *relay, struct area_state *area) {
    area->is_dirty = true;
    if (area->is_reading || area->delivered < 0 || !db_is_ready(relay->gateway->db_shell))
        return;
    area->is_reading = true;
    area->is_dirty = false;
    struct reading *reading = malloc(sizeof *reading);
    if (reading == NULL) abort();
    *reading = (struct reading){relay, area->area_id};
    struct db_batch *batch = db_batch_new(relay->gateway->db_shell);
    db_call(batch, QUERY_EVENT_READ);
    db_int4(batch, area->area_id);
    db_int8(batch, area->delivered);
    db_int4(batch, READ_LIMIT);
    db_send(batch, on_read, reading);
}

void relay_event(struct relay *relay, const struct relay_event *event) {
    struct area_state *area = area_of(relay, event->area_id);
    if (area == NULL || event->position <= area->delivered) return;
    if (event->position != area->delivered + 1) {
        area_read(relay, area);
        return;
    }
    area->delivered = event->position;
    deliver(relay, event);
}

static void on_notify(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct relay *relay = context;
    struct buf list;
    buf_init(&list, 7000);
    relay->is_notify_armed = false;
    for (size_t i = 0; i < relay->area_count; i++) {
        struct area_state *area = &relay->areas[i];
        if (!area->is_to_notify) continue;
        area->is_to_notify = false;
        buf_addf(&list, "%s%d", list.n > 0 ? "," : "", (int)area->area_id);
    }
    if (list.n > 0 && !list.failed && db_is_ready(relay->gateway->db_shell)) {
        struct db_batch *batch = db_batch_new(relay->gateway->db_shell);
        db_call(batch, QUERY_NOTIFY);
        db_text(batch, buf_str(&list));
        db_send(batch, ignore, NULL);
    }
    buf_free(&list);
}

void relay_wake(struct relay *relay, int32_t area_id) {
    struct area_state *area = area_of(relay, area_id);
    if (area == NULL) return;
    area->is_to_notify = true;
    if (relay->is_notify_armed) return;
    relay->is_notify_armed = true;
    struct timeval delay = {.tv_usec = NOTIFY_MS * 1000};
    (void)evtimer_add(relay->notify, &delay);
}

void relay_notice(struct relay *relay, struct str areas) {
    struct str part;
    while (str_next(&areas, ',', &part)) {
        int64_t id;
        if (!str_to_i64(part, &id)) continue;
        struct area_state *area = area_of(relay, (int32_t)id);
        if (area != NULL) area_read(relay, area);
    }
}

static void on_positions(void *context, const struct db_result *result) {
    struct relay *relay = context;
    if (result->error != DB_OK) return;
    for (size_t i = 0; i < db_rows(result, 0); i++) {
        struct area_state *area = area_of(relay, (int32_t)db_get_int(result, 0, i, 0));
        int64_t position = db_get_int(result, 0, i, 1);
        if (area == NULL) continue;
        if (area->delivered < 0) area->delivered = position;
        else if (position > area->delivered) area_read(relay, area);
    }
}

static void catch_up(struct stream *stream, int32_t area_id, int64_t from);

static void streams_catch_up(struct relay *relay) {
    for (struct stream *stream = relay->streams; stream != NULL; stream = stream->next) {
        for (size_t i = 0; i < stream->scope.stream_area_count; i++) {
            if (stream->catching[i] == CATCHING_AGAIN)
                catch_up(stream, stream->scope.stream_areas[i], stream->positions[i]);
        }
    }
}

void relay_poll(struct relay *relay) {
    if (!db_is_ready(relay->gateway->db_shell)) return;
    streams_catch_up(relay);
    struct db_batch *batch = db_batch_new(relay->gateway->db_shell);
    db_call(batch, QUERY_AREA_POSITIONS);
    db_send(batch, on_positions, relay);
}

// Position of an area in "12:40331,14:991"; -1 when it is not named.
static int64_t after_of(struct str after, int32_t area_id) {
    struct str part;
    while (after.p != NULL && str_next(&after, ',', &part)) {
        struct str name;
        int64_t id, position;
        if (!str_next(&part, ':', &name) || !str_to_i64(name, &id) ||
            !str_to_i64(part, &position))
            continue;
        if (id == area_id) return position;
    }
    return -1;
}

struct catching {
    struct relay *relay;
    int64_t stream_id;
    int32_t area_id;
};

static struct stream *stream_find(struct relay *relay, int64_t id) {
    for (struct stream *stream = relay->streams; stream != NULL; stream = stream->next) {
        if (stream->id == id) return stream;
    }
    return NULL;
}

// False when the reader was too slow and is gone.
static bool rows_send(struct stream *stream, const struct db_result *result,
                      int32_t area_id) {
    struct buf text;
    bool is_there = true;
    buf_init(&text, 64 * 1024);
    int64_t *position = position_of(stream, area_id);
    for (size_t i = 0; i < db_rows(result, 0) && position != NULL && is_there; i++) {
        struct relay_event event = event_of(result, i, area_id);
        if (event.position <= *position) continue;
        *position = event.position;
        if (!relay_in_scope(stream, &event)) continue;
        buf_reset(&text);
        event_text(stream, &event, &text);
        is_there = relay_stream_send(stream, buf_str(&text));
    }
    buf_free(&text);
    return is_there;
}

// What a returning console missed of one area, in order, before anything newer. What came
// while it was read is read again.
static void on_caught(void *context, const struct db_result *result) {
    struct catching *catching = context;
    struct relay *relay = catching->relay;
    struct stream *stream = stream_find(relay, catching->stream_id);
    int32_t area_id = catching->area_id;
    free(catching);
    if (stream == NULL) return;
    if (result->error != DB_OK) {
        catching_set(stream, area_id, CATCHING_AGAIN);
        return;
    }
    if (!rows_send(stream, result, area_id)) return;
    const struct area_state *area = area_of(relay, area_id);
    const int64_t *position = position_of(stream, area_id);
    bool is_behind = area != NULL && position != NULL && *position < area->delivered;
    if (is_behind && db_rows(result, 0) > 0) catch_up(stream, area_id, *position);
    else catching_set(stream, area_id, CATCHING_NONE);
}

static void catch_up(struct stream *stream, int32_t area_id, int64_t from) {
    struct catching *catching = malloc(sizeof *catching);
    if (catching == NULL) abort();
    *catching = (struct catching){stream->relay, stream->id, area_id};
    catching_set(stream, area_id, CATCHING_READ);
    struct db_batch *batch = db_batch_new(stream->relay->gateway->db_shell);
    db_call(batch, QUERY_EVENT_READ);
    db_int4(batch, area_id);
    db_int8(batch, from);
    db_int4(batch, LATE_LIMIT);
    db_send(batch, on_caught, catching);
}

void relay_console(struct relay *relay, struct http_request *request,
                   const struct relay_scope *scope, const uint8_t session[32],
                   struct str after, bool has_sound) {
    struct stream *stream = relay_stream_new(relay, request);
    stream->scope = *scope;
    stream->has_sound = has_sound;
    memcpy(stream->session, session, sizeof stream->session);
    bool is_late = false;
    for (size_t i = 0; i < scope->stream_area_count; i++) {
        int32_t area_id = scope->stream_areas[i];
        struct area_state *area = area_of(relay, area_id);
        int64_t now = area != NULL && area->delivered > 0 ? area->delivered : 0;
        int64_t from = after_of(after, area_id);
        stream->positions[i] = from >= 0 ? from : now;
        if (from >= 0 && now - from > LATE_LIMIT) is_late = true;
        else if (from >= 0 && from < now) catch_up(stream, area_id, from);
    }
    struct str hello = arena_printf(
        request->arena, "retry: 2000\nevent: hello\ndata: {\"server_ms\":%lld}\n\n",
        (long long)gateway_now_ms(relay->gateway));
    if (!relay_stream_send(stream, hello)) return;
    if (is_late && !relay_stream_send(stream, STR("event: reset\ndata: {}\n\n"))) return;
    relay_presence(stream);
}

static bool is_of_session(const struct stream *stream, const uint8_t session[32]) {
    return !stream->is_chat && memcmp(stream->session, session, 32) == 0;
}

void relay_session_end(struct relay *relay, const uint8_t session[32]) {
    struct stream *next;
    for (struct stream *stream = relay->streams; stream != NULL; stream = next) {
        next = stream->next;
        if (!is_of_session(stream, session)) continue;
        stream->request->on_close = NULL;
        http_stream_end(stream->request);
        relay_stream_free(stream);
    }
}

void relay_session_sound(struct relay *relay, const uint8_t session[32], int32_t koban_id,
                         bool has_sound) {
    for (struct stream *stream = relay->streams; stream != NULL; stream = stream->next) {
        if (!is_of_session(stream, session)) continue;
        stream->has_sound = has_sound;
        stream->scope.koban_id = koban_id;
        relay_presence(stream);
    }
}

void relay_direct(struct relay *relay, int32_t area_id, int32_t koban_id,
                  struct str json) {
    struct buf text;
    buf_init(&text, 64 * 1024);
    buf_add(&text, STR("event: direct\ndata: "));
    buf_add(&text, json);
    buf_add(&text, STR("\n\n"));
    struct relay_event event = {.area_id = area_id, .koban_id = koban_id};
    struct stream *next;
    for (struct stream *stream = relay->streams; stream != NULL; stream = next) {
        next = stream->next;
        if (!stream->is_chat && relay_in_scope(stream, &event))
            (void)relay_stream_send(stream, buf_str(&text));
    }
    buf_free(&text);
}

static void on_heartbeat(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct relay *relay = context;
    struct stream *next;
    // An event, not a comment: a page cannot see comments, and it says how old its
    // picture is by what it heard last.
    char text[64];
    int n = snprintf(text, sizeof text, "event: hb\ndata: {\"server_ms\":%lld}\n\n",
                     (long long)gateway_now_ms(relay->gateway));
    for (struct stream *stream = relay->streams; stream != NULL; stream = next) {
        next = stream->next;
        (void)relay_stream_send(stream, (struct str){text, (size_t)n});
    }
}

enum { DRAIN_SPREAD_MS = 5000 };

void relay_drain(struct relay *relay) {
    struct stream *next;
    for (struct stream *stream = relay->streams; stream != NULL; stream = next) {
        next = stream->next;
        unsigned spread = (unsigned)random() % DRAIN_SPREAD_MS;
        struct str bye =
            arena_printf(stream->request->arena, "retry: %u\n\n", spread + 100);
        (void)http_piece(stream->request, bye);
        stream->request->on_close = NULL;
        http_stream_end(stream->request);
        relay_stream_free(stream);
    }
}

size_t relay_streams(const struct relay *relay) {
    return relay->stream_count;
}

struct relay *relay_new(struct gateway *gateway) {
    struct relay *relay = calloc(1, sizeof *relay);
    if (relay == NULL) abort();
    relay->gateway = gateway;
    relay->notify = evtimer_new(gateway->base, on_notify, relay);
    relay->heartbeat = event_new(gateway->base, -1, EV_PERSIST, on_heartbeat, relay);
    long ms = gateway->config->heartbeat_ms;
    struct timeval period = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
    (void)event_add(relay->heartbeat, &period);
    return relay;
}

void relay_free(struct relay *relay) {
    if (relay == NULL) return;
    while (relay->streams != NULL) {
        relay->streams->request->on_close = NULL;
        relay_stream_free(relay->streams);
    }
    event_free(relay->heartbeat);
    event_free(relay->notify);
    free(relay);
}

void relay_event_row(struct db_batch *batch, int64_t thread_id, enum relay_kind kind,
                     int urgency) {
    db_array(batch, DB_INT8);
    db_element_int8(batch, thread_id);
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
    db_element_int2(batch, kind);
    db_array_end(batch);
    db_array(batch, DB_INT2);
    db_element_int2(batch, urgency);
    db_array_end(batch);
}
