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

struct str codec_base64(struct str bytes, struct arena *arena) {
    size_t n = (bytes.n + 2) / 3 * 4;
    char *out = arena_alloc(arena, n);
    for (size_t i = 0, o = 0; i < bytes.n; i += 3, o += 4) {
        uint32_t v = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 |
                     byte_at(bytes, i + 2);
        out[o] = base64_digits[v >> 18];
        out[o + 1] = base64_digits[v >> 12 & 63];
        out[o + 2] = i + 1 < bytes.n ? base64_digits[v >> 6 & 63] : '=';
        out[o + 3] = i + 2 < bytes.n ? base64_digits[v & 63] : '=';
    }
    return (struct str){out, n};
}

static int digit_of(const char *digits, char c) {
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

bool codec_base64_decode(struct str text, struct arena *arena, struct str *out) {
    if (text.n % 4 != 0) return false;
    size_t padding = 0;
    while (padding < 2 && padding < text.n && text.p[text.n - 1 - padding] == '=')
        padding++;
    char *bytes = arena_alloc(arena, text.n / 4 * 3);
    size_t o = 0;
    for (size_t i = 0; i < text.n; i += 4) {
        uint32_t v = 0;
        for (size_t k = 0; k < 4; k++) {
            bool is_padding = i + k >= text.n - padding;
            int digit = is_padding ? 0 : digit_of(base64_digits, text.p[i + k]);
            if (digit < 0) return false;
            v = v << 6 | (uint32_t)digit;
        }
        bytes[o++] = (char)(v >> 16);
        bytes[o++] = (char)(v >> 8 & 255);
        bytes[o++] = (char)(v & 255);
        bool is_last = i + 4 == text.n;
        uint32_t left_over = padding == 2 ? 0xffff : padding == 1 ? 0xff : 0;
        if (is_last && (v & left_over) != 0) return false;
    }
    *out = (struct str){bytes, o - padding};
    return true;
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
    if (c >= 'A' && c <= 'F') c = (char)(c - 'A' + 'a');
    return digit_of(hex_digits, c);
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
    if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'L') c = '1';
    if (c == 'O') c = '0';
    return digit_of(base32_digits, c);
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
    if ((held & ((1U << bits) - 1)) != 0) return false;
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

bool codec_query(struct str query, struct str key, struct arena *arena, struct str *out) {
    struct str pair;
    while (str_next(&query, '&', &pair)) {
        struct str value = pair, name = {0};
        if (!str_next(&value, '=', &name) || !str_eq(name, key)) continue;
        return codec_url_decode(value, true, arena, out);
    }
    return false;
}
