// SPDX-License-Identifier: Apache-2.0
//
// /api/visits: an officer opens a thread for somebody at the counter, to an address of a
// channel by which people can be written to first; which channels those are.
#include "adapters/registry.h"
#include "core/json.h"
#include "gateway/console_call.h"

static bool can_write_first(const struct channel *channel) {
    const struct adapter *adapter = adapter_find(channel->adapter);
    return adapter != NULL && !adapter->is_local && !adapter->has_reply_token;
}

// A channel by its name that can write first; NULL when there is none.
static const struct channel *channel_find(const struct directory *directory,
                                          struct str name) {
    for (size_t i = 0; directory != NULL && i < directory->channel_count; i++) {
        const struct channel *channel = &directory->channels[i];
        if (can_write_first(channel) && str_eq(channel->name, name)) return channel;
    }
    return NULL;
}

// The force of a koban; 0 when it is not known.
static int32_t force_of(const struct directory *directory, int32_t koban_id) {
    const struct koban *koban = roster_koban(directory->roster, koban_id);
    const struct area *area =
        koban != NULL ? roster_area(directory->roster, koban->area_id) : NULL;
    return area != NULL ? area->force_id : 0;
}

static void channels_write(struct console_call *call, int32_t koban_id) {
    const struct directory *directory = call->gateway->directory;
    struct buf out;
    buf_init(&out, 64 * 1024);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_open(&w, "channels", '[');
    for (size_t i = 0; directory != NULL && i < directory->channel_count; i++) {
        const struct channel *channel = &directory->channels[i];
        bool is_ours = channel->force_id == force_of(directory, koban_id);
        if (!is_ours || !can_write_first(channel)) continue;
        json_w_open(&w, NULL, '{');
        json_w_str(&w, "name", channel->name);
        json_w_str(&w, "adapter", channel->adapter);
        json_w_bool(&w, "held", channel->is_held);
        json_w_close(&w, '}');
    }
    json_w_close(&w, ']');
    json_w_close(&w, '}');
    console_json(call->request, buf_str(&out));
    buf_free(&out);
}

static void on_scope(void *context, const struct db_result *result) {
    struct console_call *call = context;
    if (!console_failed(call, result))
        channels_write(call, (int32_t)db_get_int(result, 0, 0, 5));
    console_end(call);
}

void console_visit_channels(struct console_call *call) {
    struct db_batch *batch = console_batch(call);
    if (batch == NULL) return;
    db_call(batch, QUERY_CONSOLE_SCOPE);
    db_bytes(batch, console_session(call));
    db_send(batch, on_scope, call);
}

void console_visit(struct console_call *call) {
    json_auto_t *body = console_body(call->request);
    if (body == NULL) {
        console_end(call);
        return;
    }
    struct gateway *gateway = call->gateway;
    struct arena *arena = call->request->arena;
    const struct channel *channel =
        channel_find(gateway->directory, json_str(body, "channel"));
    struct settle_item *item = console_item(call);
    struct event *event = &item->event;
    event->address =
        country_phone(gateway->house.country, json_str(body, "address"), arena);
    event->command.kind = COMMAND_VISIT;
    event->command.client_id = arena_dup(arena, json_str(body, "client_id"));
    event->command.text = arena_dup(arena, json_str(body, "text"));
    bool is_good = channel != NULL && event->address.n > 0 &&
                   event->command.client_id.n > 0 &&
                   event->command.client_id.n <= CONSOLE_CLIENT_ID_MAX;
    if (!is_good) {
        http_problem(call->request, 422, "invalid");
        console_end(call);
        return;
    }
    call->visit_id = event->command.client_id;
    item->channel_id = channel->id;
    item->intake_id = channel->intake_id;
    console_submit(call, item);
}
