// SPDX-License-Identifier: Apache-2.0
//
// Both directions are signed alike, so that one secret and one procedure serve a country
// system. The event key comes from the body, so that the stored bytes alone make the
// same events again.
#include "adapters/webhook.h"

#include "core/codec.h"
#include "core/hmac.h"
#include "core/json.h"
#include "core/time.h"

enum { WINDOW_MS = 300 * 1000, BODY_LIMIT = 64 * 1024, SIGNATURES_MAX = 8 };
enum { STATUS_MAX = 32 };
static const int64_t TIMESTAMP_MAX = 253402300799; // the last second of the year 9999

static const struct adapter_setting settings[] = {
    {"secret", true, true, "Key of the HMAC, both directions; at least 32 characters."},
    {"base_url", false, false,
     "Where outbound messages are posted; without it the channel only receives."},
    {"idempotent", false, false,
     "yes (default): the peer accepts a repeated Idempotency-Key once. no: an unanswered "
     "request stays unknown."},
};

// "whsec_" and base64 is how Standard Webhooks writes a key; else the key as it stands.
static struct str key_of(struct str secret, struct arena *arena) {
    const struct str prefix = STR("whsec_");
    struct str key;
    if (str_starts(secret, prefix) &&
        codec_base64_decode(str_slice(secret, prefix.n, secret.n), arena, &key))
        return key;
    return secret;
}

// HMAC over id.timestamp.body as base64.
static struct str signature(struct str secret, struct str id, struct str timestamp,
                            struct str body, struct arena *arena) {
    const struct str parts[] = {id, STR("."), timestamp, STR("."), body};
    uint8_t mac[SHA256_SIZE];
    hmac_sha256(key_of(secret, arena), parts, ARRAY_LEN(parts), mac);
    return codec_base64((struct str){(const char *)mac, sizeof mac}, arena);
}

// Any of the presented signatures may be the one: the peer may be rotating too.
static bool is_signed(struct str presented, struct str expected) {
    struct str part;
    bool is_good = false;
    for (size_t i = 0; i < SIGNATURES_MAX && str_next(&presented, ' ', &part); i++) {
        if (!str_starts(part, STR("v1,"))) continue;
        is_good |= hmac_equal(str_slice(part, 3, part.n), expected);
    }
    return is_good;
}

static enum adapter_error webhook_verify(const struct channel *channel,
                                         const struct webhook_request *request,
                                         int64_t now_ms) {
    struct str id = webhook_field(request, "webhook-id");
    struct str timestamp = webhook_field(request, "webhook-timestamp");
    struct str presented = webhook_field(request, "webhook-signature");
    struct str secrets[] = {channel_value(channel, "secret"),
                            channel_previous(channel, "secret")};
    int64_t seconds;
    if (id.n == 0 || id.n > EVENT_KEY_MAX - 8 || presented.n == 0 ||
        !str_to_i64(timestamp, &seconds) || seconds < 0 || seconds > TIMESTAMP_MAX ||
        !str_eq(request->method, STR("POST")))
        return ADAPTER_FORGED;
    struct arena *arena = arena_new(512);
    bool is_good = false;
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        if (secrets[i].n == 0) continue;
        struct str expected = signature(secrets[i], id, timestamp, request->body, arena);
        is_good |= is_signed(presented, expected);
    }
    arena_free(arena);
    if (!is_good) return ADAPTER_FORGED;
    int64_t age = now_ms - seconds * 1000;
    return age > WINDOW_MS || age < -WINDOW_MS ? ADAPTER_STALE : ADAPTER_OK;
}

static struct str kept(struct arena *arena, const json_t *object, const char *key) {
    return arena_dup(arena, json_str(object, key));
}

static enum message_kind media_kind(struct str type) {
    if (str_starts(type, STR("image/"))) return MESSAGE_IMAGE;
    if (str_starts(type, STR("video/"))) return MESSAGE_VIDEO;
    if (str_starts(type, STR("audio/"))) return MESSAGE_AUDIO;
    return MESSAGE_FILE;
}

static void location_read(const json_t *object, struct event *event) {
    const json_t *location = json_object_of(object, "location");
    if (location == NULL) return;
    double latitude = json_double(location, "lat", 1000);
    double longitude = json_double(location, "lon", 1000);
    if (latitude < -90 || latitude > 90 || longitude < -180 || longitude > 180) return;
    event->has_position = true;
    event->latitude = latitude;
    event->longitude = longitude;
    event->accuracy_m = json_double(location, "accuracy_m", 0);
    if (event->text.n == 0) event->message_kind = MESSAGE_LOCATION;
}

static void message_read(const json_t *object, struct str word, struct arena *arena,
                         struct event *event) {
    const json_t *media = json_array_of(object, "media");
    const json_t *first = json_array_get(media, 0);
    event->text = kept(arena, object, "text");
    // A network that took the keyword itself: the same as the word.
    if (event->text.n == 0 && str_eq(word, STR("stop"))) event->text = STR("STOP");
    if (event->text.n == 0 && str_eq(word, STR("start"))) event->text = STR("START");
    event->language_hint = kept(arena, object, "lang");
    if (first != NULL && event->text.n == 0)
        event->message_kind = media_kind(json_str(first, "type"));
    location_read(object, event);
    bool is_empty = event->text.n == 0 && first == NULL && !event->has_position;
    if (is_empty) event->message_kind = MESSAGE_PLACEHOLDER;
}

// Whoever reports on a message has it: a status of no list is "sent", no more.
static enum outbound_state state_of(struct str status) {
    if (str_eq(status, STR("delivered"))) return OUTBOUND_DELIVERED;
    if (str_eq(status, STR("read"))) return OUTBOUND_READ;
    if (str_eq(status, STR("failed")) || str_eq(status, STR("expired")) ||
        str_eq(status, STR("rejected")) || str_eq(status, STR("undelivered")))
        return OUTBOUND_FAILED;
    return OUTBOUND_SENT;
}

static bool receipt_read(const json_t *object, struct arena *arena, struct event *event) {
    const json_t *receipt = json_object_of(object, "receipt");
    struct str status = json_str(receipt, "status");
    event->kind = EVENT_RECEIPT;
    event->receipt_state = state_of(status);
    event->receipt_id = kept(arena, receipt, "message");
    event->receipt_reason = kept(arena, receipt, "reason");
    event->is_opt_out = str_eq(event->receipt_reason, STR("opted_out"));
    if (event->receipt_state == OUTBOUND_FAILED && event->receipt_reason.n == 0)
        event->receipt_reason = arena_dup(arena, status);
    event->key = arena_printf(arena, "r:%.*s:%.*s", (int)event->receipt_id.n,
                              event->receipt_id.p, (int)status.n, status.p);
    return status.n > 0 && status.n <= STATUS_MAX && event->receipt_id.n > 0 &&
           event->receipt_id.n <= EVENT_KEY_MAX - STATUS_MAX - 8 &&
           event->address.n <= EVENT_ADDRESS_MAX;
}

static enum event_kind kind_of(struct str word) {
    if (str_eq(word, STR("unsend"))) return EVENT_UNSEND;
    if (str_eq(word, STR("follow"))) return EVENT_FOLLOW;
    if (str_eq(word, STR("unfollow"))) return EVENT_UNFOLLOW;
    if (str_eq(word, STR("presence"))) return EVENT_PRESENCE;
    return EVENT_MESSAGE;
}

static const char *key_prefix(enum event_kind kind, struct str word) {
    if (str_eq(word, STR("edit"))) return "e";
    switch (kind) {
    case EVENT_UNSEND: return "u";
    case EVENT_FOLLOW:
    case EVENT_UNFOLLOW: return "f";
    case EVENT_PRESENCE: return "p";
    default: return "m";
    }
}

static bool event_read(const json_t *object, struct arena *arena, struct event *event) {
    struct str id = json_str(object, "id"), sent_at = json_str(object, "sent_at");
    struct str word = json_str(object, "event");
    *event = (struct event){.kind = kind_of(word)};
    (void)!time_parse_rfc3339(sent_at, &event->sent_at_ms);
    event->address = kept(arena, object, "from");
    if (json_object_of(object, "receipt") != NULL)
        return receipt_read(object, arena, event);
    if (id.n == 0 || id.n > EVENT_KEY_MAX - 8 || event->address.n == 0 ||
        event->address.n > EVENT_ADDRESS_MAX)
        return false;
    event->provider_id = arena_dup(arena, id);
    event->key =
        arena_printf(arena, "%s:%.*s", key_prefix(event->kind, word), (int)id.n, id.p);
    event->receipt_id = kept(arena, object, "message");
    event->is_present = json_bool(object, "present", false);
    if (event->kind == EVENT_MESSAGE) message_read(object, word, arena, event);
    return true;
}

static enum adapter_error webhook_parse(const struct channel *channel,
                                        const struct webhook_request *request,
                                        struct arena *arena, struct webhook_events *out) {
    (void)channel;
    struct json_result result;
    json_auto_t *document = json_read(request->body, arena, &result);
    if (!json_is_object(document)) return ADAPTER_UNREADABLE;
    const json_t *list = json_array_of(document, "events");
    size_t count = list != NULL ? json_array_size(list) : 1;
    if (count > ADAPTER_EVENTS_MAX) return ADAPTER_UNREADABLE;
    out->events = ARENA_ARRAY(arena, struct event, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *object = list != NULL ? json_array_get(list, i) : document;
        // What stands beside something broken may be a cry for help: it counts by itself.
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

static void webhook_reply(const struct channel *channel,
                          const struct webhook_events *events, struct arena *arena,
                          struct webhook_reply *out) {
    (void)channel;
    out->content_type = STR("application/json");
    // A peer must learn that it sent something broken.
    out->body = arena_printf(arena, "{\"accepted\":%zu,\"unreadable\":%zu}",
                             events->count, events->unreadable);
}

static struct str outbound_body(const struct outbound *outbound, struct arena *arena) {
    struct buf out;
    buf_init(&out, BODY_LIMIT * 2);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "id", outbound->reference);
    json_w_str(&w, "to", outbound->address);
    json_w_str(&w, "text", outbound->text);
    json_w_str(&w, "lang", outbound->language);
    json_w_bool(&w, "silent", outbound->is_silent);
    if (outbound->life_ms > 0) json_w_int(&w, "valid_ms", outbound->life_ms);
    json_w_close(&w, '}');
    struct str body = arena_dup(arena, buf_str(&out));
    buf_free(&out);
    return body;
}

static void field_add(struct provider_request *out, struct str name, struct str value) {
    out->fields[out->field_count++] = (struct http_field){name, value};
}

static void webhook_build(const struct channel *channel, const struct outbound *outbound,
                          struct arena *arena, struct provider_request *out) {
    struct str url = channel_value(channel, "base_url");
    struct str secret = channel_value(channel, "secret");
    if (url.n == 0 || secret.n == 0) {
        out->result = BUILD_IMPOSSIBLE;
        out->reason = STR("receives_only");
        return;
    }
    struct str timestamp =
        arena_printf(arena, "%lld", (long long)(outbound->now_ms / 1000));
    out->result = BUILD_REQUEST;
    out->method = STR("POST");
    out->url = url;
    out->body = outbound_body(outbound, arena);
    struct str mac = signature(secret, outbound->reference, timestamp, out->body, arena);
    field_add(out, STR("content-type"), STR("application/json"));
    field_add(out, STR("webhook-id"), outbound->reference);
    field_add(out, STR("webhook-timestamp"), timestamp);
    field_add(out, STR("webhook-signature"), arena_join(arena, STR("v1,"), mac));
    field_add(out, STR("idempotency-key"), outbound->retry_key);
    out->is_idempotent = !str_eq(channel_value(channel, "idempotent"), STR("no"));
}

static void accepted(const struct provider_response *response, struct arena *arena,
                     struct send_result *out) {
    struct json_result result;
    json_auto_t *document = json_read(response->body, arena, &result);
    out->verdict = SEND_ACCEPTED;
    out->provider_id = kept(arena, document, "id");
}

// Account, key or address of the peer, not this message; redirects are never followed.
static bool is_of_channel(int status) {
    return status == 401 || status == 402 || status == 403 ||
           (status >= 300 && status < 400);
}

static void webhook_parse_response(const struct channel *channel,
                                   const struct provider_request *request,
                                   const struct provider_response *response,
                                   struct arena *arena, struct send_result *out) {
    (void)channel;
    int status = response->status;
    out->retry_after_ms = response_retry_after_ms(response);
    out->reason = arena_printf(arena, "http_%d", status);
    if (status >= 200 && status < 300) accepted(response, arena, out);
    else if (status == 429 || status == 503) out->verdict = SEND_RETRY;
    else if (is_of_channel(status)) out->verdict = SEND_CHANNEL_BROKEN;
    else if (status == 0 && !response->was_written) out->verdict = SEND_RETRY;
    else if (status == 0 || status >= 500)
        out->verdict = request->is_idempotent ? SEND_RETRY : SEND_UNKNOWN;
    else out->verdict = SEND_FAILED;
    if (status == 410) {
        out->is_opt_out = true;
        out->reason = STR("opted_out");
    }
}

const struct adapter webhook_adapter = {
    .name = "webhook",
    .has_receipts = true,
    .has_silent = true,
    .text_unit = TEXT_UNIT_BYTES,
    .text_limit = 16 * 1024,
    .body_limit = BODY_LIMIT,
    .settings = settings,
    .setting_count = ARRAY_LEN(settings),
    .verify = webhook_verify,
    .parse = webhook_parse,
    .reply = webhook_reply,
    .build = webhook_build,
    .parse_response = webhook_parse_response,
};
