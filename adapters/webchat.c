// SPDX-License-Identifier: Apache-2.0
//
// Local: nothing is ever sent; a message is sent when it is stored, and delivered only
// when the open page says so.
#include "adapters/webchat.h"

#include "core/codec.h"
#include "core/hmac.h"
#include "core/json.h"

enum {
    CHECK = 4,
    CODE_BYTES = WEBCHAT_RANDOM + CHECK,
    GROUP = 4,
    BODY_LIMIT = 32 * 1024
};

static const struct adapter_setting settings[] = {
    {"secret", true, true, "Key that makes resume codes and addresses."},
};

static void mac_of(struct str secret, const char *purpose, struct str bytes,
                   uint8_t out[SHA256_SIZE]) {
    const struct str parts[] = {str_of(purpose), bytes};
    hmac_sha256(secret, parts, ARRAY_LEN(parts), out);
}

struct str webchat_code(const struct channel *channel,
                        const uint8_t random[WEBCHAT_RANDOM], struct arena *arena) {
    uint8_t mac[SHA256_SIZE];
    struct str bytes = {(const char *)random, WEBCHAT_RANDOM};
    mac_of(channel_value(channel, "secret"), "code:", bytes, mac);
    struct str all = arena_join(arena, bytes, (struct str){(const char *)mac, CHECK});
    struct str text = codec_base32(all, arena);
    return arena_printf(arena, "%.4s-%.4s-%.4s-%.4s", text.p, text.p + GROUP,
                        text.p + 2 * GROUP, text.p + 3 * GROUP);
}

static bool address_with(struct str secret, struct str bytes, struct arena *arena,
                         struct str *address) {
    uint8_t mac[SHA256_SIZE];
    struct str random = str_slice(bytes, 0, WEBCHAT_RANDOM);
    mac_of(secret, "code:", random, mac);
    if (!hmac_equal(str_slice(bytes, WEBCHAT_RANDOM, CODE_BYTES),
                    (struct str){(const char *)mac, CHECK}))
        return false;
    mac_of(secret, "address:", random, mac);
    struct str hex = codec_hex((struct str){(const char *)mac, 10}, arena);
    *address = arena_join(arena, STR("c-"), hex);
    return true;
}

bool webchat_address(const struct channel *channel, struct str code, struct arena *arena,
                     struct str *address) {
    struct str bytes;
    struct str secrets[] = {channel_value(channel, "secret"),
                            channel_previous(channel, "secret")};
    if (code.n > 32 || !codec_base32_decode(code, arena, &bytes) || bytes.n != CODE_BYTES)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        if (secrets[i].n > 0 && address_with(secrets[i], bytes, arena, address))
            return true;
    }
    return false;
}

static enum adapter_error webchat_verify(const struct channel *channel,
                                         const struct webhook_request *request,
                                         int64_t now_ms) {
    (void)now_ms;
    struct arena *arena = arena_new(2048 + request->body.n);
    struct str code = webhook_field(request, "koban-chat-code"), address;
    enum adapter_error error = ADAPTER_FORGED;
    if (webchat_address(channel, code, arena, &address)) {
        struct json_result result;
        json_auto_t *document = json_read(request->body, arena, &result);
        // What cannot be read names no address: our own page never writes it.
        bool is_own = hmac_equal(json_str(document, "address"), address);
        error = is_own ? ADAPTER_OK : ADAPTER_FORGED;
    }
    arena_free(arena);
    return error;
}

static struct str kept(struct arena *arena, const json_t *object, const char *key) {
    return arena_dup(arena, json_str(object, key));
}

static void location_read(const json_t *document, struct event *event) {
    const json_t *location = json_object_of(document, "location");
    double latitude = json_double(location, "lat", 1000);
    double longitude = json_double(location, "lon", 1000);
    if (latitude < -90 || latitude > 90 || longitude < -180 || longitude > 180) return;
    event->has_position = true;
    event->latitude = latitude;
    event->longitude = longitude;
    event->accuracy_m = json_double(location, "accuracy_m", 0);
    if (event->text.n == 0) event->message_kind = MESSAGE_LOCATION;
}

// "delivered" and "read" confirm one of our messages by its reference.
static bool receipt_read(const json_t *document, struct str word, struct arena *arena,
                         struct event *event) {
    if (!outbound_state_from_text(word, &event->receipt_state)) return false;
    event->kind = EVENT_RECEIPT;
    event->receipt_id = kept(arena, document, "message");
    // The address is part of it: nobody uses up the receipt of somebody else's message.
    event->key = arena_printf(arena, "r:%.*s:%.*s:%.*s", (int)event->address.n,
                              event->address.p, (int)event->receipt_id.n,
                              event->receipt_id.p, (int)word.n, word.p);
    return event->receipt_id.n > 0 && event->receipt_id.n < 80;
}

static bool event_read(const json_t *document, struct arena *arena, struct event *event) {
    struct str id = kept(arena, document, "id"), word = json_str(document, "event");
    event->address = kept(arena, document, "address");
    event->language_hint = kept(arena, document, "lang");
    event->koban_slug = kept(arena, document, "koban");
    if (event->address.n == 0 || event->address.n > 64) return false;
    if (id.n == 0 || id.n > 64) return false;
    if (str_eq(word, STR("presence"))) {
        event->kind = EVENT_PRESENCE;
        event->is_present = json_bool(document, "present", false);
        event->key = arena_printf(arena, "p:%.*s:%.*s", (int)event->address.n,
                                  event->address.p, (int)id.n, id.p);
        return true;
    }
    if (str_eq(word, STR("delivered")) || str_eq(word, STR("read")))
        return receipt_read(document, word, arena, event);
    event->kind = EVENT_MESSAGE;
    event->provider_id = id;
    event->text = kept(arena, document, "text");
    // Two residents may choose the same id: the address makes it theirs.
    event->key = arena_printf(arena, "m:%.*s:%.*s", (int)event->address.n,
                              event->address.p, (int)id.n, id.p);
    location_read(document, event);
    if (event->text.n == 0 && !event->has_position)
        event->message_kind = MESSAGE_PLACEHOLDER;
    return true;
}

static enum adapter_error webchat_parse(const struct channel *channel,
                                        const struct webhook_request *request,
                                        struct arena *arena, struct webhook_events *out) {
    (void)channel;
    struct json_result result;
    json_auto_t *document = json_read(request->body, arena, &result);
    out->events = ARENA_ARRAY(arena, struct event, 1);
    if (!json_is_object(document) || !event_read(document, arena, &out->events[0]))
        return ADAPTER_UNREADABLE;
    out->events[0].was_repaired = result.was_repaired;
    out->count = 1;
    return ADAPTER_OK;
}

static void webchat_reply(const struct channel *channel,
                          const struct webhook_events *events, struct arena *arena,
                          struct webhook_reply *out) {
    (void)channel;
    out->content_type = STR("application/json");
    out->body = arena_printf(arena, "{\"accepted\":%zu}", events->count);
}

static void webchat_build(const struct channel *channel, const struct outbound *outbound,
                          struct arena *arena, struct provider_request *out) {
    (void)channel;
    (void)outbound;
    (void)arena;
    out->result = BUILD_LOCAL;
}

const struct adapter webchat_adapter = {
    .name = "webchat",
    .is_local = true,
    .has_receipts = true,
    .has_silent = true,
    .text_unit = TEXT_UNIT_BYTES,
    .text_limit = 16 * 1024,
    .body_limit = BODY_LIMIT,
    .settings = settings,
    .setting_count = ARRAY_LEN(settings),
    .verify = webchat_verify,
    .parse = webchat_parse,
    .reply = webchat_reply,
    .build = webchat_build,
};
