// SPDX-License-Identifier: Apache-2.0
//
// Several workers and their parent: it forks them, starts again what dies or shows no
// sign of life, passes signals on, and speaks for all of them to the service manager. It
// serves nothing itself.
#ifndef GATEWAY_CREW_H
#define GATEWAY_CREW_H

#include <stdint.h>

enum { CREW_MAX = 64 };

// A worker writes one of these about each second into its beat_fd.
#define CREW_ALIVE "."
#define CREW_UP "u" // alive, and has been ready once

struct crew_options {
    int count;
    int64_t silent_ms; // without a beat for this long a worker is ended
    // Runs in the worker's process; its result is the exit status.
    int (*work)(void *context, int worker, int beat_fd);
    void *context;
};

// Until SIGTERM or SIGINT has come and all have ended; the exit status.
int crew_run(const struct crew_options *options);

#endif
