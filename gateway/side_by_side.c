// SPDX-License-Identifier: Apache-2.0
#include "gateway/side_by_side.h"

#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

enum { THREADS_MAX = 32 };

struct share {
    void (*work)(void *argument);
    void *argument;
};

static void *share_run(void *argument) {
    const struct share *share = argument;
    share->work(share->argument);
    return NULL;
}

void side_by_side(void (*work)(void *argument), void *argument) {
    struct share share = {work, argument};
    pthread_t threads[THREADS_MAX];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int count = 0;
    while (count + 1 < processors && count < THREADS_MAX &&
           pthread_create(&threads[count], NULL, share_run, &share) == 0)
        count++;
    (void)share_run(&share);
    for (int i = 0; i < count; i++) (void)pthread_join(threads[i], NULL);
}
