// SPDX-License-Identifier: Apache-2.0
//
// Where the body of a request ends: strict framing by Content-Length or chunked (RFC 9112
// 6 and 7.1), the second half of core/http_head. Pure; run over the same raw bytes before
// another parser sees them. It does not keep or change the body.
//
// Refused, because readers differ about it: chunk sizes that are not 1 to 8 hex digits
// ("0x3", "+3", blanks), chunk extensions, lines that do not end in CR LF, trailers.
//
//     struct http_body body;
//     http_body_init(&body, &head);
//     size_t taken;
//     switch (http_body_read(&body, bytes_behind_the_head, &taken)) {
//     case HTTP_BODY_MORE:    all of it was body;
//     case HTTP_BODY_END:     the first `taken` bytes were; then comes the next request;
//     case HTTP_BODY_REFUSED: answer 400 and close;
//     }
#ifndef CORE_HTTP_BODY_H
#define CORE_HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/http_head.h"
#include "core/str.h"

enum http_body_result { HTTP_BODY_MORE = 0, HTTP_BODY_END, HTTP_BODY_REFUSED };

enum http_body_state {
    HTTP_BODY_PLAIN = 0, // `left` bytes by Content-Length
    HTTP_BODY_SIZE,      // hex digits of a chunk's size
    HTTP_BODY_SIZE_LF,   // LF behind the size
    HTTP_BODY_DATA,      // `left` bytes of a chunk
    HTTP_BODY_DATA_CR,   // CR behind a chunk
    HTTP_BODY_DATA_LF,   // LF behind a chunk
    HTTP_BODY_LAST_CR,   // CR of the empty line behind the last chunk
    HTTP_BODY_LAST_LF,   // LF of it
    HTTP_BODY_DONE,
    HTTP_BODY_BAD
};

struct http_body {
    enum http_body_state state;
    uint64_t left;    // of the body or of the chunk
    unsigned digits;  // of the chunk size so far
    uint64_t payload; // body bytes so far, without framing: for the caller's limit
};

void http_body_init(struct http_body *body, const struct http_head *head);

// Eats the next bytes of the connection; *taken of them belong to this request. After END
// or REFUSED it takes nothing more.
enum http_body_result http_body_read(struct http_body *body, struct str bytes,
                                     size_t *taken) MUSTCHECK;

// Takes the chunked framing off a body that http_body_read() has ended, in place; the
// bytes are the caller's to write to.
struct str http_body_unchunk(struct str framed);

#endif
