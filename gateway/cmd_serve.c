// SPDX-License-Identifier: Apache-2.0
//
// koban serve: one worker serves by itself; of several, the parent binds, forks, restarts
// what dies and passes signals on. Workers share the listening socket and nothing else.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/registry.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/command_line.h"
#include "gateway/gateway.h"
#include "gateway/house.h"
#include "gateway/route.h"

enum {
    DRAIN_MS = 17000,
    DRAIN_POLL_MS = 20,
    HEAD_MS = 5000,
    BODY_MS = 10000,
    IDLE_MS = 75000,
    BODY_BUDGET = 512 * 1024 * 1024,
    WORKERS_MAX = 64,
    ERROR_BYTES = 256 * 1024
};

struct serving {
    struct event_base *base;
    struct site site;
    struct http_server *admin;
    struct event *on_term, *on_int, *on_drain;
    int64_t drain_until_ms;
};

static void on_drain(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct serving *serving = context;
    bool is_done = gateway_is_idle(serving->site.gateway) &&
                   http_pending(serving->site.server) == 0;
    if (is_done || clock_monotonic_ms() >= serving->drain_until_ms)
        (void)event_base_loopbreak(serving->base);
}

// Stop accepting and claiming, finish what is in flight, end the streams, go.
static void on_signal(evutil_socket_t number, short what, void *context) {
    (void)what;
    struct serving *serving = context;
    if (serving->on_drain != NULL) return;
    log_event(LOG_INFO, "draining", LOG_INT("signal", (int64_t)number));
    serving->drain_until_ms = clock_monotonic_ms() + DRAIN_MS;
    http_drain(serving->site.server);
    gateway_drain(serving->site.gateway);
    serving->on_drain = event_new(serving->base, -1, EV_PERSIST, on_drain, serving);
    struct timeval period = {.tv_usec = DRAIN_POLL_MS * 1000};
    (void)event_add(serving->on_drain, &period);
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

static int worker_run(const struct config *config, const struct house *house, int worker,
                      int public_fd, int admin_fd) {
    struct serving serving = {.base = event_base_new()};
    serving.site.gateway = gateway_start(serving.base, config, house, worker);
    serving.site.files =
        config->console[0] != '\0' ? files_new(config->console) : NULL;
    serving.site.server = server_new(&serving, route_public, config);
    serving.admin = server_new(&serving, route_admin, config);
    bool is_good = http_listen_fd(serving.site.server, public_fd) &&
                   (admin_fd < 0 || http_listen_fd(serving.admin, admin_fd));
    serving.on_term = evsignal_new(serving.base, SIGTERM, on_signal, &serving);
    serving.on_int = evsignal_new(serving.base, SIGINT, on_signal, &serving);
    (void)event_add(serving.on_term, NULL);
    (void)event_add(serving.on_int, NULL);
    log_event(LOG_INFO, "serving", LOG_CSTR("listen", config->listen),
              LOG_INT("worker", worker), LOG_INT("pid", (int64_t)getpid()));
    if (is_good) (void)event_base_dispatch(serving.base);
    bool is_ordered = serving.on_drain != NULL;
    if (is_ordered) event_free(serving.on_drain);
    event_free(serving.on_term);
    event_free(serving.on_int);
    gateway_stop(serving.site.gateway);
    http_free(serving.site.server);
    http_free(serving.admin);
    files_free(serving.site.files);
    event_base_free(serving.base);
    return is_good && is_ordered ? 0 : 1;
}

static volatile sig_atomic_t stop_signal;

static void on_parent_signal(int number) {
    stop_signal = number;
}

static pid_t worker_fork(const struct config *config, const struct house *house,
                         int worker, int public_fd, int admin_fd) {
    pid_t pid = fork();
    if (pid != 0) return pid;
    (void)signal(SIGTERM, SIG_DFL);
    (void)signal(SIGINT, SIG_DFL);
    exit(worker_run(config, house, worker, public_fd, worker == 0 ? admin_fd : -1));
}

// Restarts what dies, until told to stop; then waits for all.
static int parent_run(const struct config *config, const struct house *house,
                      int public_fd, int admin_fd) {
    pid_t pids[WORKERS_MAX];
    int count = (int)config->workers, left = count;
    struct sigaction action = {.sa_handler = on_parent_signal};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    for (int i = 0; i < count; i++)
        pids[i] = worker_fork(config, house, i, public_fd, admin_fd);
    while (left > 0) {
        int status;
        pid_t pid = waitpid(-1, &status, 0);
        if (pid < 0 && errno == EINTR && stop_signal != 0) {
            for (int i = 0; i < count; i++) {
                if (pids[i] > 0) (void)kill(pids[i], SIGTERM);
            }
            continue;
        }
        if (pid < 0) break;
        for (int i = 0; i < count; i++) {
            if (pids[i] != pid) continue;
            pids[i] = 0;
            left--;
            if (stop_signal != 0) continue;
            log_event(LOG_ERROR, "worker_died", LOG_INT("worker", i));
            (void)usleep(200 * 1000);
            pids[i] = worker_fork(config, house, i, public_fd, admin_fd);
            left++;
        }
    }
    return 0;
}

int cmd_serve(int argc, char **argv, const struct config *given) {
    static struct config config;
    config = *given;
    for (int i = 1; i + 1 < argc; i += 2) {
        int64_t workers;
        if (!str_eq(str_of(argv[i]), STR("--workers")) ||
            !str_to_i64(str_of(argv[i + 1]), &workers) || workers < 1 ||
            workers > WORKERS_MAX) {
            (void)fprintf(stderr, "koban serve [--workers N]\n");
            return 2;
        }
        config.workers = (long)workers;
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
    if (!is_good) return 1;
    int public_fd = http_bind(config.listen), admin_fd = http_bind(config.admin_listen);
    if (public_fd < 0 || admin_fd < 0) {
        (void)fprintf(stderr, "%s: address cannot be used\n",
                      public_fd < 0 ? config.listen : config.admin_listen);
        return 1;
    }
    int status = config.workers == 1 ? worker_run(&config, &house, 0, public_fd, admin_fd)
                                     : parent_run(&config, &house, public_fd, admin_fd);
    arena_free(arena);
    return status;
}
