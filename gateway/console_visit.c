// SPDX-License-Identifier: Apache-2.0
//
// POST /api/visits: an officer opens a thread for somebody at the counter, to an address
// of a channel by which people can be written to first.
#include "adapters/registry.h"
#include "core/json.h"
#include "gateway/console_call.h"

enum { DIGITS_MIN = 6, DIGITS_MAX = 15 };

// Without what people put between digits; empty when something else stands there.
static struct str digits_read(struct str text, struct arena *arena) {
    struct buf digits;
    buf_init_arena(&digits, arena, 64);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c >= '0' && c <= '9') buf_add_char(&digits, c);
        else if (c != ' ' && c != '-' && c != '(' && c != ')') return (struct str){0};
    }
    return buf_str(&digits);
}

// As people say their number, "090-1234-5678", in the form the channel's own messages
// have: "+819012345678". Empty when it is none.
static struct str number_read(struct str text, const struct country *country,
                              struct arena *arena) {
    bool is_international = str_starts(text, STR("+"));
    struct str number = digits_read(str_slice(text, is_international, text.n), arena);
    struct str abroad = country->international_prefix, trunk = country->trunk_prefix;
    if (!is_international && abroad.n > 0 && str_starts(number, abroad)) {
        number = str_slice(number, abroad.n, number.n);
    } else if (!is_international && trunk.n > 0 && str_starts(number, trunk)) {
        number = str_slice(number, trunk.n, number.n);
        number = arena_join(arena, country->country_code, number);
    }
    if (number.n < DIGITS_MIN || number.n > DIGITS_MAX) return (struct str){0};
    return arena_join(arena, STR("+"), number);
}

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
        number_read(json_str(body, "address"), gateway->house.country, arena);
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
