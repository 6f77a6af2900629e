// SPDX-License-Identifier: Apache-2.0
//
// Form, code, subscription: two POSTs, each a round trip or two of the database. What is
// remembered between them travels in the page (id and token) and stands in join_request
// (a hash of token and code, so that neither alone tells the other).
#include "gateway/join.h"

#include <string.h>

#include "core/codec.h"
#include "core/hmac.h"
#include "core/json.h"
#include "core/utf8.h"
#include "gateway/join_page.h"
#include "gateway/outbox.h"
#include "gateway/poster.h"

enum {
    CODE_DIGITS = 6,
    CODE_RANGE = 1000000,
    TOKEN_BYTES = 16,
    EFFECT_BYTES = 8192,
    // One client address: posts an hour. Shared addresses of schools stay below it.
    CLIENTS = 1024,
    CLIENT_POSTS = 40,
    HOUR_MS = 60 * 60 * 1000
};

struct join {
    struct gateway *gateway;
    struct http_request *request;
    struct directory *directory;
    const struct channel *channel; // SMS of the koban's force
    struct join_page page;
    struct str code; // to be texted
    int64_t id;
};

// ---- how often one client may ask

static struct client {
    uint64_t hash;
    int64_t since_ms;
    int count;
} clients[CLIENTS];

static bool is_too_often(const struct http_request *request, int64_t now_ms) {
    uint64_t hash = str_hash(request->remote);
    struct client *client = &clients[hash % CLIENTS];
    if (client->hash != hash || now_ms - client->since_ms > HOUR_MS)
        *client = (struct client){hash, now_ms, 0};
    return ++client->count > CLIENT_POSTS;
}

// ---- one request

// A form of our own page: browsers name the page's origin.
static bool is_from_us(const struct http_request *request) {
    struct str origin = http_field(request, "origin"), host = http_field(request, "host");
    struct str site = http_field(request, "sec-fetch-site");
    size_t at = str_find(origin, STR("://"), 0);
    bool is_same = at < origin.n && str_eq(str_slice(origin, at + 3, origin.n), host);
    bool is_site = site.n == 0 || str_eq(site, STR("same-origin"));
    return is_same && is_site &&
           str_starts(http_field(request, "content-type"),
                      STR("application/x-www-form-urlencoded"));
}

// Whose addresses are telephone numbers.
static const struct channel *sms_channel(const struct directory *directory,
                                         const struct koban *koban) {
    const struct area *area = roster_area(directory->roster, koban->area_id);
    for (size_t i = 0; area != NULL && i < directory->channel_count; i++) {
        const struct channel *channel = &directory->channels[i];
        bool is_sms = str_eq(channel->adapter, STR("webhook")) ||
                      str_eq(channel->adapter, STR("twilio"));
        bool is_here = channel->koban_id == 0 || channel->koban_id == koban->id;
        if (is_sms && is_here && channel->force_id == area->force_id) return channel;
    }
    return NULL;
}

static struct str line_url(const struct directory *directory) {
    for (size_t i = 0; i < directory->channel_count; i++) {
        const struct channel *channel = &directory->channels[i];
        struct str url = channel_value(channel, "add_url");
        if (str_eq(channel->adapter, STR("line")) && str_starts(url, STR("https://")))
            return url;
    }
    return (struct str){0};
}

static void answer(struct join *join, int status, struct str html) {
    join_page_reply(join->request, status, html);
    directory_unref(join->directory);
    http_release(join->request);
}

static void problem(struct join *join, const char *id) {
    join->page.problem = id;
    answer(join, 422, join_form_html(&join->page));
}

static void end(struct join *join, int status, const char *id) {
    answer(join, status, join_end_html(&join->page, id));
}

// ---- the form

static bool form_read(struct join *join, bool *has_consent) {
    struct str rest = join->request->body;
    struct codec_pair pair;
    int64_t topic;
    const struct country *country = join->gateway->house.country;
    *has_consent = false;
    for (;;) {
        enum codec_form_result result =
            codec_form_next(&rest, join->request->arena, &pair);
        if (result != CODEC_FORM_PAIR) return result == CODEC_FORM_END;
        if (!utf8_valid(pair.value)) return false;
        if (str_eq(pair.name, STR("number"))) join->page.number = pair.value;
        if (str_eq(pair.name, STR("quiet")))
            join->page.is_quiet_none = str_eq(pair.value, STR("none"));
        if (str_eq(pair.name, STR("consent")))
            *has_consent = str_eq(pair.value, STR("yes"));
        if (!str_eq(pair.name, STR("topic")) || !str_to_i64(pair.value, &topic)) continue;
        for (size_t i = 0; i < country->topic_count; i++) {
            if (country->topics[i].id == topic) join->page.topics |= 1U << topic;
        }
    }
}

static void hash_of(struct str token, struct str code, uint8_t out[SHA256_SIZE]) {
    hmac_sha256(token, &code, 1, out);
}

static struct str code_new(struct arena *arena) {
    // The last whole multiple: every code is as likely as any other.
    static const uint32_t limit = UINT32_MAX - UINT32_MAX % CODE_RANGE;
    uint32_t random;
    do random_bytes(&random, sizeof random);
    while (random >= limit);
    return arena_printf(arena, "%06u", random % CODE_RANGE);
}

static void on_texted(void *context, const struct db_result *result) {
    struct join *join = context;
    if (result->error != DB_OK) {
        end(join, 503, "join_away");
        return;
    }
    outbox_wake(join->gateway->outbox, join->page.koban->area_id, join->channel->id);
    answer(join, 200, join_code_html(&join->page));
}

static struct str code_text(const struct join *join) {
    struct sentence_argument values[] = {
        {STR("koban"), koban_name(join->page.koban, join->page.voice.tag)},
        {STR("code"), join->code},
    };
    return language_say(join->gateway->house.languages, join->page.voice.tag,
                        MANNER_NORMAL, STR("join_code"), values, ARRAY_LEN(values),
                        join->request->arena, NULL);
}

static void on_put(void *context, const struct db_result *result) {
    struct join *join = context;
    if (result->error != DB_OK) {
        end(join, 503, "join_away");
        return;
    }
    // Where no code is sent the page looks the same: it tells nothing of the number.
    if (!db_get_bool(result, 0, 0, 0)) {
        answer(join, 200, join_code_html(&join->page));
        return;
    }
    struct db_batch *batch = db_batch_new(join->gateway->db_console);
    db_call(batch, QUERY_JOIN_TEXT);
    db_int4(batch, join->page.koban->area_id);
    db_int4(batch, join->page.koban->id);
    db_int8(batch, gateway_id(join->gateway));
    db_int8(batch, gateway_id(join->gateway));
    db_int4(batch, join->channel->intake_id);
    db_int4(batch, join->channel->id);
    db_text(batch, join->page.number);
    db_text(batch, join->page.voice.tag);
    db_text(batch, code_text(join));
    db_send(batch, on_texted, join);
}

static void code_send(struct join *join) {
    struct arena *arena = join->request->arena;
    uint8_t random[TOKEN_BYTES], hash[SHA256_SIZE];
    random_bytes(random, sizeof random);
    struct join_page *page = &join->page;
    page->token = codec_base64url((struct str){(char *)random, sizeof random}, arena);
    page->id = arena_printf(arena, "%lld", (long long)join->id);
    join->code = code_new(arena);
    hash_of(page->token, join->code, hash);
    struct db_batch *batch = db_batch_new(join->gateway->db_console);
    db_call(batch, QUERY_JOIN_PUT);
    db_int4(batch, join->channel->intake_id);
    db_int8(batch, join->id);
    db_bytes(batch, (struct str){(char *)hash, sizeof hash});
    db_int4(batch, join->channel->id);
    db_text(batch, page->number);
    db_int4(batch, page->koban->id);
    db_int4(batch, (int32_t)page->topics);
    db_text(batch, page->voice.tag);
    db_int4(batch, page->is_quiet_none ? 0 : QUIET_BY_PACK);
    db_int4(batch, page->is_quiet_none ? 0 : QUIET_BY_PACK);
    db_send(batch, on_put, join);
}

static void form_take(struct join *join) {
    bool has_consent;
    if (!form_read(join, &has_consent)) {
        problem(join, "join_bad_number");
        return;
    }
    struct str number = country_phone(join->gateway->house.country, join->page.number,
                                      join->request->arena);
    if (number.n == 0) problem(join, "join_bad_number");
    else if (join->page.topics == 0) problem(join, "join_bad_topics");
    else if (!has_consent) problem(join, "join_bad_consent");
    else {
        join->page.number = number;
        join->id = gateway_id(join->gateway);
        code_send(join);
    }
}

// ---- the code

static void on_subscribed(void *context, const struct db_result *result) {
    struct join *join = context;
    bool is_good = result->error == DB_OK;
    end(join, is_good ? 200 : 503, is_good ? "join_done" : "join_away");
}

static struct str effect_json(struct join *join, const struct db_result *result,
                              const char *kind) {
    struct buf out;
    buf_init_arena(&out, join->request->arena, EFFECT_BYTES);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "kind", str_of(kind));
    json_w_int(&w, "channel", db_get_int(result, 0, 0, 2));
    json_w_str(&w, "address", db_get_str(result, 0, 0, 3));
    json_w_id(&w, "id", gateway_id(join->gateway));
    json_w_int(&w, "intake", join->channel->intake_id);
    json_w_id(&w, "contact", db_get_int(result, 0, 0, 4));
    json_w_int(&w, "state", SUBSCRIPTION_ACTIVE);
    json_w_open(&w, "kobans", '[');
    // The desk is the whole area's.
    if (!join->page.koban->is_desk) json_w_int(&w, NULL, db_get_int(result, 0, 0, 5));
    json_w_close(&w, ']');
    json_w_int(&w, "topics", db_get_int(result, 0, 0, 6));
    json_w_str(&w, "language", db_get_str(result, 0, 0, 7));
    json_w_int(&w, "quiet_from", db_get_int(result, 0, 0, 8));
    json_w_int(&w, "quiet_to", db_get_int(result, 0, 0, 9));
    json_w_id(&w, "paused_until_ms", 0);
    json_w_str(&w, "source", STR("join"));
    json_w_close(&w, '}');
    return buf_str(&out);
}

static void subscribe(struct join *join, const struct db_result *result) {
    int32_t area_id = join->page.koban->area_id;
    int32_t previous = (int32_t)db_get_int(result, 0, 0, 10);
    struct db_batch *batch = db_batch_new(join->gateway->db_console);
    if (previous != 0 && previous != area_id) {
        db_call(batch, QUERY_JOIN_SUBSCRIBE);
        db_int4(batch, previous);
        db_jsonb(batch, effect_json(join, result, "subscription_end"));
    }
    db_call(batch, QUERY_JOIN_SUBSCRIBE);
    db_int4(batch, area_id);
    db_jsonb(batch, effect_json(join, result, "subscription"));
    db_send(batch, on_subscribed, join);
}

static void on_tried(void *context, const struct db_result *result) {
    struct join *join = context;
    if (result->error != DB_OK) {
        end(join, 503, "join_away");
        return;
    }
    int left = (int)db_get_int(result, 0, 0, 1);
    if (db_get_bool(result, 0, 0, 0)) {
        subscribe(join, result);
    } else if (left <= 0) {
        end(join, 422, "join_code_over");
    } else {
        join->page.tries = left;
        join->page.problem = "join_bad_code";
        answer(join, 422, join_code_html(&join->page));
    }
}

static void code_take(struct join *join) {
    struct str body = join->request->body, code = {0};
    struct arena *arena = join->request->arena;
    uint8_t hash[SHA256_SIZE];
    bool is_read = codec_query(body, STR("id"), arena, &join->page.id) &&
                   codec_query(body, STR("token"), arena, &join->page.token) &&
                   codec_query(body, STR("code"), arena, &code) && utf8_valid(code) &&
                   utf8_valid(join->page.token) && str_to_i64(join->page.id, &join->id);
    if (!is_read) {
        end(join, 422, "join_code_over");
        return;
    }
    hash_of(join->page.token, str_trim(utf8_fold(code, arena)), hash);
    struct db_batch *batch = db_batch_new(join->gateway->db_console);
    db_call(batch, QUERY_JOIN_TRY);
    db_int4(batch, join->channel->intake_id);
    db_int8(batch, join->id);
    db_bytes(batch, (struct str){(char *)hash, sizeof hash});
    db_int4(batch, join->page.koban->area_id);
    db_int8(batch, gateway_id(join->gateway));
    db_send(batch, on_tried, join);
}

// ---- the poster

// The number that an SMS channel sends from; the generic channel does not say it.
static struct str phone_of(const struct directory *directory, const struct koban *koban) {
    const struct area *area = roster_area(directory->roster, koban->area_id);
    for (size_t i = 0; area != NULL && i < directory->channel_count; i++) {
        const struct channel *channel = &directory->channels[i];
        struct str from = channel_value(channel, "from");
        bool is_here = channel->koban_id == 0 || channel->koban_id == koban->id;
        if (is_here && channel->force_id == area->force_id && str_starts(from, STR("+")))
            return from;
    }
    return (struct str){0};
}

static void poster(struct join *join) {
    struct poster value = {.house = &join->gateway->house,
                           .koban = join->page.koban,
                           .phone = phone_of(join->directory, join->page.koban),
                           .line_url = join->page.line_url,
                           .has_chat = join->page.has_chat};
    answer(join, 200, poster_html(&value, join->request->arena));
}

// ---- the door

static void post_take(struct join *join, bool is_code) {
    if (!is_from_us(join->request)) {
        http_problem(join->request, 403, "foreign_origin");
        directory_unref(join->directory);
        http_release(join->request);
    } else if (is_too_often(join->request, gateway_now_ms(join->gateway))) {
        end(join, 429, "join_too_many");
    } else if (join->channel == NULL || !db_is_ready(join->gateway->db_console)) {
        end(join, 503, "join_away");
    } else if (is_code) {
        code_take(join);
    } else {
        form_take(join);
    }
}

static struct join *join_new(struct gateway *gateway, struct http_request *request,
                             const struct koban *koban) {
    struct join *join = ARENA_NEW(request->arena, struct join);
    struct str choice = {0};
    (void)!codec_query(request->query, STR("lang"), request->arena, &choice);
    join->gateway = gateway;
    join->request = request;
    join->directory = directory_ref(gateway->directory);
    join->channel = sms_channel(join->directory, koban);
    join->page = (struct join_page){
        .house = &gateway->house,
        .koban = koban,
        .voice = page_voice(&gateway->house, choice,
                            http_field(request, "accept-language"), request->arena),
        .arena = request->arena,
        .line_url = line_url(join->directory),
        .has_sms = join->channel != NULL,
        .has_chat = directory_chat(join->directory, koban) != NULL,
    };
    http_hold(request);
    return join;
}

void join_handle(struct gateway *gateway, struct http_request *request, struct str rest) {
    struct str slug;
    bool is_post = str_eq(request->method, STR("POST"));
    bool is_get = str_eq(request->method, STR("GET")) ||
                  str_eq(request->method, STR("HEAD"));
    (void)str_next(&rest, '/', &slug);
    if (gateway->directory == NULL) {
        http_problem(request, 503, "starting");
        return;
    }
    const struct koban *koban = roster_koban_by_slug(gateway->directory->roster, slug);
    bool is_code = str_eq(rest, STR("code")), is_poster = str_eq(rest, STR("poster"));
    if (koban == NULL || (rest.n > 0 && !is_code && !is_poster)) {
        http_problem(request, 404, "no_such_koban");
        return;
    }
    if ((!is_get && !is_post) || (is_post && is_poster)) {
        http_problem(request, 405, "method");
        return;
    }
    struct join *join = join_new(gateway, request, koban);
    if (is_poster) poster(join);
    else if (is_post) post_take(join, is_code);
    else answer(join, 200, join_form_html(&join->page));
}
