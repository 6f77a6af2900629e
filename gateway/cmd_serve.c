// SPDX-License-Identifier: Apache-2.0
//
// koban serve: one worker serves by itself; of several, the parent binds, forks, restarts
// what dies and passes signals on. Workers share the listening socket and nothing else.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "adapters/registry.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/command_line.h"
#include "gateway/gateway.h"
#include "gateway/house.h"
#include "gateway/route.h"
#include "gateway/start.h"

enum {
    DRAIN_MS = 17000,
    DRAIN_POLL_MS = 20,
    LEAVE_MS = 500,
    RESTART_MS = 200,
    HEAD_MS = 5000,
    BODY_MS = 10000,
    IDLE_MS = 75000,
    BODY_BUDGET = 512 * 1024 * 1024,
    WORKERS_MAX = 64,
    ADDRESS_BYTES = 256,
    ERROR_BYTES = 256 * 1024
};

struct serving {
    struct event_base *base;
    struct site site;
    struct http_server *admin;
    struct event *on_term, *on_int, *on_drain;
    int64_t drain_until_ms;
    bool is_leaving;
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
    serving.site.files = config->console[0] != '\0' ? files_new(config->console) : NULL;
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

// What several workers share with their parent: nothing but what is here.
struct crew {
    const struct config *config;
    const struct house *house;
    int public_fd;
    int admin_fds[WORKERS_MAX];
    pid_t pids[WORKERS_MAX];
    int64_t started_ms[WORKERS_MAX];
    int count, left;
    bool is_stopping;
    sigset_t signals;
};

static void worker_start(struct crew *crew, int worker) {
    crew->started_ms[worker] = clock_monotonic_ms();
    pid_t pid = fork();
    if (pid == 0) {
        // A parent that is killed takes its workers along: nobody would restart them.
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        (void)sigprocmask(SIG_UNBLOCK, &crew->signals, NULL);
        for (int i = 0; i < crew->count; i++) {
            if (i != worker) (void)close(crew->admin_fds[i]);
        }
        exit(worker_run(crew->config, crew->house, worker, crew->public_fd,
                        crew->admin_fds[worker]));
    }
    crew->pids[worker] = pid;
    if (pid > 0) crew->left++;
}

static void crew_tell(const struct crew *crew, int number) {
    for (int i = 0; i < crew->count; i++) {
        if (crew->pids[i] > 0) (void)kill(crew->pids[i], number);
    }
}

// Takes note of the workers that ended; what dies unbidden starts again, not faster than
// RESTART_MS.
static void crew_reap(struct crew *crew) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        for (int i = 0; i < crew->count; i++) {
            if (crew->pids[i] != pid) continue;
            crew->pids[i] = 0;
            crew->left--;
            if (crew->is_stopping) continue;
            log_event(LOG_ERROR, "worker_died", LOG_INT("worker", i),
                      LOG_INT("status", status));
        }
    }
}

static void crew_restart(struct crew *crew) {
    for (int i = 0; i < crew->count && !crew->is_stopping; i++) {
        bool is_due = clock_monotonic_ms() - crew->started_ms[i] >= RESTART_MS;
        if (crew->pids[i] <= 0 && is_due) worker_start(crew, i);
    }
}

// Starts the workers, restarts what dies, until told to stop; then waits for all. Signals
// are taken one by one and cannot be missed between two calls.
static int parent_run(struct crew *crew) {
    (void)sigemptyset(&crew->signals);
    (void)sigaddset(&crew->signals, SIGTERM);
    (void)sigaddset(&crew->signals, SIGINT);
    (void)sigaddset(&crew->signals, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &crew->signals, NULL);
    const struct timespec period = {.tv_nsec = RESTART_MS * 1000000L};
    for (int i = 0; i < crew->count; i++) worker_start(crew, i);
    while (!crew->is_stopping || crew->left > 0) {
        int number = sigtimedwait(&crew->signals, NULL, &period);
        if (number == SIGTERM || number == SIGINT) {
            crew->is_stopping = true;
            crew_tell(crew, number);
        }
        crew_reap(crew);
        crew_restart(crew);
    }
    return 0;
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

// Binds everything before any worker starts.
static bool crew_bind(struct crew *crew) {
    const struct config *config = crew->config;
    crew->public_fd = http_bind(config->listen);
    bool is_good = crew->public_fd >= 0;
    if (!is_good) (void)fprintf(stderr, "listen: %s cannot be used\n", config->listen);
    for (int i = 0; i < crew->count; i++) {
        crew->admin_fds[i] = admin_bind(config, i);
        if (crew->admin_fds[i] >= 0) continue;
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
        !str_to_i64(str_of(argv[2]), &number) || number < 1 || number > WORKERS_MAX)
        return false;
    *workers = (long)number;
    return true;
}

int cmd_serve(int argc, char **argv, const struct config *given) {
    static struct config config;
    config = *given;
    if (!workers_read(argc, argv, &config.workers)) {
        (void)fprintf(stderr, "koban serve [--workers N], N from 1 to %d\n", WORKERS_MAX);
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
    static struct crew crew;
    crew =
        (struct crew){.config = &config, .house = &house, .count = (int)config.workers};
    if (is_good) is_good = crew_bind(&crew);
    int status = 1;
    if (is_good && crew.count == 1)
        status = worker_run(&config, &house, 0, crew.public_fd, crew.admin_fds[0]);
    else if (is_good) status = parent_run(&crew);
    arena_free(arena);
    return status;
}
