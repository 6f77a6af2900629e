// SPDX-License-Identifier: Apache-2.0
//
// The one home of libcrypt and liboath.
#include "gateway/session.h"

#include <crypt.h>
#include <liboath/oath.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/codec.h"
#include "core/hmac.h"

enum { THREADS = 2, QUEUE_MAX = 32, TOTP_STEP = 30, TOTP_DIGITS = 6 };

struct check {
    struct check *next;
    char password[256];
    char hash[SESSION_HASH_MAX];
    bool is_good;
    hasher_done *done;
    void *context;
};

struct hasher {
    pthread_t threads[THREADS];
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct check *in, *out;
    size_t waiting;
    bool is_stopping;
    int pipe[2];
    struct event *on_out;
};

// What an unknown login is compared with, so that it takes as long as a known one.
static const char nobody[] = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$"
                             "tnSYvahCwPBHKZUspmcxMfb0.WiB9W.zEaKlOBL35rC";

static void check_one(struct check *check) {
    struct crypt_data data = {0};
    const char *setting = check->hash[0] != '\0' ? check->hash : nobody;
    const char *made = crypt_r(check->password, setting, &data);
    check->is_good = made != NULL && check->hash[0] != '\0' &&
                     hmac_equal(str_of(made), str_of(check->hash));
    explicit_bzero(check->password, sizeof check->password);
    explicit_bzero(&data, sizeof data);
}

static void *work(void *context) {
    struct hasher *hasher = context;
    for (;;) {
        (void)pthread_mutex_lock(&hasher->lock);
        while (hasher->in == NULL && !hasher->is_stopping)
            (void)pthread_cond_wait(&hasher->wake, &hasher->lock);
        struct check *check = hasher->in;
        if (check != NULL) hasher->in = check->next;
        (void)pthread_mutex_unlock(&hasher->lock);
        if (check == NULL) return NULL;
        check_one(check);
        (void)pthread_mutex_lock(&hasher->lock);
        check->next = hasher->out;
        hasher->out = check;
        (void)pthread_mutex_unlock(&hasher->lock);
        ssize_t written = write(hasher->pipe[1], "x", 1);
        (void)written;
    }
}

static void on_out(evutil_socket_t fd, short what, void *context) {
    (void)what;
    struct hasher *hasher = context;
    char bytes[64];
    ssize_t got = read(fd, bytes, sizeof bytes);
    (void)got;
    (void)pthread_mutex_lock(&hasher->lock);
    struct check *check = hasher->out;
    hasher->out = NULL;
    (void)pthread_mutex_unlock(&hasher->lock);
    while (check != NULL) {
        struct check *next = check->next;
        hasher->waiting--;
        check->done(check->context, check->is_good);
        free(check);
        check = next;
    }
}

bool hasher_check(struct hasher *hasher, struct str password, struct str hash,
                  hasher_done *done, void *context) {
    if (hasher->waiting >= QUEUE_MAX || password.n >= 256 || hash.n >= SESSION_HASH_MAX)
        return false;
    struct check *check = calloc(1, sizeof *check);
    if (check == NULL) abort();
    memcpy(check->password, password.p, password.n);
    if (hash.n > 0) memcpy(check->hash, hash.p, hash.n);
    check->done = done;
    check->context = context;
    hasher->waiting++;
    (void)pthread_mutex_lock(&hasher->lock);
    struct check **tail = &hasher->in;
    while (*tail != NULL) tail = &(*tail)->next;
    *tail = check;
    (void)pthread_cond_signal(&hasher->wake);
    (void)pthread_mutex_unlock(&hasher->lock);
    return true;
}

struct hasher *hasher_new(struct event_base *base) {
    struct hasher *hasher = calloc(1, sizeof *hasher);
    if (hasher == NULL) abort();
    if (pipe(hasher->pipe) != 0) abort();
    (void)evutil_make_socket_nonblocking(hasher->pipe[0]);
    (void)evutil_make_socket_closeonexec(hasher->pipe[0]);
    (void)evutil_make_socket_closeonexec(hasher->pipe[1]);
    hasher->on_out =
        event_new(base, hasher->pipe[0], EV_READ | EV_PERSIST, on_out, hasher);
    (void)event_add(hasher->on_out, NULL);
    (void)pthread_mutex_init(&hasher->lock, NULL);
    (void)pthread_cond_init(&hasher->wake, NULL);
    for (size_t i = 0; i < THREADS; i++) {
        if (pthread_create(&hasher->threads[i], NULL, work, hasher) != 0) abort();
    }
    return hasher;
}

void hasher_free(struct hasher *hasher) {
    if (hasher == NULL) return;
    (void)pthread_mutex_lock(&hasher->lock);
    hasher->is_stopping = true;
    (void)pthread_cond_broadcast(&hasher->wake);
    (void)pthread_mutex_unlock(&hasher->lock);
    for (size_t i = 0; i < THREADS; i++) (void)pthread_join(hasher->threads[i], NULL);
    event_free(hasher->on_out);
    (void)close(hasher->pipe[0]);
    (void)close(hasher->pipe[1]);
    for (struct check *check = hasher->out, *next; check != NULL; check = next) {
        next = check->next;
        free(check);
    }
    free(hasher);
}

struct str session_password_hash(struct str password, struct arena *arena) {
    struct crypt_data data = {0};
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting) == NULL) abort();
    const char *made = crypt_r(arena_cstr(arena, password), setting, &data);
    if (made == NULL) abort();
    struct str hash = arena_dup(arena, str_of(made));
    explicit_bzero(&data, sizeof data);
    return hash;
}

bool session_totp(struct str secret, struct str digits, int64_t now_ms,
                  int64_t *counter) {
    if (digits.n != TOTP_DIGITS || secret.n == 0) return false;
    int64_t now = now_ms / 1000 / TOTP_STEP;
    for (int64_t step = now - SESSION_TOTP_WINDOW; step <= now + SESSION_TOTP_WINDOW;
         step++) {
        char made[TOTP_DIGITS + 1];
        if (oath_hotp_generate(secret.p, secret.n, (uint64_t)step, TOTP_DIGITS, false,
                               OATH_HOTP_DYNAMIC_TRUNCATION, made) != OATH_OK)
            return false;
        if (hmac_equal(digits, (struct str){made, TOTP_DIGITS})) {
            *counter = step;
            return true;
        }
    }
    return false;
}

struct str session_token(struct arena *arena, uint8_t hash[32]) {
    uint8_t bytes[SESSION_TOKEN_BYTES];
    random_bytes(bytes, sizeof bytes);
    struct str token = codec_hex((struct str){(char *)bytes, sizeof bytes}, arena);
    hmac_hash256(token, hash);
    return token;
}

bool session_hash(struct str token, uint8_t hash[32]) {
    if (token.n != 2 * SESSION_TOKEN_BYTES) return false;
    hmac_hash256(token, hash);
    return true;
}
