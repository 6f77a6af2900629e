// SPDX-License-Identifier: Apache-2.0
//
// One loop of short waits. Silence is counted in turns of it, not by the clock: a machine
// that slept, or that has too much to do, has not let the workers beat either.
#include "gateway/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/service.h"

enum { TURN_MS = 200, RESTART_MS = 200, ABORT_TURNS = 10, BEATS_BYTES = 64 };

struct worker {
    pid_t pid; // 0: not running
    int64_t started_ms;
    int beat_fd;      // the end we read
    int silent_turns; // since the last beat
    bool is_up;       // has been ready since it started
};

struct crew {
    const struct crew_options *options;
    struct worker workers[CREW_MAX];
    int left;
    bool is_stopping, was_up;
    int64_t told_ms; // the watchdog
    sigset_t signals;
};

static void worker_main(struct crew *crew, int number, int beat_fd) {
    // A parent that is killed takes its workers along: nobody would restart them.
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void)sigprocmask(SIG_UNBLOCK, &crew->signals, NULL);
    for (int i = 0; i < crew->options->count; i++) {
        if (crew->workers[i].beat_fd >= 0) (void)close(crew->workers[i].beat_fd);
    }
    exit(crew->options->work(crew->options->context, number, beat_fd));
}

static void worker_start(struct crew *crew, int number) {
    struct worker *worker = &crew->workers[number];
    int ends[2];
    worker->started_ms = clock_monotonic_ms();
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        worker_main(crew, number, ends[1]);
    }
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return;
    }
    worker->pid = pid;
    worker->beat_fd = ends[0];
    worker->silent_turns = 0;
    worker->is_up = false;
    crew->left++;
}

static void crew_tell(const struct crew *crew, int number) {
    for (int i = 0; i < crew->options->count; i++) {
        if (crew->workers[i].pid > 0) (void)kill(crew->workers[i].pid, number);
    }
}

static void worker_ended(struct crew *crew, int number, int status) {
    struct worker *worker = &crew->workers[number];
    worker->pid = 0;
    (void)close(worker->beat_fd);
    worker->beat_fd = -1;
    crew->left--;
    if (!crew->is_stopping)
        log_event(LOG_ERROR, "worker_died", LOG_INT("worker", number),
                  LOG_INT("status", status));
}

// Takes note of the workers that ended.
static void crew_reap(struct crew *crew) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        for (int i = 0; i < crew->options->count; i++) {
            if (crew->workers[i].pid == pid) worker_ended(crew, i, status);
        }
    }
}

// What died unbidden starts again, not faster than RESTART_MS.
static void crew_restart(struct crew *crew) {
    for (int i = 0; i < crew->options->count && !crew->is_stopping; i++) {
        const struct worker *worker = &crew->workers[i];
        bool is_due = clock_monotonic_ms() - worker->started_ms >= RESTART_MS;
        if (worker->pid <= 0 && is_due) worker_start(crew, i);
    }
}

// Ends a worker whose loop does not turn: so that it leaves a core, then for certain.
static void worker_end(const struct crew *crew, int number) {
    const struct worker *worker = &crew->workers[number];
    int limit = (int)(crew->options->silent_ms / TURN_MS);
    if (worker->silent_turns == limit) {
        log_event(LOG_ERROR, "worker_silent", LOG_INT("worker", number));
        (void)kill(worker->pid, SIGABRT);
    } else if (worker->silent_turns == limit + ABORT_TURNS) {
        (void)kill(worker->pid, SIGKILL);
    }
}

static void crew_listen(struct crew *crew) {
    for (int i = 0; i < crew->options->count; i++) {
        struct worker *worker = &crew->workers[i];
        char beats[BEATS_BYTES];
        if (worker->pid <= 0) continue;
        ssize_t n = read(worker->beat_fd, beats, sizeof beats);
        worker->silent_turns = n > 0 ? 0 : worker->silent_turns + 1;
        if (n > 0 && beats[n - 1] == CREW_UP[0]) worker->is_up = true;
        // While draining a worker has its own limit.
        if (!crew->is_stopping) worker_end(crew, i);
    }
}

// READY when all have been; then the watchdog hears that this loop turns.
static void crew_report(struct crew *crew) {
    int up = 0;
    for (int i = 0; i < crew->options->count; i++) up += crew->workers[i].is_up ? 1 : 0;
    if (!crew->was_up && up == crew->options->count) {
        crew->was_up = true;
        service_tell("READY=1\nSTATUS=serving");
    }
    int64_t every = service_watchdog_ms(), now = clock_monotonic_ms();
    if (every == 0 || now - crew->told_ms < every - TURN_MS) return;
    crew->told_ms = now;
    service_tell("WATCHDOG=1");
}

static void crew_stop(struct crew *crew, int number) {
    if (!crew->is_stopping) service_tell("STOPPING=1");
    crew->is_stopping = true;
    crew_tell(crew, number);
}

// Signals are taken one by one and cannot be missed between two calls.
int crew_run(const struct crew_options *options) {
    struct crew crew = {.options = options};
    (void)sigemptyset(&crew.signals);
    (void)sigaddset(&crew.signals, SIGTERM);
    (void)sigaddset(&crew.signals, SIGINT);
    (void)sigaddset(&crew.signals, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &crew.signals, NULL);
    service_tell("STATUS=waiting for the database");
    for (int i = 0; i < CREW_MAX; i++) crew.workers[i].beat_fd = -1;
    for (int i = 0; i < options->count; i++) worker_start(&crew, i);
    const struct timespec turn = {.tv_nsec = TURN_MS * 1000000L};
    while (!crew.is_stopping || crew.left > 0) {
        int number = sigtimedwait(&crew.signals, NULL, &turn);
        if (number == SIGTERM || number == SIGINT) crew_stop(&crew, number);
        if (number < 0 && errno == EAGAIN) crew_listen(&crew);
        crew_reap(&crew);
        crew_restart(&crew);
        crew_report(&crew);
    }
    return 0;
}
