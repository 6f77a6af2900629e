// SPDX-License-Identifier: Apache-2.0
//
// Encoders and strict decoders.
#include "core/codec.h"

#include <stdint.h>

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base32_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char hex_digits[] = "0123456789abcdef";

static uint32_t byte_at(struct str s, size_t i) {
    return i < s.n ? (unsigned char)s.p[i] : 0;
}

// The base64 alphabets differ in their last two digits.
static char base64_digit(uint32_t value, bool is_url) {
    if (value < 62 || !is_url) return base64_digits[value];
    return value == 62 ? '-' : '_';
}

static int base64_value(char c, bool is_url) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == (is_url ? '-' : '+')) return 62;
    return c == (is_url ? '_' : '/') ? 63 : -1;
}

static struct str base64_encode(struct str bytes, bool is_url, struct arena *arena) {
    size_t n = bytes.n / 3 * 4, left = bytes.n % 3;
    if (left > 0) n += is_url ? left + 1 : 4;
    char *out = arena_alloc(arena, n + 3); // a whole group is written, then n counted
    for (size_t i = 0, o = 0; i < bytes.n; i += 3, o += 4) {
        uint32_t v = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 |
                     byte_at(bytes, i + 2);
        out[o] = base64_digit(v >> 18, is_url);
        out[o + 1] = base64_digit(v >> 12 & 63, is_url);
        out[o + 2] = i + 1 < bytes.n ? base64_digit(v >> 6 & 63, is_url) : '=';
        out[o + 3] = i + 2 < bytes.n ? base64_digit(v & 63, is_url) : '=';
    }
    return (struct str){out, n};
}

// Digits without padding. Left-over bits must be zero, so that every text has one form.
static bool base64_decode(struct str text, bool is_url, struct arena *arena,
                          struct str *out) {
    if (text.n % 4 == 1) return false;
    size_t n = text.n / 4 * 3 + (text.n % 4 > 0 ? text.n % 4 - 1 : 0), o = 0;
    char *bytes = arena_alloc(arena, n);
    uint32_t held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < text.n; i++) {
        int value = base64_value(text.p[i], is_url);
        if (value < 0) return false;
        held = held << 6 | (uint32_t)value;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes[o++] = (char)(held >> bits & 255);
    }
    if ((held & ((1U << bits) - 1)) != 0) return false;
    *out = (struct str){bytes, n};
    return true;
}

struct str codec_base64(struct str bytes, struct arena *arena) {
    return base64_encode(bytes, false, arena);
}

struct str codec_base64url(struct str bytes, struct arena *arena) {
    return base64_encode(bytes, true, arena);
}

bool codec_base64_decode(struct str text, struct arena *arena, struct str *out) {
    if (text.n % 4 != 0) return false;
    for (int padding = 0; padding < 2 && str_ends(text, STR("=")); padding++) text.n--;
    return base64_decode(text, false, arena, out);
}

bool codec_base64url_decode(struct str text, struct arena *arena, struct str *out) {
    return base64_decode(text, true, arena, out);
}

struct str codec_hex(struct str bytes, struct arena *arena) {
    char *out = arena_alloc(arena, bytes.n * 2);
    for (size_t i = 0; i < bytes.n; i++) {
        out[2 * i] = hex_digits[byte_at(bytes, i) >> 4];
        out[2 * i + 1] = hex_digits[byte_at(bytes, i) & 15];
    }
    return (struct str){out, bytes.n * 2};
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool codec_hex_decode(struct str text, struct arena *arena, struct str *out) {
    if (text.n % 2 != 0) return false;
    char *bytes = arena_alloc(arena, text.n / 2);
    for (size_t i = 0; i < text.n; i += 2) {
        int high = hex_value(text.p[i]), low = hex_value(text.p[i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i / 2] = (char)(high * 16 + low);
    }
    *out = (struct str){bytes, text.n / 2};
    return true;
}

struct str codec_base32(struct str bytes, struct arena *arena) {
    size_t n = (bytes.n * 8 + 4) / 5;
    char *out = arena_alloc(arena, n);
    uint32_t held = 0;
    int bits = 0;
    size_t o = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        held = (held << 8 | byte_at(bytes, i)) & 0xffff;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            out[o++] = base32_digits[held >> bits & 31];
        }
    }
    if (bits > 0) out[o++] = base32_digits[held << (5 - bits) & 31];
    return (struct str){out, o};
}

static int base32_value(char c) {
    const char *at;
    if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'L') c = '1';
    if (c == 'O') c = '0';
    at = c != '\0' ? strchr(base32_digits, c) : NULL;
    return at != NULL ? (int)(at - base32_digits) : -1;
}

bool codec_base32_decode(struct str text, struct arena *arena, struct str *out) {
    char *bytes = arena_alloc(arena, text.n);
    uint32_t held = 0;
    int bits = 0;
    size_t o = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '-' || text.p[i] == ' ') continue;
        int digit = base32_value(text.p[i]);
        if (digit < 0) return false;
        held = (held << 5 | (uint32_t)digit) & 0xffff;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes[o++] = (char)(held >> bits & 255);
        }
    }
    // A whole character left over is one that the encoder would not have written.
    if (bits >= 5 || (held & ((1U << bits) - 1)) != 0) return false;
    *out = (struct str){bytes, o};
    return true;
}

bool codec_url_decode(struct str text, bool is_form, struct arena *arena,
                      struct str *out) {
    char *bytes = arena_alloc(arena, text.n);
    size_t o = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            if (text.n - i < 3) return false;
            int high = hex_value(text.p[i + 1]), low = hex_value(text.p[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && is_form) {
            c = ' ';
        }
        bytes[o++] = c;
    }
    *out = (struct str){bytes, o};
    return true;
}

static bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

struct str codec_url_encode(struct str text, struct arena *arena) {
    char *out = arena_alloc(arena, text.n * 3);
    size_t o = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (is_unreserved(text.p[i])) {
            out[o++] = text.p[i];
            continue;
        }
        out[o++] = '%';
        out[o++] = "0123456789ABCDEF"[byte_at(text, i) >> 4];
        out[o++] = "0123456789ABCDEF"[byte_at(text, i) & 15];
    }
    return (struct str){out, o};
}

enum codec_form_result codec_form_next(struct str *rest, struct arena *arena,
                                       struct codec_pair *pair) {
    struct str value, name;
    do {
        if (!str_next(rest, '&', &value)) return CODEC_FORM_END;
    } while (value.n == 0);
    if (!str_next(&value, '=', &name)) return CODEC_FORM_BROKEN;
    bool is_good = codec_url_decode(name, true, arena, &pair->name) &&
                   codec_url_decode(value, true, arena, &pair->value);
    return is_good ? CODEC_FORM_PAIR : CODEC_FORM_BROKEN;
}

bool codec_query(struct str query, struct str key, struct arena *arena, struct str *out) {
    struct str pair;
    while (str_next(&query, '&', &pair)) {
        struct str value = pair, name = {0};
        if (!str_next(&value, '=', &name) || !str_eq(name, key)) continue;
        return codec_url_decode(value, true, arena, out);
    }
    return false;
}
