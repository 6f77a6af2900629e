// SPDX-License-Identifier: Apache-2.0
//
// The load generator and the sink of the benchmark, as small as they can be, because they
// share the cores with what is measured.
//
//   load sink PORT                      answers every POST 200 {"id":"x"}; prints counts
//   load post PORT PATH SECRET CLIENTS SECONDS RATE SENDERS
//       signed webhooks of the generic channel over CLIENTS keep-alive connections; RATE
//       0: closed loop, else an open loop whose latency counts from the due time; prints
//       one JSON line: accepted, per second, latency percentiles in ms.
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/codec.h"
#include "core/hmac.h"

enum { EVENTS = 256, CONNECTIONS = 4096, BUFFER = 8192, SAMPLES = 4000000 };

struct connection {
    int fd;
    size_t used; // bytes of the answer (or request) read so far
    double due;  // when the request should have started
    int is_busy;
    char in[BUFFER];
};

static struct connection connections[CONNECTIONS];
static double samples[SAMPLES];
static size_t sample_count, accepted, refused;
static volatile sig_atomic_t is_over;

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void on_signal(int number) {
    (void)number;
    is_over = 1;
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 1024) != 0) {
        perror("listen");
        exit(1);
    }
    return fd;
}

// Length of a whole HTTP message in the buffer; 0 when it is not whole yet.
static size_t whole(const char *p, size_t n) {
    const char *end = memmem(p, n, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    size_t head = (size_t)(end - p) + 4, body = 0;
    for (const char *line = p; line < end;) {
        if (strncasecmp(line, "content-length:", 15) == 0)
            body = strtoul(line + 15, NULL, 10);
        line = memchr(line, '\n', (size_t)(end - line));
        if (line == NULL) break;
        line++;
    }
    return n >= head + body ? head + body : 0;
}

static void watch(int poll, int fd, int slot) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)slot};
    (void)epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

static void sink_read(struct connection *c) {
    static const char answer[] =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n"
        "{\"id\":\"x\"}";
    ssize_t got = read(c->fd, c->in + c->used, BUFFER - c->used);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) {
            (void)close(c->fd);
            c->fd = -1;
        }
        return;
    }
    c->used += (size_t)got;
    for (size_t n; (n = whole(c->in, c->used)) > 0;) {
        memmove(c->in, c->in + n, c->used - n);
        c->used -= n;
        accepted++;
        if (write(c->fd, answer, sizeof answer - 1) < 0) break;
    }
}

static int sink(int port) {
    int poll = epoll_create1(0), listener = listen_on(port);
    struct epoll_event events[EVENTS];
    for (int i = 0; i < CONNECTIONS; i++) connections[i].fd = -1;
    watch(poll, listener, CONNECTIONS);
    while (!is_over) {
        int n = epoll_wait(poll, events, EVENTS, 1000);
        for (int i = 0; i < n; i++) {
            uint32_t slot = events[i].data.u32;
            if (slot < CONNECTIONS) {
                sink_read(&connections[slot]);
                continue;
            }
            int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
            for (int k = 0; fd >= 0 && k < CONNECTIONS; k++) {
                if (connections[k].fd >= 0) continue;
                (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                connections[k].fd = fd;
                connections[k].used = 0;
                watch(poll, fd, k);
                break;
            }
        }
    }
    (void)printf("%zu\n", accepted);
    return 0;
}

struct load {
    const char *path, *secret;
    int port;
    unsigned long serial, senders;
};

static void request_send(const struct load *load, struct connection *c, double due) {
    static const char *const texts[] = {"財布を落としました 駅のあたりです",
                                        "隣の部屋がうるさいです", "自転車を盗まれました",
                                        "道を教えてください 市役所まで",
                                        "my wallet is lost near the station"};
    struct arena *arena = arena_new(4096);
    unsigned long serial = load->serial;
    struct str id = arena_printf(arena, "b-%d-%lu", (int)getpid(), serial);
    struct str body = arena_printf(
        arena, "{\"id\":\"%.*s\",\"from\":\"+81%09lu\",\"text\":\"%s %lu\"}", (int)id.n,
        id.p, serial * 7919 % load->senders, texts[serial % 5], serial);
    struct str at = arena_printf(arena, "%ld", (long)time(NULL));
    const struct str parts[] = {id, STR("."), at, STR("."), body};
    uint8_t mac[SHA256_SIZE];
    hmac_sha256(str_of(load->secret), parts, ARRAY_LEN(parts), mac);
    struct str signature = codec_base64((struct str){(char *)mac, sizeof mac}, arena);
    struct str request = arena_printf(
        arena,
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "webhook-id: %.*s\r\nwebhook-timestamp: %.*s\r\nwebhook-signature: v1,%.*s\r\n"
        "Content-Length: %zu\r\n\r\n%.*s",
        load->path, (int)id.n, id.p, (int)at.n, at.p, (int)signature.n, signature.p,
        body.n, (int)body.n, body.p);
    c->due = due;
    c->is_busy = 1;
    if (write(c->fd, request.p, request.n) != (ssize_t)request.n) c->is_busy = 0;
    arena_free(arena);
}

static int answered(struct connection *c) {
    ssize_t got = read(c->fd, c->in + c->used, BUFFER - c->used);
    if (got <= 0) return 0;
    c->used += (size_t)got;
    size_t n = whole(c->in, c->used);
    if (n == 0) return 0;
    int is_good = strncmp(c->in, "HTTP/1.1 200", 12) == 0;
    c->used -= n;
    c->is_busy = 0;
    if (is_good) accepted++;
    else refused++;
    if (sample_count < SAMPLES) samples[sample_count++] = (now() - c->due) * 1000;
    return 1;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double percentile(double part) {
    return sample_count > 0 ? samples[(size_t)((double)(sample_count - 1) * part)] : 0;
}

static int connect_to(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("connect");
        exit(1);
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static int post(char **argv) {
    struct load load = {.port = (int)strtol(argv[2], NULL, 10),
                        .path = argv[3],
                        .secret = argv[4],
                        .senders = strtoul(argv[8], NULL, 10),
                        .serial = strtoul(argv[9], NULL, 10)};
    int clients = (int)strtol(argv[5], NULL, 10), poll = epoll_create1(0);
    double seconds = strtod(argv[6], NULL), rate = strtod(argv[7], NULL);
    struct epoll_event events[EVENTS];
    for (int i = 0; i < clients; i++) {
        connections[i].fd = connect_to(load.port);
        watch(poll, connections[i].fd, i);
    }
    double start = now(), end = start + seconds, due = start;
    for (int i = 0; rate <= 0 && i < clients; i++) {
        load.serial++;
        request_send(&load, &connections[i], now());
    }
    while (now() < end && !is_over) {
        for (int i = 0; rate > 0 && i < clients && due <= now(); i++) {
            if (connections[i].is_busy) continue;
            load.serial++;
            request_send(&load, &connections[i], due);
            due += -log(1 - drand48()) / rate;
        }
        int n = epoll_wait(poll, events, EVENTS, rate > 0 ? 1 : 100);
        for (int i = 0; i < n; i++) {
            struct connection *c = &connections[events[i].data.u32];
            if (!answered(c) || rate > 0) continue;
            load.serial++;
            request_send(&load, c, now());
        }
    }
    double took = now() - start;
    qsort(samples, sample_count, sizeof samples[0], by_size);
    (void)printf("{\"accepted\":%zu,\"refused\":%zu,\"per_s\":%.1f,\"p50_ms\":%.2f,"
                 "\"p95_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}\n",
                 accepted, refused, (double)accepted / took, percentile(0.5),
                 percentile(0.95), percentile(0.99), percentile(1));
    return 0;
}

int main(int argc, char **argv) {
    (void)signal(SIGTERM, on_signal);
    (void)signal(SIGINT, on_signal);
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc == 3 && strcmp(argv[1], "sink") == 0)
        return sink((int)strtol(argv[2], NULL, 10));
    if (argc == 10 && strcmp(argv[1], "post") == 0) return post(argv);
    (void)fprintf(stderr,
                  "load sink PORT | load post PORT PATH SECRET CLIENTS SECONDS RATE"
                  " SENDERS FIRST\n");
    return 2;
}
