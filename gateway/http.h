// SPDX-License-Identifier: Apache-2.0
//
// HTTP/1.1 on bufferevents. Every byte of a request passes the strict readers of
// core/http_head and core/http_body before anything else looks at it; there is no second
// parser that could understand it differently. Behind a TLS proxy in production.
//
// The conversation outlives the request: whoever holds a request gets on_close when the
// client goes, and may still call http_reply() afterwards, which then does nothing. A
// request is freed by the server after its reply (or close) and http_release().
//
//     static void handle(struct http_request *request, void *context) {
//         http_reply(request, 200, "application/json", STR("{}"));
//     }
#ifndef GATEWAY_HTTP_H
#define GATEWAY_HTTP_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/http_head.h"
#include "core/str.h"

struct http_server;
struct http_connection;

struct http_request {
    struct str method, path, query;
    const struct http_head_field *fields;
    size_t field_count;
    struct str target; // path and query as sent
    struct str body;
    struct str remote;   // address of the peer, or of the client behind a trusted proxy
    struct arena *arena; // of the request; everything above lives here
    int64_t received_ms; // monotonic, of the last byte
    // Called once when the client goes before the reply is out; may be set by the owner.
    void (*on_close)(struct http_request *request, void *context);
    void *context;
    // private
    struct http_connection *connection; // NULL: the client is gone
    int references;
    bool is_replied, is_stream;
    struct str extra; // headers added by http_header
};

typedef void http_handle(struct http_request *request, void *context);

struct http_limits {
    size_t connections; // in all
    size_t connections_per_address;
    int64_t head_ms, body_ms; // from first to last byte
    int64_t idle_ms;          // between requests
    size_t body_in_flight;    // bytes of all bodies, each counted times 80 while parsed
};

struct http_options {
    http_handle *handle;
    size_t (*body_limit)(struct str path, void *context); // largest body for a path
    void *context;
    struct http_limits limits;
    struct str trusted_proxy; // whose X-Forwarded-For counts; empty: nobody's
};

struct http_counters {
    int64_t connections, requests, refused_heads, refused_bodies, timeouts, over_limit;
    size_t open_connections, streams, stream_bytes;
};

struct http_server *http_new(struct event_base *base, const struct http_options *options);
// Adds a listening socket ("127.0.0.1:8080", "unix:/path", or an inherited descriptor).
bool http_listen(struct http_server *server, const char *address) MUSTCHECK;
bool http_listen_fd(struct http_server *server, int fd) MUSTCHECK;
// Makes a listening socket for workers to inherit; -1 when the address is taken.
int http_bind(const char *address);
// No new connections and requests; replies carry Connection: close.
void http_drain(struct http_server *server);
// Requests that wait for their reply; streams do not count.
size_t http_pending(const struct http_server *server);
void http_free(struct http_server *server);
const struct http_counters *http_counters(const struct http_server *server);

// Value of a header, name without case; empty when absent or given twice.
struct str http_field(const struct http_request *request, const char *name);

// Keeps a request beyond its handler; one release for each hold.
void http_hold(struct http_request *request);
void http_release(struct http_request *request);

// Adds a header line to the reply (name and value must be ours or checked).
void http_header(struct http_request *request, const char *name, struct str value);
// The one reply. Without a client it does nothing.
void http_reply(struct http_request *request, int status, const char *type,
                struct str body);
// RFC 9457 problem document; `code` is for programs.
void http_problem(struct http_request *request, int status, const char *code);

// A reply without an end (server-sent events): headers now, then pieces.
void http_stream(struct http_request *request, const char *type);
// Bytes that wait for a slow reader after this piece; SIZE_MAX when the client is gone.
size_t http_piece(struct http_request *request, struct str piece);
void http_stream_end(struct http_request *request);

#endif
