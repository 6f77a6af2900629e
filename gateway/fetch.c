// SPDX-License-Identifier: Apache-2.0
//
// libcurl tells which sockets to watch and when to be called; completions are read from a
// zero-delay event, where new sends may start. Handles are kept and used again.
#include "gateway/fetch.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/log.h"

enum { BODY_MAX = 256 * 1024, FIELDS_MAX = 32, CONNECT_MS = 3000, IDLE_MAX = 64 };

struct transfer {
    struct transfer *next;
    struct fetch *fetch;
    CURL *curl;
    struct curl_slist *headers;
    struct arena *arena;
    struct buf body;
    struct http_field fields[FIELDS_MAX];
    size_t field_count;
    fetch_done *done;
    void *context;
};

struct watched {
    struct event *event;
};

struct fetch {
    struct event_base *base;
    CURLM *multi;
    struct event *timer, *reap;
    CURL *idle[IDLE_MAX];
    size_t idle_count;
    struct transfer *waiting; // to be added from the loop
};

static void reap_soon(struct fetch *fetch) {
    event_active(fetch->reap, EV_TIMEOUT, 0);
}

static void on_event(evutil_socket_t fd, short what, void *context) {
    struct fetch *fetch = context;
    int running = 0;
    int action = ((what & EV_READ) ? CURL_CSELECT_IN : 0) |
                 ((what & EV_WRITE) ? CURL_CSELECT_OUT : 0);
    (void)curl_multi_socket_action(fetch->multi, (int)fd, action, &running);
    reap_soon(fetch);
}

static void on_timer(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct fetch *fetch = context;
    int running = 0;
    (void)curl_multi_socket_action(fetch->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    reap_soon(fetch);
}

static int want_socket(CURL *curl, curl_socket_t fd, int what, void *context,
                       void *per_socket) {
    (void)curl;
    struct fetch *fetch = context;
    struct watched *watched = per_socket;
    if (watched != NULL) {
        event_free(watched->event);
        watched->event = NULL;
    }
    if (what == CURL_POLL_REMOVE) {
        free(watched);
        return 0;
    }
    if (watched == NULL) {
        watched = calloc(1, sizeof *watched);
        if (watched == NULL) abort();
        (void)curl_multi_assign(fetch->multi, fd, watched);
    }
    short events = (short)(EV_PERSIST | ((what & CURL_POLL_IN) ? EV_READ : 0) |
                           ((what & CURL_POLL_OUT) ? EV_WRITE : 0));
    watched->event = event_new(fetch->base, fd, events, on_event, fetch);
    (void)event_add(watched->event, NULL);
    return 0;
}

static int want_timer(CURLM *multi, long ms, void *context) {
    (void)multi;
    struct fetch *fetch = context;
    if (ms < 0) {
        (void)evtimer_del(fetch->timer);
        return 0;
    }
    struct timeval delay = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
    (void)evtimer_add(fetch->timer, &delay);
    return 0;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *context) {
    struct transfer *transfer = context;
    buf_add(&transfer->body, (struct str){bytes, size * n});
    return transfer->body.failed ? 0 : size * n;
}

static size_t on_header(char *bytes, size_t size, size_t n, void *context) {
    struct transfer *transfer = context;
    struct str line = {bytes, size * n}, name, value = line;
    if (transfer->field_count < FIELDS_MAX && str_next(&value, ':', &name) &&
        value.p != NULL)
        transfer->fields[transfer->field_count++] =
            (struct http_field){arena_dup(transfer->arena, str_trim(name)),
                                arena_dup(transfer->arena, str_trim(value))};
    return size * n;
}

static void transfer_free(struct transfer *transfer) {
    struct fetch *fetch = transfer->fetch;
    if (fetch->idle_count < IDLE_MAX) {
        curl_easy_reset(transfer->curl);
        fetch->idle[fetch->idle_count++] = transfer->curl;
    } else {
        curl_easy_cleanup(transfer->curl);
    }
    curl_slist_free_all(transfer->headers);
    buf_free(&transfer->body);
    arena_free(transfer->arena);
}

// Whether the request may have reached the provider when no answer came.
static bool was_written(CURL *curl, CURLcode code) {
    curl_off_t sent = 0;
    long request_size = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &sent);
    (void)curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &request_size);
    bool is_before = code == CURLE_COULDNT_RESOLVE_HOST ||
                     code == CURLE_COULDNT_CONNECT || code == CURLE_URL_MALFORMAT ||
                     code == CURLE_UNSUPPORTED_PROTOCOL ||
                     code == CURLE_PEER_FAILED_VERIFICATION ||
                     code == CURLE_SSL_CONNECT_ERROR;
    return !is_before && (sent > 0 || request_size > 0);
}

static void finish(struct transfer *transfer, CURLcode code) {
    long status = 0;
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    // Half an answer is no answer: what was accepted is not known.
    bool is_whole = code == CURLE_OK;
    struct provider_response response = {
        .status = is_whole ? (int)status : 0,
        .was_written = is_whole || was_written(transfer->curl, code),
        .fields = transfer->fields,
        .field_count = is_whole ? transfer->field_count : 0,
        .body = is_whole ? buf_str(&transfer->body) : (struct str){0}};
    if (!is_whole) log_event(LOG_WARN, "fetch_failed", LOG_INT("curl", (int)code));
    transfer->done(transfer->context, &response);
    transfer_free(transfer);
}

static void on_reap(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct fetch *fetch = context;
    while (fetch->waiting != NULL) {
        struct transfer *transfer = fetch->waiting;
        fetch->waiting = transfer->next;
        (void)curl_multi_add_handle(fetch->multi, transfer->curl);
    }
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(fetch->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        struct transfer *transfer = NULL;
        CURLcode code = message->data.result;
        CURL *curl = message->easy_handle;
        (void)curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&transfer);
        (void)curl_multi_remove_handle(fetch->multi, curl);
        finish(transfer, code);
    }
    if (fetch->waiting != NULL) reap_soon(fetch);
}

static CURL *handle_take(struct fetch *fetch) {
    if (fetch->idle_count > 0) return fetch->idle[--fetch->idle_count];
    CURL *curl = curl_easy_init();
    if (curl == NULL) abort();
    return curl;
}

static struct curl_slist *header_list(struct transfer *transfer,
                                      const struct provider_request *request) {
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; i < request->field_count; i++) {
        struct str line =
            arena_printf(transfer->arena, "%.*s: %.*s", (int)request->fields[i].name.n,
                         request->fields[i].name.p, (int)request->fields[i].value.n,
                         request->fields[i].value.p);
        list = curl_slist_append(list, arena_cstr(transfer->arena, line));
    }
    return list;
}

#define SET(curl, option, value) (void)curl_easy_setopt(curl, option, value)

static void options_set(struct transfer *transfer, const struct provider_request *request,
                        int time_limit_ms) {
    CURL *curl = transfer->curl;
    struct str body = arena_dup(transfer->arena, request->body);
    // http only where the configured address says so: a fake on loopback.
    SET(curl, CURLOPT_PROTOCOLS_STR,
        str_starts(request->url, STR("http:")) ? "http" : "https");
    SET(curl, CURLOPT_URL, arena_cstr(transfer->arena, request->url));
    SET(curl, CURLOPT_NOSIGNAL, 1L);
    SET(curl, CURLOPT_FOLLOWLOCATION, 0L);
    SET(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    SET(curl, CURLOPT_TIMEOUT_MS, (long)time_limit_ms);
    SET(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    SET(curl, CURLOPT_MAXAGE_CONN, 60L);
    // On a used connection that dies without an answer libcurl repeats the request by
    // itself; what must not be repeated gets a connection of its own.
    SET(curl, CURLOPT_FRESH_CONNECT, request->is_idempotent ? 0L : 1L);
    SET(curl, CURLOPT_WRITEFUNCTION, on_body);
    SET(curl, CURLOPT_WRITEDATA, transfer);
    SET(curl, CURLOPT_HEADERFUNCTION, on_header);
    SET(curl, CURLOPT_HEADERDATA, transfer);
    SET(curl, CURLOPT_PRIVATE, transfer);
    SET(curl, CURLOPT_HTTPHEADER, transfer->headers);
    SET(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
    SET(curl, CURLOPT_POSTFIELDS, body.n > 0 ? body.p : "");
    SET(curl, CURLOPT_CUSTOMREQUEST, arena_cstr(transfer->arena, request->method));
}

void fetch_send(struct fetch *fetch, const struct provider_request *request,
                int time_limit_ms, fetch_done *done, void *context) {
    struct arena *arena = arena_new(4096 + request->body.n);
    struct transfer *transfer = ARENA_NEW(arena, struct transfer);
    transfer->arena = arena;
    transfer->fetch = fetch;
    transfer->curl = handle_take(fetch);
    transfer->done = done;
    transfer->context = context;
    transfer->headers = header_list(transfer, request);
    buf_init(&transfer->body, BODY_MAX);
    options_set(transfer, request, time_limit_ms);
    transfer->next = fetch->waiting;
    fetch->waiting = transfer;
    reap_soon(fetch);
}

struct fetch *fetch_new(struct event_base *base) {
    struct fetch *fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL) abort();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) abort();
    fetch->base = base;
    fetch->multi = curl_multi_init();
    fetch->timer = evtimer_new(base, on_timer, fetch);
    fetch->reap = evtimer_new(base, on_reap, fetch);
    if (fetch->multi == NULL) abort();
    (void)curl_multi_setopt(fetch->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    (void)curl_multi_setopt(fetch->multi, CURLMOPT_SOCKETDATA, fetch);
    (void)curl_multi_setopt(fetch->multi, CURLMOPT_TIMERFUNCTION, want_timer);
    (void)curl_multi_setopt(fetch->multi, CURLMOPT_TIMERDATA, fetch);
    (void)curl_multi_setopt(fetch->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    return fetch;
}

void fetch_free(struct fetch *fetch) {
    if (fetch == NULL) return;
    while (fetch->waiting != NULL) {
        struct transfer *transfer = fetch->waiting;
        fetch->waiting = transfer->next;
        transfer_free(transfer);
    }
    for (size_t i = 0; i < fetch->idle_count; i++) curl_easy_cleanup(fetch->idle[i]);
    (void)curl_multi_cleanup(fetch->multi);
    event_free(fetch->timer);
    event_free(fetch->reap);
    free(fetch);
}
