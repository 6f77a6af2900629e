// SPDX-License-Identifier: Apache-2.0
//
// In: a batch of events, signed as a whole. An event type this file does not know and
// that somebody sent becomes a placeholder. Out: the reply token first (free, single use,
// about a minute), then push with X-Line-Retry-Key, which makes a repeat harmless; the
// reply endpoint takes no key, so an unanswered reply is unknown.
#include "adapters/line.h"

#include "core/codec.h"
#include "core/hmac.h"
#include "core/json.h"

enum { BODY_LIMIT = 256 * 1024, TEXT_LIMIT = 5000, TOKEN_LIFE_MS = 50 * 1000 };

static const struct adapter_setting settings[] = {
    {"channel_secret", true, true, "Channel secret of the Messaging API channel."},
    {"channel_access_token", true, true, "Long-lived channel access token."},
    {"add_url", false, false,
     "Link that adds the account as a friend (https://line.me/R/ti/p/...), for the page "
     "of volunteers and the poster."},
    {"base_url", false, false, "Where the API is; https://api.line.me by default."},
};

static enum adapter_error line_verify(const struct channel *channel,
                                      const struct webhook_request *request,
                                      int64_t now_ms) {
    (void)now_ms;
    struct str presented = webhook_field(request, "x-line-signature");
    struct str secrets[] = {channel_value(channel, "channel_secret"),
                            channel_previous(channel, "channel_secret")};
    bool is_good = false;
    struct arena *arena = arena_new(256);
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        uint8_t mac[SHA256_SIZE];
        if (secrets[i].n == 0) continue;
        hmac_sha256(secrets[i], &request->body, 1, mac);
        struct str expected =
            codec_base64((struct str){(const char *)mac, sizeof mac}, arena);
        is_good |= hmac_equal(presented, expected);
    }
    arena_free(arena);
    return is_good ? ADAPTER_OK : ADAPTER_FORGED;
}

static struct str kept(struct arena *arena, const json_t *object, const char *key) {
    return arena_dup(arena, json_str(object, key));
}

// A group or room is its own address; a user alone is the user.
static struct str address_of(const json_t *source, struct arena *arena) {
    static const char *const keys[] = {"groupId", "roomId", "userId"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (json_has_str(source, keys[i])) return kept(arena, source, keys[i]);
    }
    return (struct str){0};
}

static enum message_kind kind_of(struct str type) {
    static const struct {
        const char *type;
        enum message_kind kind;
    } kinds[] = {
        {"text", MESSAGE_TEXT},       {"location", MESSAGE_LOCATION},
        {"image", MESSAGE_IMAGE},     {"video", MESSAGE_VIDEO},
        {"audio", MESSAGE_AUDIO},     {"file", MESSAGE_FILE},
        {"sticker", MESSAGE_STICKER},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_eq(type, str_of(kinds[i].type))) return kinds[i].kind;
    }
    return MESSAGE_PLACEHOLDER;
}

// What a sticker says, as LINE's keywords and text tell it.
static struct str sticker_text(const json_t *message, struct arena *arena) {
    struct str text = kept(arena, message, "text");
    const json_t *words = json_array_of(message, "keywords");
    for (size_t i = 0; i < json_array_size(words) && i < 8; i++) {
        if (text.n > 0) text = arena_join(arena, text, STR(" "));
        text = arena_join(arena, text, json_text(json_array_get(words, i)));
    }
    return text;
}

static void location_read(const json_t *message, struct arena *arena,
                          struct event *event) {
    double latitude = json_double(message, "latitude", 1000);
    double longitude = json_double(message, "longitude", 1000);
    struct str title = json_str(message, "title"), address = json_str(message, "address");
    event->text = arena_dup(arena, title);
    if (title.n > 0 && address.n > 0)
        event->text = arena_join(arena, event->text, STR(" "));
    event->text = arena_join(arena, event->text, address);
    if (latitude < -90 || latitude > 90 || longitude < -180 || longitude > 180) return;
    event->has_position = true;
    event->latitude = latitude;
    event->longitude = longitude;
}

static void message_read(const json_t *object, struct arena *arena, struct event *event) {
    const json_t *message = json_object_of(object, "message");
    event->provider_id = kept(arena, message, "id");
    event->message_kind = kind_of(json_str(message, "type"));
    if (event->message_kind == MESSAGE_STICKER)
        event->text = sticker_text(message, arena);
    else if (event->message_kind == MESSAGE_LOCATION)
        location_read(message, arena, event);
    else if (event->message_kind == MESSAGE_FILE)
        event->text = kept(arena, message, "fileName");
    else event->text = kept(arena, message, "text");
}

// Nobody wrote: news about the account, a group, a film that ended. Types that are in
// no list may be words of somebody, and become placeholders.
static bool is_news(struct str type) {
    static const char *const types[] = {
        "accountLink",  "activated",    "beacon",     "botResumed",
        "botSuspended", "deactivated",  "delivery",   "membership",
        "module",       "memberJoined", "memberLeft", "videoPlayComplete"};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_eq(type, str_of(types[i]))) return true;
    }
    return false;
}

static void type_read(const json_t *object, struct str type, struct arena *arena,
                      struct event *event) {
    event->kind = EVENT_MESSAGE;
    if (str_eq(type, STR("message"))) {
        message_read(object, arena, event);
    } else if (str_eq(type, STR("follow")) || str_eq(type, STR("join"))) {
        event->kind = EVENT_FOLLOW;
    } else if (str_eq(type, STR("unfollow")) || str_eq(type, STR("leave"))) {
        event->kind = EVENT_UNFOLLOW;
    } else if (str_eq(type, STR("unsend"))) {
        event->kind = EVENT_UNSEND;
        event->receipt_id = kept(arena, json_object_of(object, "unsend"), "messageId");
    } else if (str_eq(type, STR("postback"))) {
        // A button of ours: its data is what the resident says.
        event->text = kept(arena, json_object_of(object, "postback"), "data");
    } else if (event->address.n == 0 || is_news(type)) {
        event->kind = EVENT_FOLLOW;
    } else {
        event->message_kind = MESSAGE_PLACEHOLDER;
    }
}

static const char *prefix_of(enum event_kind kind) {
    switch (kind) {
    case EVENT_FOLLOW:
    case EVENT_UNFOLLOW: return "f";
    case EVENT_UNSEND: return "u";
    default: return "m";
    }
}

static bool event_read(const json_t *object, struct arena *arena, struct event *event) {
    struct str type = json_str(object, "type"), id = json_str(object, "webhookEventId");
    const json_t *message = json_object_of(object, "message");
    *event = (struct event){.sent_at_ms = json_int(object, "timestamp", 0)};
    event->address = address_of(json_object_of(object, "source"), arena);
    event->reply_token = kept(arena, object, "replyToken");
    event->is_standby = str_eq(json_str(object, "mode"), STR("standby"));
    type_read(object, type, arena, event);
    if (id.n == 0) id = json_str(message, "id");
    if (type.n == 0 || id.n == 0 || id.n > EVENT_KEY_MAX - 8) return false;
    event->key = arena_printf(arena, "%s:%.*s", prefix_of(event->kind), (int)id.n, id.p);
    if (event->address.n > EVENT_ADDRESS_MAX) return false;
    return event->kind != EVENT_MESSAGE || event->address.n > 0;
}

static enum adapter_error line_parse(const struct channel *channel,
                                     const struct webhook_request *request,
                                     struct arena *arena, struct webhook_events *out) {
    (void)channel;
    struct json_result result;
    json_auto_t *document = json_read(request->body, arena, &result);
    const json_t *list = json_array_of(document, "events");
    size_t count = json_array_size(list);
    if (list == NULL || count > ADAPTER_EVENTS_MAX) return ADAPTER_UNREADABLE;
    out->events = ARENA_ARRAY(arena, struct event, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *object = json_array_get(list, i);
        struct event *event = &out->events[out->count];
        if (!json_is_object(object) || !event_read(object, arena, event)) {
            out->unreadable++;
            continue;
        }
        event->was_repaired = result.was_repaired;
        out->count++;
    }
    return out->count == 0 && out->unreadable > 0 ? ADAPTER_UNREADABLE : ADAPTER_OK;
}

static void field_add(struct provider_request *out, struct str name, struct str value) {
    out->fields[out->field_count++] = (struct http_field){name, value};
}

static struct str body_of(const struct outbound *outbound, struct arena *arena) {
    struct buf out;
    buf_init(&out, BODY_LIMIT);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    if (outbound->reply_token.n > 0) json_w_str(&w, "replyToken", outbound->reply_token);
    else json_w_str(&w, "to", outbound->address);
    json_w_open(&w, "messages", '[');
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "type", STR("text"));
    json_w_str(&w, "text", outbound->text);
    json_w_close(&w, '}');
    json_w_close(&w, ']');
    json_w_bool(&w, "notificationDisabled", outbound->is_silent);
    json_w_close(&w, '}');
    struct str body = arena_dup(arena, buf_str(&out));
    buf_free(&out);
    return body;
}

static void line_build(const struct channel *channel, const struct outbound *outbound,
                       struct arena *arena, struct provider_request *out) {
    struct str base = channel_value(channel, "base_url");
    struct str token = channel_value(channel, "channel_access_token");
    bool is_reply = outbound->reply_token.n > 0;
    if (token.n == 0) {
        out->result = BUILD_IMPOSSIBLE;
        out->reason = STR("no_access_token");
        return;
    }
    if (base.n == 0) base = STR("https://api.line.me");
    out->result = BUILD_REQUEST;
    out->method = STR("POST");
    out->url =
        arena_join(arena, base,
                   is_reply ? STR("/v2/bot/message/reply") : STR("/v2/bot/message/push"));
    out->body = body_of(outbound, arena);
    out->is_idempotent = !is_reply;
    field_add(out, STR("content-type"), STR("application/json"));
    field_add(out, STR("authorization"), arena_join(arena, STR("Bearer "), token));
    if (!is_reply) field_add(out, STR("x-line-retry-key"), outbound->retry_key);
}

static void accepted(const struct provider_response *response, struct arena *arena,
                     struct send_result *out) {
    struct json_result result;
    json_auto_t *document = json_read(response->body, arena, &result);
    const json_t *sent = json_array_get(json_array_of(document, "sentMessages"), 0);
    out->verdict = SEND_ACCEPTED;
    out->provider_id = kept(arena, sent, "id");
}

// 429 is the rate (again soon) or the monthly quota (not again this month).
static void too_many(const struct provider_response *response, struct send_result *out) {
    bool is_quota = str_contains(response->body, STR("monthly limit"));
    out->verdict = is_quota ? SEND_CHANNEL_BROKEN : SEND_RETRY;
    if (is_quota) out->reason = STR("monthly_limit");
}

static void line_parse_response(const struct channel *channel,
                                const struct provider_request *request,
                                const struct provider_response *response,
                                struct arena *arena, struct send_result *out) {
    (void)channel;
    int status = response->status;
    bool is_token = status == 400 && !request->is_idempotent &&
                    str_contains(response->body, STR("Invalid reply token"));
    out->reason = arena_printf(arena, "http_%d", status);
    // 409: this retry key was accepted before; the body names the same message.
    if (status == 200 || status == 409) accepted(response, arena, out);
    else if (status == 429) too_many(response, out);
    else if (status == 401 || status == 403) out->verdict = SEND_CHANNEL_BROKEN;
    else if (status == 0 && !response->was_written) out->verdict = SEND_RETRY;
    else if (status == 0 || status >= 500)
        out->verdict = request->is_idempotent ? SEND_RETRY : SEND_UNKNOWN;
    else out->verdict = SEND_FAILED;
    out->is_reply_token_bad = is_token;
}

const struct adapter line_adapter = {
    .name = "line",
    .has_silent = true,
    .has_reply_token = true,
    .reply_token_life_ms = TOKEN_LIFE_MS,
    .text_unit = TEXT_UNIT_UTF16,
    .text_limit = TEXT_LIMIT,
    .body_limit = BODY_LIMIT,
    .settings = settings,
    .setting_count = ARRAY_LEN(settings),
    .verify = line_verify,
    .parse = line_parse,
    .build = line_build,
    .parse_response = line_parse_response,
};
