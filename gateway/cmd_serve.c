// SPDX-License-Identifier: Apache-2.0
//
// koban serve: one worker serves by itself; of several, the parent binds, forks, restarts
// what dies and passes signals on (crew.c). Workers share the listening socket and
// nothing else.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "adapters/registry.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/command_line.h"
#include "gateway/crew.h"
#include "gateway/gateway.h"
#include "gateway/house.h"
#include "gateway/route.h"
#include "gateway/service.h"
#include "gateway/start.h"

enum {
    DRAIN_MS = 17000,
    DRAIN_POLL_MS = 20,
    LEAVE_MS = 500,
    BEAT_MS = 1000,
    HEAD_MS = 5000,
    BODY_MS = 10000,
    IDLE_MS = 75000,
    BODY_BUDGET = 512 * 1024 * 1024,
    ADDRESS_BYTES = 256,
    ERROR_BYTES = 256 * 1024
};

struct serving {
    struct event_base *base;
    struct site site;
    struct http_server *admin;
    struct event *on_term, *on_int, *on_beat, *on_drain;
    int64_t drain_until_ms;
    bool is_leaving;
    int beat_fd; // to the parent of several workers; -1: we are alone
    bool is_up;  // has been ready once
};

static void on_drain(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct serving *serving = context;
    struct gateway *gateway = serving->site.gateway;
    bool is_done = gateway_is_idle(gateway) && http_pending(serving->site.server) == 0;
    bool is_over = clock_monotonic_ms() >= serving->drain_until_ms;
    if (is_over || (serving->is_leaving && gateway->node_id < 0)) {
        (void)event_base_loopbreak(serving->base);
        return;
    }
    if (!is_done || serving->is_leaving) return;
    serving->is_leaving = true;
    serving->drain_until_ms = clock_monotonic_ms() + LEAVE_MS;
    gateway_leave(gateway);
}

// Stop accepting and claiming, finish what is in flight, end the streams, go.
static void on_signal(evutil_socket_t number, short what, void *context) {
    (void)what;
    struct serving *serving = context;
    if (serving->on_drain != NULL) return;
    log_event(LOG_INFO, "draining", LOG_INT("signal", (int64_t)number));
    serving->drain_until_ms = clock_monotonic_ms() + DRAIN_MS;
    if (serving->beat_fd < 0) service_tell("STOPPING=1");
    http_drain(serving->site.server);
    gateway_drain(serving->site.gateway);
    serving->on_drain = event_new(serving->base, -1, EV_PERSIST, on_drain, serving);
    struct timeval period = {.tv_usec = DRAIN_POLL_MS * 1000};
    (void)event_add(serving->on_drain, &period);
}

// A sign that the loop turns: to the parent, or, alone, to the service manager.
static void on_beat(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct serving *serving = context;
    bool was_up = serving->is_up;
    serving->is_up = was_up || gateway_is_ready(serving->site.gateway);
    if (serving->beat_fd >= 0) {
        // A full pipe says the same.
        (void)!write(serving->beat_fd, serving->is_up ? CREW_UP : CREW_ALIVE, 1);
        return;
    }
    if (!was_up && serving->is_up) service_tell("READY=1\nSTATUS=serving");
    if (service_watchdog_ms() > 0) service_tell("WATCHDOG=1");
}

static void beat_start(struct serving *serving) {
    int64_t watchdog = service_watchdog_ms();
    int64_t period = watchdog > 0 && watchdog < BEAT_MS ? watchdog : BEAT_MS;
    struct timeval every = {.tv_sec = period / 1000, .tv_usec = period % 1000 * 1000};
    serving->on_beat = event_new(serving->base, -1, EV_PERSIST, on_beat, serving);
    (void)event_add(serving->on_beat, &every);
    if (serving->beat_fd < 0) service_tell("STATUS=waiting for the database");
}

static struct http_server *server_new(struct serving *serving, http_handle *handle,
                                      const struct config *config) {
    struct http_options options = {
        .handle = handle,
        .body_limit = route_body_limit,
        .context = &serving->site,
        .limits = {.connections = (size_t)config->max_connections,
                   .connections_per_address = (size_t)config->max_per_address,
                   .head_ms = HEAD_MS,
                   .body_ms = BODY_MS,
                   .idle_ms = IDLE_MS,
                   .body_in_flight = BODY_BUDGET},
        .trusted_proxy = str_of(config->trusted_proxy)};
    return http_new(serving->base, &options);
}

// What a worker is given: alone, or of the parent's.
struct shop {
    const struct config *config;
    const struct house *house;
    int public_fd;
    int admin_fds[CREW_MAX];
};

static int worker_run(void *context, int worker, int beat_fd) {
    const struct shop *shop = context;
    const struct config *config = shop->config;
    struct serving serving = {.base = event_base_new(), .beat_fd = beat_fd};
    int public_fd = shop->public_fd, admin_fd = shop->admin_fds[worker];
    for (int i = 0; i < (int)config->workers; i++) {
        if (i != worker) (void)close(shop->admin_fds[i]);
    }
    serving.site.gateway = gateway_start(serving.base, config, shop->house, worker);
    serving.site.files = config->console[0] != '\0' ? files_new(config->console) : NULL;
    serving.site.server = server_new(&serving, route_public, config);
    serving.admin = server_new(&serving, route_admin, config);
    bool is_good = http_listen_fd(serving.site.server, public_fd) &&
                   (admin_fd < 0 || http_listen_fd(serving.admin, admin_fd));
    serving.on_term = evsignal_new(serving.base, SIGTERM, on_signal, &serving);
    serving.on_int = evsignal_new(serving.base, SIGINT, on_signal, &serving);
    (void)event_add(serving.on_term, NULL);
    (void)event_add(serving.on_int, NULL);
    beat_start(&serving);
    log_event(LOG_INFO, "serving", LOG_CSTR("listen", config->listen),
              LOG_INT("worker", worker), LOG_INT("pid", (int64_t)getpid()));
    if (is_good) (void)event_base_dispatch(serving.base);
    bool is_ordered = serving.on_drain != NULL;
    if (is_ordered) event_free(serving.on_drain);
    event_free(serving.on_beat);
    event_free(serving.on_term);
    event_free(serving.on_int);
    gateway_stop(serving.site.gateway);
    http_free(serving.site.server);
    http_free(serving.admin);
    files_free(serving.site.files);
    event_base_free(serving.base);
    return is_good && is_ordered ? 0 : 1;
}

// Each worker has an admin listener of its own: of "host:port" worker i takes port + i,
// of "unix:path" path.i.
static int admin_bind(const struct config *config, int worker) {
    char address[ADDRESS_BYTES];
    const char *colon = strrchr(config->admin_listen, ':');
    int64_t port = 0;
    if (worker == 0) return http_bind(config->admin_listen);
    if (strncmp(config->admin_listen, "unix:", 5) == 0)
        (void)snprintf(address, sizeof address, "%s.%d", config->admin_listen, worker);
    else if (colon != NULL && str_to_i64(str_of(colon + 1), &port))
        (void)snprintf(address, sizeof address, "%.*s:%d",
                       (int)(colon - config->admin_listen), config->admin_listen,
                       (int)port + worker);
    else return -1;
    return http_bind(address);
}

// The service manager's socket goes before the setting.
static int public_bind(const struct config *config) {
    int fd = service_socket();
    if (fd == SERVICE_BAD_SOCKET)
        (void)fprintf(stderr, "listen: not one listening socket was handed over\n");
    if (fd != SERVICE_NO_SOCKET) return fd;
    fd = http_bind(config->listen);
    if (fd < 0) (void)fprintf(stderr, "listen: %s cannot be used\n", config->listen);
    return fd;
}

// Binds everything before any worker starts.
static bool shop_bind(struct shop *shop) {
    const struct config *config = shop->config;
    shop->public_fd = public_bind(config);
    bool is_good = shop->public_fd >= 0;
    for (int i = 0; i < (int)config->workers; i++) {
        shop->admin_fds[i] = admin_bind(config, i);
        if (shop->admin_fds[i] >= 0) continue;
        (void)fprintf(stderr, "admin_listen: %s cannot be used by worker %d\n",
                      config->admin_listen, i);
        is_good = false;
    }
    return is_good;
}

static bool workers_read(int argc, char **argv, long *workers) {
    int64_t number;
    if (argc == 1) return true;
    if (argc != 3 || strcmp(argv[1], "--workers") != 0 ||
        !str_to_i64(str_of(argv[2]), &number) || number < 1 || number > CREW_MAX)
        return false;
    *workers = (long)number;
    return true;
}

int cmd_serve(int argc, char **argv, const struct config *given) {
    static struct config config;
    config = *given;
    if (!workers_read(argc, argv, &config.workers)) {
        (void)fprintf(stderr, "koban serve [--workers N], N from 1 to %d\n", CREW_MAX);
        return 2;
    }
    struct arena *arena = arena_new(1 << 20);
    struct house house;
    struct buf errors;
    buf_init(&errors, ERROR_BYTES);
    const char *bad = adapter_registry_check();
    if (bad != NULL) buf_addf(&errors, "adapter %s is not whole\n", bad);
    bool is_good = house_read(&house, &config, arena, &errors) && bad == NULL;
    if (errors.n > 0) (void)fprintf(stderr, "%.*s", (int)errors.n, errors.p);
    buf_free(&errors);
    static struct shop shop;
    shop = (struct shop){.config = &config, .house = &house};
    if (is_good) is_good = shop_bind(&shop);
    int status = 1;
    if (is_good && config.workers == 1) status = worker_run(&shop, 0, -1);
    else if (is_good)
        status = crew_run(&(struct crew_options){.count = (int)config.workers,
                                                 .silent_ms = config.worker_silent_ms,
                                                 .work = worker_run,
                                                 .context = &shop});
    arena_free(arena);
    return status;
}
