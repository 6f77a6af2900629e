// SPDX-License-Identifier: Apache-2.0
//
// In: one message or one status a POST. Twilio signs the address it was given and the
// parameters in the order of their names, so the address comes from the settings, never
// from Host. Media are references only: each is an event of its kind beside the text.
// Out: one request a message, whatever its parts. Twilio knows no idempotency key: no
// answer is unknown, and the status callback carries our reference, so that a status
// makes it known again.
#include "adapters/twilio.h"

#include "adapters/twilio_form.h"
#include "core/codec.h"
#include "core/json.h"
#include "core/utf8.h"

enum {
    BODY_LIMIT = 64 * 1024,
    MEDIA_MAX = 10,        // of one message, as Twilio says
    ID_MAX = 64,           // a SID has 34 characters
    REFERENCE_MAX = 80,    // ours, in the address of a callback
    STATUS_MAX = 32,       // a word of MessageStatus
    TEXT_MAX = 1600,       // UTF-16 units of one request
    PARTS_MAX = 10,        // as many always fit: 1,530 of GSM-7, 670 of UCS-2
    VALIDITY_MAX_S = 36000 // ten hours, Twilio's own end
};

static const struct adapter_setting settings[] = {
    {"account_sid", true, false, "Account SID, AC and 32 digits."},
    {"auth_token", true, true,
     "Auth token of the account: it signs what Twilio sends, and authorises requests "
     "where there is no API key."},
    {"api_key_sid", false, false, "SID of an API key that authorises requests, SK..."},
    {"api_key_secret", false, true, "Secret of that API key."},
    {"messaging_service_sid", false, false,
     "Messaging Service that sends, MG...; this or from."},
    {"from", false, false, "Number or sender id that sends; this or a service."},
    {"public_url", false, false,
     "Where Twilio reaches this gateway, without /in/...; several with blanks between "
     "(a fallback host), the first one for callbacks. By default the gateway's own."},
    {"base_url", false, false, "Where the API is; https://api.twilio.com by default."},
};

// ---- parse

struct reading {
    struct twilio_form form;
    struct arena *arena;
    struct str reference; // ours, from the address of a callback; empty: none
    bool was_repaired;
};

// The first value of a parameter, as valid UTF-8; empty when absent.
static struct str param(struct reading *reading, const char *name) {
    for (size_t i = 0; i < reading->form.count; i++) {
        const struct codec_pair *pair = &reading->form.pairs[i];
        if (!str_eq(pair->name, str_of(name))) continue;
        bool changed;
        struct str value = utf8_repair(pair->value, reading->arena, &changed);
        reading->was_repaired |= changed;
        return value;
    }
    return (struct str){0};
}

static struct str param_any(struct reading *reading, const char *const *names,
                            size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct str value = param(reading, names[i]);
        if (value.n > 0) return value;
    }
    return (struct str){0};
}

static const char *const id_names[] = {"MessageSid", "SmsMessageSid", "SmsSid",
                                       "CallSid"};
static const char *const status_names[] = {"MessageStatus", "SmsStatus"};

static enum outbound_state state_of(struct str status) {
    static const struct {
        const char *status;
        enum outbound_state state;
    } states[] = {
        {"delivered", OUTBOUND_DELIVERED}, {"read", OUTBOUND_READ},
        {"undelivered", OUTBOUND_FAILED},  {"failed", OUTBOUND_FAILED},
        {"canceled", OUTBOUND_FAILED},     {"partially_delivered", OUTBOUND_FAILED},
    };
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (str_eq(status, str_of(states[i].status))) return states[i].state;
    }
    // accepted, scheduled, queued, sending, sent, and what comes later: Twilio has it.
    return OUTBOUND_SENT;
}

// Errors that say more than that it failed (docs/api/errors).
static const struct str code_opted_out = STR_INIT("21610");
static const struct str code_expired = STR_INIT("30036"); // its ValidityPeriod ended

static bool receipt_read(struct reading *reading, struct str id, struct str status,
                         struct event *event) {
    struct str code = param(reading, "ErrorCode");
    event->kind = EVENT_RECEIPT;
    event->address = param(reading, "To");
    event->receipt_id = reading->reference.n > 0 ? reading->reference : id;
    event->receipt_state = state_of(status);
    event->is_opt_out = str_eq(code, code_opted_out);
    if (event->receipt_state == OUTBOUND_FAILED) {
        bool has_code = code.n > 0 && code.n <= STATUS_MAX;
        event->receipt_reason = has_code ? code : status;
        if (event->is_opt_out) event->receipt_reason = STR("opted_out");
        if (str_eq(code, code_expired)) event->receipt_state = OUTBOUND_EXPIRED;
    }
    event->key = arena_printf(reading->arena, "r:%.*s:%.*s", (int)id.n, id.p,
                              (int)status.n, status.p);
    return status.n <= STATUS_MAX && event->address.n <= EVENT_ADDRESS_MAX;
}

// Twilio answers STOP and START itself and then refuses, or takes, our texts. What it
// says of itself is believed, as is whoever asks for texts; a plain STOP is ours to
// answer, and whether Twilio lets the answer pass tells the rest. HELP is a plea, which
// we answer whoever else does. A bare YES may be meant for us.
static void opt_read(struct reading *reading, struct event *event) {
    struct str type = param(reading, "OptOutType"), word = str_trim(event->text);
    bool is_yes = str_eq_nocase(word, STR("YES"));
    bool is_start = str_eq(type, STR("START"));
    event->is_opt_out = str_eq(type, STR("STOP"));
    event->is_opt_in = is_start || is_yes || str_eq_nocase(word, STR("START")) ||
                       str_eq_nocase(word, STR("UNSTOP"));
    event->is_standby = event->is_opt_out || (is_start && !is_yes);
}

// WhatsApp and RCS through Twilio.
static void position_read(struct reading *reading, struct event *event) {
    double latitude, longitude;
    if (!str_to_double(param(reading, "Latitude"), &latitude) ||
        !str_to_double(param(reading, "Longitude"), &longitude) || latitude < -90 ||
        latitude > 90 || longitude < -180 || longitude > 180)
        return;
    event->has_position = true;
    event->latitude = latitude;
    event->longitude = longitude;
    if (event->text.n > 0) return;
    struct str label = param(reading, "Label"), address = param(reading, "Address");
    if (label.n > 0 && address.n > 0) label = arena_join(reading->arena, label, STR(" "));
    event->text = arena_join(reading->arena, label, address);
    event->message_kind = MESSAGE_LOCATION;
}

static enum message_kind media_kind(struct str type) {
    if (str_starts(type, STR("image/"))) return MESSAGE_IMAGE;
    if (str_starts(type, STR("video/"))) return MESSAGE_VIDEO;
    if (str_starts(type, STR("audio/"))) return MESSAGE_AUDIO;
    return MESSAGE_FILE;
}

static size_t media_count(struct reading *reading) {
    int64_t count;
    if (!str_to_i64(param(reading, "NumMedia"), &count) || count < 0) return 0;
    return count < MEDIA_MAX ? (size_t)count : MEDIA_MAX;
}

// One event for the words, one for each picture: a picture must not hide the words from
// whoever judges them. A call, and what comes later, is a placeholder: somebody wants us.
static void message_read(struct reading *reading, struct str id,
                         struct webhook_events *out) {
    static const char *const texts[] = {"Body", "ButtonText", "ButtonPayload"};
    size_t media = media_count(reading);
    struct event event = {.kind = EVENT_MESSAGE, .provider_id = id};
    event.address = param(reading, "From");
    event.text = param_any(reading, texts, ARRAY_LEN(texts));
    opt_read(reading, &event);
    position_read(reading, &event);
    event.was_repaired = reading->was_repaired;
    event.key = arena_printf(reading->arena, "m:%.*s", (int)id.n, id.p);
    bool is_empty = event.text.n == 0 && !event.has_position;
    if (is_empty) event.message_kind = MESSAGE_PLACEHOLDER;
    if (!is_empty || media == 0) out->events[out->count++] = event;
    for (size_t i = 0; i < media; i++) {
        struct str name = arena_printf(reading->arena, "MediaContentType%zu", i);
        struct str type = param(reading, arena_cstr(reading->arena, name));
        out->events[out->count++] = (struct event){
            .kind = EVENT_MESSAGE,
            .provider_id = id,
            .address = event.address,
            .message_kind = media_kind(type),
            .key = arena_printf(reading->arena, "m:%.*s:%zu", (int)id.n, id.p, i)};
    }
}

// Ours has digits and dashes, and a letter where it is an alert's.
static struct str reference_of(struct str query, struct arena *arena) {
    struct str reference;
    if (!codec_query(query, STR("ref"), arena, &reference) || reference.n > REFERENCE_MAX)
        return (struct str){0};
    for (size_t i = 0; i < reference.n; i++) {
        if (strchr("a-0123456789", reference.p[i]) == NULL) return (struct str){0};
    }
    return reference;
}

static enum adapter_error twilio_parse(const struct channel *channel,
                                       const struct webhook_request *request,
                                       struct arena *arena, struct webhook_events *out) {
    (void)channel;
    struct reading reading = {.arena = arena};
    struct str query = arena_dup(arena, twilio_query(request->target));
    struct str text = request->body.n > 0 ? request->body : query;
    if (!twilio_form_read(text, arena, &reading.form)) return ADAPTER_UNREADABLE;
    reading.reference = reference_of(query, arena);
    struct str id = param_any(&reading, id_names, ARRAY_LEN(id_names));
    struct str status = param_any(&reading, status_names, ARRAY_LEN(status_names));
    struct str from = param(&reading, "From");
    bool is_message = status.n == 0 || str_eq(status, STR("received")) ||
                      str_eq(status, STR("receiving"));
    if (id.n == 0 || id.n > ID_MAX) return ADAPTER_UNREADABLE;
    out->events = ARENA_ARRAY(arena, struct event, 1 + MEDIA_MAX);
    if (is_message) {
        if (from.n == 0 || from.n > EVENT_ADDRESS_MAX) return ADAPTER_UNREADABLE;
        message_read(&reading, id, out);
        return ADAPTER_OK;
    }
    if (!receipt_read(&reading, id, status, &out->events[0])) return ADAPTER_UNREADABLE;
    out->count = 1;
    return ADAPTER_OK;
}

// TwiML that does nothing. A text here would be sent to the resident.
static void twilio_reply(const struct channel *channel,
                         const struct webhook_events *events, struct arena *arena,
                         struct webhook_reply *out) {
    (void)channel;
    (void)events;
    (void)arena;
    out->content_type = STR("text/xml");
    out->body = STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>");
}

// ---- build

static void pair_add(struct buf *out, const char *name, struct str value,
                     struct arena *arena) {
    if (out->n > 0) buf_add_char(out, '&');
    buf_add(out, str_of(name));
    buf_add_char(out, '=');
    buf_add(out, codec_url_encode(value, arena));
}

// Where statuses of this message go; with our reference, so that they find it even when
// the answer to this request is lost.
static struct str callback_of(const struct channel *channel,
                              const struct outbound *outbound, struct arena *arena) {
    struct str rest = str_trim(channel_value(channel, "public_url")), base;
    if (!str_next(&rest, ' ', &base) || base.n == 0) return (struct str){0};
    base = twilio_without_slash(base);
    struct str reference = codec_url_encode(outbound->reference, arena);
    return arena_printf(arena, "%.*s/in/%.*s?ref=%.*s", (int)base.n, base.p,
                        (int)channel->name.n, channel->name.p, (int)reference.n,
                        reference.p);
}

// Whole seconds, rounded down: a text must not arrive after its life.
static int32_t validity_s(int32_t life_ms) {
    int32_t seconds = life_ms / 1000;
    if (seconds < 1) return 1;
    return seconds < VALIDITY_MAX_S ? seconds : VALIDITY_MAX_S;
}

static struct str body_of(const struct channel *channel, const struct outbound *outbound,
                          struct arena *arena) {
    struct str service = channel_value(channel, "messaging_service_sid");
    struct str callback = callback_of(channel, outbound, arena);
    struct buf out;
    buf_init_arena(&out, arena, BODY_LIMIT);
    pair_add(&out, "To", outbound->address, arena);
    if (service.n > 0) pair_add(&out, "MessagingServiceSid", service, arena);
    else pair_add(&out, "From", channel_value(channel, "from"), arena);
    pair_add(&out, "Body", outbound->text, arena);
    if (outbound->life_ms > 0) {
        struct str seconds =
            arena_printf(arena, "%d", (int)validity_s(outbound->life_ms));
        pair_add(&out, "ValidityPeriod", seconds, arena);
    }
    if (callback.n > 0) pair_add(&out, "StatusCallback", callback, arena);
    return buf_str(&out);
}

static struct str authorization(const struct channel *channel, struct arena *arena) {
    struct str user = channel_value(channel, "api_key_sid");
    struct str password = channel_value(channel, "api_key_secret");
    if (user.n == 0 || password.n == 0) {
        user = channel_value(channel, "account_sid");
        password = channel_value(channel, "auth_token");
    }
    struct str pair = arena_printf(arena, "%.*s:%.*s", (int)user.n, user.p,
                                   (int)password.n, password.p);
    return arena_join(arena, STR("Basic "), codec_base64(pair, arena));
}

// Why it cannot be sent from here; NULL when it can.
static const char *hindrance(const struct channel *channel,
                             const struct outbound *outbound) {
    bool has_sender = channel_value(channel, "messaging_service_sid").n > 0 ||
                      channel_value(channel, "from").n > 0;
    if (channel_value(channel, "account_sid").n == 0 ||
        channel_value(channel, "auth_token").n == 0)
        return "no_account";
    if (!has_sender) return "no_sender";
    if (utf8_units16(outbound->text) > TEXT_MAX) return "too_long";
    return NULL;
}

static void twilio_build(const struct channel *channel, const struct outbound *outbound,
                         struct arena *arena, struct provider_request *out) {
    struct str base = channel_value(channel, "base_url");
    struct str account = codec_url_encode(channel_value(channel, "account_sid"), arena);
    const char *reason = hindrance(channel, outbound);
    if (reason != NULL) {
        out->result = BUILD_IMPOSSIBLE;
        out->reason = str_of(reason);
        return;
    }
    if (base.n == 0) base = STR("https://api.twilio.com");
    out->result = BUILD_REQUEST;
    out->method = STR("POST");
    out->url = arena_printf(arena, "%.*s/2010-04-01/Accounts/%.*s/Messages.json",
                            (int)base.n, base.p, (int)account.n, account.p);
    out->body = body_of(channel, outbound, arena);
    out->fields[out->field_count++] = (struct http_field){
        STR("content-type"), STR("application/x-www-form-urlencoded")};
    out->fields[out->field_count++] =
        (struct http_field){STR("authorization"), authorization(channel, arena)};
}

// ---- parse_response

// Codes of account and sender: no text leaves before somebody mends it. Those that
// depend on the destination (21408, 21606, 21612, 21659 ...) are of one message, or a
// single foreign number could silence the channel.
static bool is_of_channel(int64_t code) {
    static const int64_t codes[] = {
        10001, // account suspended or closed
        20003, // credentials refused, or the account suspended
        20005, // account not active: funds, trial
        20006, // access denied
        20008, // test credentials
        20403, // forbidden
        20404, // no such account
        21212, // the sender is no number
        21603, // no sender
        21609, // our callback's address is refused
        21660, // the sender belongs to another account
        21661, // the sender cannot send SMS
        21701, // no such Messaging Service
        21703, // it has no sender
        21704, // the same
        21705, // its SID is wrong
        90010, // account not active
    };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        if (codes[i] == code) return true;
    }
    return false;
}

static bool is_status_of_channel(int status) {
    return status == 401 || status == 402 || status == 403 || status == 404 ||
           (status >= 300 && status < 400);
}

static enum send_verdict verdict_of(const struct provider_response *response,
                                    int64_t code, bool has_id) {
    int status = response->status;
    if (status == 0) return response->was_written ? SEND_UNKNOWN : SEND_RETRY;
    if (status >= 200 && status < 300) return has_id ? SEND_ACCEPTED : SEND_UNKNOWN;
    // "Never processed and always safe to retry" (docs/api/errors/20429); 21611: the
    // sender's queue is full.
    if (status == 429) return SEND_RETRY;
    // Nobody says that nothing was accepted.
    if (status >= 500) return SEND_UNKNOWN;
    if (is_of_channel(code)) return SEND_CHANNEL_BROKEN;
    bool is_bare = code == 0 || (code >= 20000 && code < 21000);
    return is_bare && is_status_of_channel(status) ? SEND_CHANNEL_BROKEN : SEND_FAILED;
}

static void twilio_parse_response(const struct channel *channel,
                                  const struct provider_request *request,
                                  const struct provider_response *response,
                                  struct arena *arena, struct send_result *out) {
    (void)channel;
    (void)request;
    struct json_result result;
    json_auto_t *document = json_read(response->body, arena, &result);
    int64_t code = response->status >= 300 ? json_int(document, "code", 0) : 0;
    struct str sid = json_str(document, "sid");
    bool has_id = sid.n > 0 && sid.n <= ID_MAX;
    out->verdict = verdict_of(response, code, has_id);
    out->retry_after_ms = response_retry_after_ms(response);
    out->reason = code > 0 ? arena_printf(arena, "%lld", (long long)code)
                           : arena_printf(arena, "http_%d", response->status);
    if (out->verdict == SEND_ACCEPTED) out->provider_id = arena_dup(arena, sid);
    if (out->verdict != SEND_FAILED || !str_eq(out->reason, code_opted_out)) return;
    out->is_opt_out = true;
    out->reason = STR("opted_out");
}

const struct adapter twilio_adapter = {
    .name = "twilio",
    .has_receipts = true,
    .enforces_opt_out = true,
    .text_unit = TEXT_UNIT_SEGMENTS,
    .text_limit = PARTS_MAX,
    .body_limit = BODY_LIMIT,
    .settings = settings,
    .setting_count = ARRAY_LEN(settings),
    .verify = twilio_verify,
    .parse = twilio_parse,
    .reply = twilio_reply,
    .build = twilio_build,
    .parse_response = twilio_parse_response,
};
