// SPDX-License-Identifier: Apache-2.0
//
// POST /api/visits: an officer opens a thread for somebody at the counter, to an address
// of a channel by which people can be written to first.
#include "adapters/registry.h"
#include "core/json.h"
#include "gateway/console_call.h"

// A channel by its name that can write first; NULL when there is none.
static const struct channel *channel_find(const struct directory *directory,
                                          struct str name) {
    for (size_t i = 0; directory != NULL && i < directory->channel_count; i++) {
        const struct channel *channel = &directory->channels[i];
        const struct adapter *adapter = adapter_find(channel->adapter);
        bool may = adapter != NULL && !adapter->is_local && !adapter->has_reply_token;
        if (may && str_eq(channel->name, name)) return channel;
    }
    return NULL;
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
    item->channel_id = channel->id;
    item->intake_id = channel->intake_id;
    console_submit(call, item);
}
