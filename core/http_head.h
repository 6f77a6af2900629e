// SPDX-License-Identifier: Apache-2.0
//
// Strict reader of the raw head of an HTTP/1.x request (RFC 9110, RFC 9112). Pure: bytes
// in, values out; run before any other parser sees a byte, so that nobody behind it can
// understand the same bytes differently (request smuggling). What two readers might read
// differently is refused, also where the RFC would allow leniency:
//
//   - lines end in CR LF, nothing else; no folding; no empty line before the request line
//   - the target is a path (origin form), visible ASCII; HTTP/1.0 or HTTP/1.1
//   - exactly one Host; names are tokens directly followed by the colon; no control bytes
//   - at most one Content-Length, digits only; at most one Transfer-Encoding, exactly
//     "chunked", never with Content-Length and never in HTTP/1.0
//   - POST, PUT and PATCH say their length; other methods have no body
//
// Usage: the caller gathers bytes in one buffer and asks again with the longer view. The
// struct remembers how far it looked, so a head that comes byte by byte is looked at
// once.
//
//     struct http_head head;
//     http_head_init(&head);
//     switch (http_head_read(&head, seen_so_far)) {
//     case HTTP_HEAD_MORE:    wait for more bytes;
//     case HTTP_HEAD_OK:      the body starts at seen_so_far.p + head.length;
//     case HTTP_HEAD_REFUSED: answer http_head_status(head.refusal) and close;
//     }
//
// After a refusal the connection is closed: what follows is never read as a request.
#ifndef CORE_HTTP_HEAD_H
#define CORE_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

enum {
    HTTP_HEAD_MAX = 8192,      // bytes, request line and fields and the empty line
    HTTP_HEAD_FIELDS_MAX = 64, // header lines
    HTTP_HEAD_TARGET_MAX = 2048,
    HTTP_HEAD_METHOD_MAX = 16,
};

enum http_head_result { HTTP_HEAD_MORE = 0, HTTP_HEAD_OK, HTTP_HEAD_REFUSED };

// Why a head was refused. http_head_refusal_text() has a code for logs and metrics.
enum http_head_refusal {
    HTTP_HEAD_GOOD = 0,
    HTTP_HEAD_TOO_LARGE,           // 431: more than HTTP_HEAD_MAX
    HTTP_HEAD_TOO_MANY_FIELDS,     // 431
    HTTP_HEAD_TARGET_TOO_LONG,     // 414
    HTTP_HEAD_BARE_LF,             // LF without CR
    HTTP_HEAD_BARE_CR,             // CR without LF
    HTTP_HEAD_CONTROL_BYTE,        // NUL or another control byte
    HTTP_HEAD_EMPTY_LINE,          // before the request line
    HTTP_HEAD_BAD_REQUEST_LINE,    // not: method, one blank, target, one blank, version
    HTTP_HEAD_BAD_METHOD,          // not a token, or longer than any method
    HTTP_HEAD_BAD_TARGET,          // not a path, or not visible ASCII
    HTTP_HEAD_BAD_VERSION,         // not HTTP/d.d
    HTTP_HEAD_VERSION_UNSUPPORTED, // 505: neither 1.0 nor 1.1
    HTTP_HEAD_FOLDED,              // a line that begins with a blank
    HTTP_HEAD_BLANK_BEFORE_COLON,
    HTTP_HEAD_BAD_NAME, // no colon, empty, or not a token
    HTTP_HEAD_NO_HOST,
    HTTP_HEAD_TWO_HOSTS,
    HTTP_HEAD_BAD_HOST,            // empty, or bytes that no host and port have
    HTTP_HEAD_TWO_LENGTHS,         // Content-Length twice, equal or not
    HTTP_HEAD_BAD_LENGTH,          // not digits only, or beyond 2^63
    HTTP_HEAD_TWO_ENCODINGS,       // Transfer-Encoding twice
    HTTP_HEAD_BAD_ENCODING,        // not exactly "chunked"
    HTTP_HEAD_LENGTH_AND_ENCODING, // both
    HTTP_HEAD_ENCODING_IN_1_0,     // chunked does not exist in HTTP/1.0
    HTTP_HEAD_LENGTH_REQUIRED,     // 411: POST, PUT, PATCH without length
    HTTP_HEAD_UNEXPECTED_BODY,     // a body on a method that has none
    HTTP_HEAD_BAD_EXPECTATION,     // 417: Expect other than 100-continue
    HTTP_HEAD_REFUSAL_COUNT
};

struct http_head_field {
    struct str name, value; // value without blanks around it
};

struct http_head {
    enum http_head_refusal refusal; // REFUSED
    // OK; views into the bytes of the call that said so.
    size_t length; // bytes of the head, the empty line included
    struct str method, target, host;
    int minor_version; // 0 or 1
    bool has_content_length;
    uint64_t content_length; // 0 without a body; the caller's limit is the caller's
    bool is_chunked;
    bool is_keep_alive;    // by version and Connection
    bool expects_continue; // Expect: 100-continue
    struct http_head_field fields[HTTP_HEAD_FIELDS_MAX];
    size_t field_count;
    size_t scanned; // own: bytes already looked at
};

// Makes ready for the next request of a connection.
void http_head_init(struct http_head *head);

// Reads the head at the beginning of `bytes`, which must begin with the same bytes at
// every call (but may have moved). Bytes behind the head are not looked at.
enum http_head_result http_head_read(struct http_head *head, struct str bytes) MUSTCHECK;

// The value of a field, name without case; empty when absent or when it stands twice (no
// value is ever chosen among several).
struct str http_head_field(const struct http_head *head, const char *name);

// The status to answer with (400, 411, 414, 417, 431, 505).
int http_head_status(enum http_head_refusal refusal);
// A code in lower_case ("two_lengths"); never a piece of the input.
const char *http_head_refusal_text(enum http_head_refusal refusal);

#endif
