// SPDX-License-Identifier: Apache-2.0
//
// Form and signature. Everything is computed from the raw bytes and our own settings;
// which of the candidates fits is compared in constant time, and all are tried.
#include "adapters/twilio_form.h"

#include <stdlib.h>

#include "core/hmac.h"

enum { PAIRS_MAX = 512, ADDRESSES_MAX = 8 }; // addresses under which we are known

bool twilio_form_read(struct str text, struct arena *arena, struct twilio_form *out) {
    size_t most = 1;
    for (size_t i = 0; i < text.n; i++) most += text.p[i] == '&';
    if (most > PAIRS_MAX) return false;
    *out = (struct twilio_form){.pairs = ARENA_ARRAY(arena, struct codec_pair, most)};
    for (;;) {
        struct codec_pair *pair = &out->pairs[out->count];
        switch (codec_form_next(&text, arena, pair)) {
        case CODEC_FORM_END: return true;
        case CODEC_FORM_BROKEN: return false;
        case CODEC_FORM_PAIR: out->count++; break;
        }
        if (out->count == most) return true;
    }
}

struct str twilio_query(struct str target) {
    return str_slice(target, str_find(target, STR("?"), 0) + 1, target.n);
}

static int by_name(const void *a, const void *b) {
    const struct codec_pair *x = a, *y = b;
    int order = str_cmp(x->name, y->name);
    return order != 0 ? order : str_cmp(x->value, y->value);
}

static bool is_same(const struct codec_pair *a, const struct codec_pair *b) {
    return str_eq(a->name, b->name) && str_eq(a->value, b->value);
}

// What is signed: the address (put into parts[0] later), then each name and its values,
// sorted, none twice.
struct signed_parts {
    struct str *parts;
    size_t count;
};

static void parts_fill(struct signed_parts *out, struct twilio_form *form,
                       struct arena *arena) {
    if (form->count > 1) qsort(form->pairs, form->count, sizeof form->pairs[0], by_name);
    out->parts = ARENA_ARRAY(arena, struct str, 1 + 2 * form->count);
    out->count = 1;
    for (size_t i = 0; i < form->count; i++) {
        const struct codec_pair *pair = &form->pairs[i];
        if (i > 0 && is_same(pair, pair - 1)) continue;
        out->parts[out->count++] = pair->name;
        out->parts[out->count++] = pair->value;
    }
}

// A body that is no form is signed by its hash in the query; the form of a POST with its
// address; a GET has everything in its address.
static bool signed_read(const struct webhook_request *request, struct arena *arena,
                        struct signed_parts *out) {
    struct twilio_form form = {0};
    struct str hash;
    if (codec_query(twilio_query(request->target), STR("bodySHA256"), arena, &hash)) {
        uint8_t digest[SHA256_SIZE];
        hmac_hash256(request->body, digest);
        struct str is = codec_hex((struct str){(char *)digest, sizeof digest}, arena);
        if (!hmac_equal(hash, is)) return false;
    } else if (!twilio_form_read(request->body, arena, &form)) {
        return false;
    }
    parts_fill(out, &form, arena);
    return true;
}

// The same address with the port of its scheme, or without its port: Twilio may have
// signed either.
static struct str other_port(struct str url, struct arena *arena) {
    bool is_secure = str_starts(url, STR("https:"));
    size_t host = str_find(url, STR("://"), 0) + 3;
    size_t path = str_find(url, STR("/"), host);
    struct str authority = str_slice(url, host, path), rest = str_slice(url, path, url.n);
    size_t port = authority.n;
    while (port > 0 && authority.p[port - 1] >= '0' && authority.p[port - 1] <= '9')
        port--;
    bool has_port = port > 0 && port < authority.n && authority.p[port - 1] == ':';
    struct str name = str_slice(url, 0, has_port ? host + port - 1 : path);
    struct str suffix = {0};
    if (!has_port && is_secure) suffix = STR(":443");
    else if (!has_port) suffix = STR(":80");
    return arena_join(arena, arena_join(arena, name, suffix), rest);
}

static bool is_signed_with(struct str token, const struct signed_parts *parts,
                           struct str presented, struct arena *arena) {
    uint8_t mac[SHA1_SIZE];
    hmac_sha1(token, parts->parts, parts->count, mac);
    struct str bytes = {(const char *)mac, sizeof mac};
    return hmac_equal(presented, codec_base64(bytes, arena));
}

struct str twilio_without_slash(struct str url) {
    while (str_ends(url, STR("/"))) url.n--;
    return url;
}

static bool is_signed(const struct channel *channel, struct str target,
                      struct signed_parts *parts, struct str presented,
                      struct arena *arena) {
    const struct str tokens[] = {channel_value(channel, "auth_token"),
                                 channel_previous(channel, "auth_token")};
    struct str rest = channel_value(channel, "public_url"), base;
    bool is_good = false;
    for (size_t n = 0; n < ADDRESSES_MAX && str_next(&rest, ' ', &base); n++) {
        if (base.n == 0) continue;
        struct str url = arena_join(arena, twilio_without_slash(base), target);
        const struct str urls[] = {url, other_port(url, arena)};
        for (size_t i = 0; i < ARRAY_LEN(urls) * ARRAY_LEN(tokens); i++) {
            if (tokens[i / 2].n == 0) continue;
            parts->parts[0] = urls[i % 2];
            is_good |= is_signed_with(tokens[i / 2], parts, presented, arena);
        }
    }
    return is_good;
}

enum adapter_error twilio_verify(const struct channel *channel,
                                 const struct webhook_request *request, int64_t now_ms) {
    (void)now_ms;
    struct str presented = webhook_field(request, "x-twilio-signature");
    if (presented.n == 0) return ADAPTER_FORGED;
    struct arena *arena = arena_new(4096 + request->body.n);
    struct signed_parts parts;
    bool is_good = signed_read(request, arena, &parts) &&
                   is_signed(channel, request->target, &parts, presented, arena);
    arena_free(arena);
    return is_good ? ADAPTER_OK : ADAPTER_FORGED;
}
