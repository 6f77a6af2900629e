// SPDX-License-Identifier: Apache-2.0
//
// One state, one byte of framing at a time; data is skipped in one piece.
#include "core/http_body.h"

enum { SIZE_DIGITS_MAX = 8 };

void http_body_init(struct http_body *body, const struct http_head *head) {
    *body = (struct http_body){0};
    if (head->is_chunked) {
        body->state = HTTP_BODY_SIZE;
    } else {
        body->left = head->content_length;
        body->state = body->left > 0 ? HTTP_BODY_PLAIN : HTTP_BODY_DONE;
    }
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A byte of a chunk's size line: a digit, or the CR behind at least one digit.
static enum http_body_state size_byte(struct http_body *body, char c) {
    int value = hex_value(c);
    if (value < 0) {
        return c == '\r' && body->digits > 0 ? HTTP_BODY_SIZE_LF : HTTP_BODY_BAD;
    }
    if (++body->digits > SIZE_DIGITS_MAX) return HTTP_BODY_BAD;
    body->left = body->left << 4 | (uint64_t)value;
    return HTTP_BODY_SIZE;
}

static enum http_body_state framing_byte(struct http_body *body, char c) {
    switch (body->state) {
    case HTTP_BODY_SIZE: return size_byte(body, c);
    case HTTP_BODY_SIZE_LF:
        body->digits = 0;
        if (c != '\n') return HTTP_BODY_BAD;
        return body->left > 0 ? HTTP_BODY_DATA : HTTP_BODY_LAST_CR;
    case HTTP_BODY_DATA_CR: return c == '\r' ? HTTP_BODY_DATA_LF : HTTP_BODY_BAD;
    case HTTP_BODY_DATA_LF: return c == '\n' ? HTTP_BODY_SIZE : HTTP_BODY_BAD;
    case HTTP_BODY_LAST_CR: return c == '\r' ? HTTP_BODY_LAST_LF : HTTP_BODY_BAD;
    case HTTP_BODY_LAST_LF: return c == '\n' ? HTTP_BODY_DONE : HTTP_BODY_BAD;
    default: return HTTP_BODY_BAD;
    }
}

// Skips data of the body or the chunk; how many bytes.
static size_t skip_data(struct http_body *body, size_t available) {
    size_t n = body->left < available ? (size_t)body->left : available;
    body->left -= n;
    body->payload += n;
    if (body->left == 0) {
        body->state = body->state == HTTP_BODY_PLAIN ? HTTP_BODY_DONE : HTTP_BODY_DATA_CR;
    }
    return n;
}

enum http_body_result http_body_read(struct http_body *body, struct str bytes,
                                     size_t *taken) {
    size_t i = 0;
    while (i < bytes.n && body->state != HTTP_BODY_DONE && body->state != HTTP_BODY_BAD) {
        if (body->state == HTTP_BODY_PLAIN || body->state == HTTP_BODY_DATA)
            i += skip_data(body, bytes.n - i);
        else body->state = framing_byte(body, bytes.p[i++]);
    }
    *taken = i;
    if (body->state == HTTP_BODY_BAD) return HTTP_BODY_REFUSED;
    return body->state == HTTP_BODY_DONE ? HTTP_BODY_END : HTTP_BODY_MORE;
}

struct str http_body_unchunk(struct str framed) {
    char *out = (char *)(uintptr_t)framed.p;
    size_t o = 0, i = 0;
    for (;;) {
        size_t size = 0;
        while (i < framed.n && framed.p[i] != '\r') {
            char d = framed.p[i++];
            size = size * 16 + (size_t)(d <= '9' ? d - '0' : (d | 32) - 'a' + 10);
        }
        i += 2;
        if (size == 0 || i + size > framed.n) break;
        memmove(out + o, framed.p + i, size);
        o += size;
        i += size + 2;
    }
    return (struct str){out, o};
}
