// SPDX-License-Identifier: Apache-2.0
//
// Microseconds of processor a message of triage_run(), with the data files that ship;
// median of rounds.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "gateway/house.h"

enum { ROUNDS = 5, MESSAGES = 10000, ERROR_BYTES = 65536 };

static const char *const texts[] = {
    "財布を落としました 駅のあたりです",
    "助けて 夫が息をしていません 桜町3丁目",
    "交番は何時まで開いていますか",
    "すみません、昨日の夜から隣の部屋の音がうるさくて眠れません。どうしたらいいですか",
    "dompet saya hilang di pasar tadi pagi",
    "tolong ada kebakaran di gang sebelah masjid",
    "my bicycle was stolen in front of the station, what should I do now",
    "someone is in my house, please hurry",
};

static double now_us(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double round_us(const struct house *house, struct arena *arena) {
    double from = now_us();
    for (size_t i = 0; i < MESSAGES; i++) {
        struct triage_input input = {.text = str_of(texts[i % ARRAY_LEN(texts)])};
        struct triage_result result;
        triage_run(house->triage, &input, &result, arena);
        arena_reset(arena);
    }
    return (now_us() - from) / MESSAGES;
}

int main(void) {
    static struct config config;
    struct buf errors;
    struct house house;
    struct arena *memory = arena_new(1 << 20), *arena = arena_new(0);
    buf_init_arena(&errors, memory, ERROR_BYTES);
    if (!config_read(&config, NULL, NULL, 0, &errors) ||
        !house_read(&house, &config, memory, &errors)) {
        (void)fprintf(stderr, "%.*s", (int)errors.n, errors.p);
        return 1;
    }
    double rounds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) rounds[i] = round_us(&house, arena);
    qsort(rounds, ROUNDS, sizeof rounds[0], by_value);
    (void)printf("%.1f\n", rounds[ROUNDS / 2]);
    arena_free(arena);
    arena_free(memory);
    return 0;
}
