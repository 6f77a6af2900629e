// SPDX-License-Identifier: Apache-2.0
//
// One struct a connection, one request at a time on it; the next is read when the reply
// is out. Deadlines are absolute: a byte now and then does not keep a head or body alive.
// After any refusal the connection closes, so that leftovers are never read as a request.
#include "gateway/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/http_body.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/http_status.h"

enum phase { PHASE_HEAD, PHASE_BODY, PHASE_REPLY, PHASE_STREAM, PHASE_CLOSING };

enum {
    JSON_FACTOR = 80,
    LISTENERS_MAX = 8,
    ARENA_FIRST = 4096,
    WRITE_DEADLINE_MS = 15000
};

struct http_connection {
    struct http_connection *next, **link; // all connections of the server
    struct http_server *server;
    struct bufferevent *bev;
    struct event *deadline;
    struct http_request *request;
    enum phase phase;
    struct http_head head;
    struct http_body body;
    size_t body_length; // framed bytes seen so far
    size_t budget;      // taken from the server's body budget
    bool is_keep_alive, is_head_method;
    char address[INET6_ADDRSTRLEN];
};

struct http_server {
    struct event_base *base;
    struct http_options options;
    struct evconnlistener *listeners[LISTENERS_MAX];
    size_t listener_count;
    struct http_connection *connections;
    struct http_counters counters;
    size_t pending;
    size_t budget_used;
    bool is_draining;
};

static void read_more(struct http_connection *c);

static void deadline_set(struct http_connection *c, int64_t ms) {
    struct timeval delay = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
    (void)evtimer_add(c->deadline, &delay);
}

static void request_unref(struct http_request *request) {
    if (--request->references > 0) return;
    arena_free(request->arena);
}

void http_hold(struct http_request *request) {
    request->references++;
}

void http_release(struct http_request *request) {
    request_unref(request);
}

static void request_detach(struct http_connection *c, bool is_lost) {
    struct http_request *request = c->request;
    if (request == NULL) return;
    c->request = NULL;
    request->connection = NULL;
    if (request->is_stream) c->server->counters.streams--;
    else c->server->pending--;
    c->server->budget_used -= c->budget;
    c->budget = 0;
    if (is_lost && request->on_close != NULL)
        request->on_close(request, request->context);
    request_unref(request);
}

// NOLINTBEGIN(clang-analyzer-unix.Malloc): the analyzer does not follow the links that
// take a connection off the list before it is freed.
static void connection_free(struct http_connection *c) {
    request_detach(c, true);
    *c->link = c->next;
    if (c->next != NULL) c->next->link = c->link;
    c->server->counters.open_connections--;
    event_free(c->deadline);
    bufferevent_free(c->bev);
    free(c);
}
// NOLINTEND(clang-analyzer-unix.Malloc)

// A refusal before there is a request: answer, then close.
static void refuse(struct http_connection *c, int status, const char *code) {
    struct evbuffer *out = bufferevent_get_output(c->bev);
    char body[160];
    int n = snprintf(body, sizeof body,
                     "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,"
                     "\"code\":\"%s\"}",
                     http_status_text(status), status, code);
    (void)evbuffer_add_printf(out,
                              "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json"
                              "\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
                              status, http_status_text(status), n, body);
    c->phase = PHASE_CLOSING;
    (void)bufferevent_disable(c->bev, EV_READ);
    deadline_set(c, WRITE_DEADLINE_MS);
}

static void reply_over(struct http_connection *c) {
    bool is_open = c->is_keep_alive && !c->server->is_draining;
    request_detach(c, false);
    if (!is_open) {
        c->phase = PHASE_CLOSING;
        (void)bufferevent_disable(c->bev, EV_READ);
        deadline_set(c, WRITE_DEADLINE_MS);
        if (evbuffer_get_length(bufferevent_get_output(c->bev)) == 0) connection_free(c);
        return;
    }
    c->phase = PHASE_HEAD;
    http_head_init(&c->head);
    deadline_set(c, c->server->options.limits.idle_ms);
    (void)bufferevent_enable(c->bev, EV_READ);
    // The next request may have come already.
    if (evbuffer_get_length(bufferevent_get_input(c->bev)) > 0)
        bufferevent_trigger(c->bev, EV_READ, BEV_TRIG_DEFER_CALLBACKS);
}

static void head_write(struct http_connection *c, int status, const char *type,
                       int64_t length) {
    struct evbuffer *out = bufferevent_get_output(c->bev);
    (void)evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\n", status,
                              http_status_text(status));
    if (type != NULL) (void)evbuffer_add_printf(out, "Content-Type: %s\r\n", type);
    if (length >= 0)
        (void)evbuffer_add_printf(out, "Content-Length: %lld\r\n", (long long)length);
    (void)evbuffer_add_printf(out, "X-Content-Type-Options: nosniff\r\n");
    if (!c->is_keep_alive || c->server->is_draining)
        (void)evbuffer_add_printf(out, "Connection: close\r\n");
    struct str extra = c->request->extra;
    if (extra.n > 0) (void)evbuffer_add(out, extra.p, extra.n);
    (void)evbuffer_add(out, "\r\n", 2);
}

void http_reply(struct http_request *request, int status, const char *type,
                struct str body) {
    struct http_connection *c = request->connection;
    if (c == NULL || request->is_replied) return;
    request->is_replied = true;
    bool has_body = status != 204 && status != 304;
    head_write(c, status, has_body ? type : NULL, has_body ? (int64_t)body.n : -1);
    if (has_body && !c->is_head_method && body.n > 0)
        (void)evbuffer_add(bufferevent_get_output(c->bev), body.p, body.n);
    reply_over(c);
}

void http_stream(struct http_request *request, const char *type) {
    struct http_connection *c = request->connection;
    if (c == NULL || request->is_replied) return;
    request->is_replied = true;
    request->is_stream = true;
    c->server->pending--;
    c->server->counters.streams++;
    c->is_keep_alive = false;
    c->phase = PHASE_STREAM;
    (void)evtimer_del(c->deadline);
    head_write(c, 200, type, -1);
    (void)bufferevent_enable(c->bev, EV_READ); // to see the client go
}

size_t http_piece(struct http_request *request, struct str piece) {
    struct http_connection *c = request->connection;
    if (c == NULL) return SIZE_MAX;
    struct evbuffer *out = bufferevent_get_output(c->bev);
    (void)evbuffer_add(out, piece.p, piece.n);
    return evbuffer_get_length(out);
}

void http_stream_end(struct http_request *request) {
    struct http_connection *c = request->connection;
    if (c == NULL) return;
    reply_over(c);
}

static struct str remote_of(struct http_connection *c, struct http_request *request) {
    struct str peer = arena_dup(request->arena, str_of(c->address));
    struct str proxy = c->server->options.trusted_proxy;
    if (proxy.n == 0 || !str_eq(peer, proxy)) return peer;
    // The last entry is the one our proxy wrote.
    struct str all = http_field(request, "x-forwarded-for"), part, last = {0};
    while (str_next(&all, ',', &part)) last = str_trim(part);
    return last.n > 0 && last.n < INET6_ADDRSTRLEN ? last : peer;
}

// The same view in the copy.
static struct str copied(struct str view, const char *from, const char *to) {
    return view.n > 0 ? (struct str){to + (view.p - from), view.n} : (struct str){0};
}

// Head and body are there: make the request out of one copy and hand it over.
static void dispatch(struct http_connection *c) {
    struct evbuffer *in = bufferevent_get_input(c->bev);
    size_t n = c->head.length + c->body_length;
    struct arena *arena = arena_new(ARENA_FIRST + n);
    struct http_request *request = ARENA_NEW(arena, struct http_request);
    char *copy = arena_alloc(arena, n);
    const char *from = (const char *)evbuffer_pullup(in, (ev_ssize_t)n);
    memcpy(copy, from, n);
    struct http_head_field *fields =
        ARENA_ARRAY(arena, struct http_head_field, c->head.field_count);
    for (size_t i = 0; i < c->head.field_count; i++) {
        fields[i].name = copied(c->head.fields[i].name, from, copy);
        fields[i].value = copied(c->head.fields[i].value, from, copy);
    }
    request->arena = arena;
    request->fields = fields;
    request->field_count = c->head.field_count;
    request->method = copied(c->head.method, from, copy);
    request->target = copied(c->head.target, from, copy);
    struct str rest = request->target;
    (void)str_next(&rest, '?', &request->path);
    request->query = rest;
    request->body = (struct str){copy + c->head.length, c->body_length};
    if (c->head.is_chunked) request->body = http_body_unchunk(request->body);
    request->received_ms = clock_monotonic_ms();
    request->connection = c;
    request->references = 1;
    c->is_keep_alive = c->head.is_keep_alive;
    c->is_head_method = str_eq(request->method, STR("HEAD"));
    (void)evbuffer_drain(in, n);
    c->request = request;
    c->phase = PHASE_REPLY;
    c->server->pending++;
    c->server->counters.requests++;
    (void)evtimer_del(c->deadline);
    request->remote = remote_of(c, request);
    c->server->options.handle(request, c->server->options.context);
}

static bool budget_take(struct http_connection *c, size_t bytes) {
    struct http_server *server = c->server;
    size_t cost = bytes * JSON_FACTOR;
    if (server->budget_used + cost > server->options.limits.body_in_flight) return false;
    server->budget_used += cost;
    c->budget += cost;
    return true;
}

// The head is good: whether its body may come.
static bool body_start(struct http_connection *c) {
    struct http_server *server = c->server;
    struct str target = c->head.target, path;
    (void)str_next(&target, '?', &path);
    size_t limit = server->options.body_limit(path, server->options.context);
    size_t announced = c->head.has_content_length ? (size_t)c->head.content_length : 0;
    if (announced > limit) {
        server->counters.over_limit++;
        refuse(c, 413, "body_too_large");
        return false;
    }
    if (!budget_take(c, c->head.is_chunked ? limit : announced)) {
        server->counters.over_limit++;
        refuse(c, 503, "busy");
        return false;
    }
    http_body_init(&c->body, &c->head);
    c->body_length = 0;
    c->phase = PHASE_BODY;
    deadline_set(c, server->options.limits.body_ms);
    if (c->head.expects_continue)
        (void)evbuffer_add_printf(bufferevent_get_output(c->bev),
                                  "HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

static bool head_continue(struct http_connection *c) {
    struct evbuffer *in = bufferevent_get_input(c->bev);
    size_t n = evbuffer_get_length(in);
    if (n > HTTP_HEAD_MAX + 1) n = HTTP_HEAD_MAX + 1;
    struct str seen = {(const char *)evbuffer_pullup(in, (ev_ssize_t)n), n};
    switch (http_head_read(&c->head, seen)) {
    case HTTP_HEAD_MORE: return false;
    case HTTP_HEAD_OK: return body_start(c);
    default:
        c->server->counters.refused_heads++;
        refuse(c, http_head_status(c->head.refusal),
               http_head_refusal_text(c->head.refusal));
        return false;
    }
}

static bool body_continue(struct http_connection *c) {
    struct evbuffer *in = bufferevent_get_input(c->bev);
    size_t have = evbuffer_get_length(in) - c->head.length - c->body_length;
    struct str target = c->head.target, path;
    (void)str_next(&target, '?', &path);
    size_t limit = c->server->options.body_limit(path, c->server->options.context);
    const char *all = (const char *)evbuffer_pullup(in, -1);
    // The buffer may have moved: the head's views follow it.
    struct str again = {all, c->head.length};
    if (all != c->head.method.p) {
        http_head_init(&c->head);
        if (http_head_read(&c->head, again) != HTTP_HEAD_OK) return false;
    }
    struct str bytes = {all + c->head.length + c->body_length, have};
    size_t taken = 0;
    enum http_body_result result = http_body_read(&c->body, bytes, &taken);
    c->body_length += taken;
    if (c->body.payload > limit || c->body_length > limit * 4 + 1024) {
        c->server->counters.over_limit++;
        refuse(c, 413, "body_too_large");
        return false;
    }
    if (result == HTTP_BODY_REFUSED) {
        c->server->counters.refused_bodies++;
        refuse(c, 400, "bad_framing");
        return false;
    }
    if (result == HTTP_BODY_MORE) return false;
    dispatch(c);
    return false;
}

static void read_more(struct http_connection *c) {
    if (c->phase == PHASE_HEAD) {
        struct evbuffer *in = bufferevent_get_input(c->bev);
        if (evbuffer_get_length(in) == 0) return;
        if (!evtimer_pending(c->deadline, NULL) || c->head.scanned == 0)
            deadline_set(c, c->server->options.limits.head_ms);
        if (!head_continue(c)) return;
    }
    if (c->phase == PHASE_BODY) (void)body_continue(c);
}

static void on_read(struct bufferevent *bev, void *context) {
    struct http_connection *c = context;
    if (c->phase == PHASE_STREAM) {
        // Nothing is expected from a stream's client.
        (void)evbuffer_drain(bufferevent_get_input(bev), SIZE_MAX);
        return;
    }
    if (c->phase == PHASE_HEAD || c->phase == PHASE_BODY) read_more(c);
    // While a reply is awaited at most one head's worth is kept.
    else if (evbuffer_get_length(bufferevent_get_input(bev)) > HTTP_HEAD_MAX)
        (void)bufferevent_disable(bev, EV_READ);
}

static void on_write(struct bufferevent *bev, void *context) {
    (void)bev;
    struct http_connection *c = context;
    if (c->phase == PHASE_CLOSING) connection_free(c);
}

static void on_event(struct bufferevent *bev, short what, void *context) {
    (void)bev;
    (void)what;
    connection_free(context);
}

static void on_deadline(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct http_connection *c = context;
    bool is_idle = c->phase == PHASE_HEAD && c->head.scanned == 0 &&
                   evbuffer_get_length(bufferevent_get_input(c->bev)) == 0;
    if (is_idle || c->phase == PHASE_CLOSING) {
        connection_free(c);
        return;
    }
    c->server->counters.timeouts++;
    refuse(c, 408, "too_slow");
}

static size_t from_address(const struct http_server *server, const char *address) {
    size_t count = 0;
    const struct http_connection *c = server->connections;
    for (; c != NULL; c = c->next) count += strcmp(c->address, address) == 0;
    return count;
}

static void address_text(const struct sockaddr *from, char *out, socklen_t size) {
    out[0] = '\0';
    if (from->sa_family == AF_INET)
        (void)inet_ntop(AF_INET, &((const struct sockaddr_in *)from)->sin_addr, out,
                        size);
    else if (from->sa_family == AF_INET6)
        (void)inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)from)->sin6_addr, out,
                        size);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd,
                      struct sockaddr *from, int length, void *context) {
    (void)listener;
    (void)length;
    struct http_server *server = context;
    char address[INET6_ADDRSTRLEN];
    address_text(from, address, sizeof address);
    const struct http_limits *limits = &server->options.limits;
    bool is_full = server->counters.open_connections >= limits->connections;
    // Counting is linear, so only where a crowd makes it worth asking.
    is_full = is_full ||
              (server->counters.open_connections > limits->connections_per_address &&
               from_address(server, address) >= limits->connections_per_address);
    if (is_full) {
        server->counters.over_limit++;
        (void)close(fd);
        return;
    }
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct http_connection *c = calloc(1, sizeof *c);
    if (c == NULL) abort();
    c->server = server;
    c->bev = bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
    c->deadline = evtimer_new(server->base, on_deadline, c);
    if (c->bev == NULL || c->deadline == NULL) abort();
    memcpy(c->address, address, sizeof address);
    c->next = server->connections;
    c->link = &server->connections;
    if (c->next != NULL) c->next->link = &c->next;
    server->connections = c;
    server->counters.connections++;
    server->counters.open_connections++;
    http_head_init(&c->head);
    bufferevent_setcb(c->bev, on_read, on_write, on_event, c);
    deadline_set(c, limits->head_ms);
    (void)bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

struct http_server *http_new(struct event_base *base,
                             const struct http_options *options) {
    struct http_server *server = calloc(1, sizeof *server);
    if (server == NULL) abort();
    server->base = base;
    server->options = *options;
    return server;
}

bool http_listen_fd(struct http_server *server, int fd) {
    if (server->listener_count == LISTENERS_MAX) return false;
    (void)evutil_make_socket_nonblocking(fd);
    struct evconnlistener *listener =
        evconnlistener_new(server->base, on_accept, server,
                           LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
    if (listener == NULL) return false;
    server->listeners[server->listener_count++] = listener;
    return true;
}

bool http_listen(struct http_server *server, const char *address) {
    int fd = http_bind(address);
    return fd >= 0 && http_listen_fd(server, fd);
}

void http_drain(struct http_server *server) {
    server->is_draining = true;
    for (size_t i = 0; i < server->listener_count; i++)
        evconnlistener_free(server->listeners[i]);
    server->listener_count = 0;
    struct http_connection *next;
    for (struct http_connection *c = server->connections; c != NULL; c = next) {
        next = c->next;
        if (c->phase == PHASE_HEAD && c->head.scanned == 0) connection_free(c);
    }
}

size_t http_pending(const struct http_server *server) {
    return server->pending;
}

void http_free(struct http_server *server) {
    if (server == NULL) return;
    http_drain(server);
    // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): as above
    while (server->connections != NULL) connection_free(server->connections);
    free(server);
}

const struct http_counters *http_counters(const struct http_server *server) {
    return &server->counters;
}
