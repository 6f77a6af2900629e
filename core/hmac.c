// SPDX-License-Identifier: Apache-2.0
//
// EVP_MAC contexts are made once a thread and used again: fetching the algorithm is the
// dear part.
#include "core/hmac.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <sys/random.h>

struct hmac_key {
    EVP_MAC_CTX *context;
};

// OpenSSL takes no NULL for an empty key or text. A key of one zero byte is the empty
// key: RFC 2104 fills both with zeros.
static const unsigned char zero[1];

static EVP_MAC_CTX *context_new(const char *digest) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)(uintptr_t)digest,
                                         0),
        OSSL_PARAM_construct_end(),
    };
    if (context == NULL || EVP_MAC_CTX_set_params(context, params) != 1) abort();
    EVP_MAC_free(mac);
    return context;
}

static void set_key(EVP_MAC_CTX *context, struct str key) {
    const unsigned char *bytes = key.n > 0 ? (const unsigned char *)key.p : zero;
    if (EVP_MAC_init(context, bytes, key.n > 0 ? key.n : 1, NULL) != 1) abort();
}

// The rest, once the context has its key.
static void sum(EVP_MAC_CTX *context, const struct str *parts, size_t count, uint8_t *out,
                size_t size) {
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        good = parts[i].n == 0 ||
               EVP_MAC_update(context, (const unsigned char *)parts[i].p, parts[i].n) ==
                   1;
    }
    size_t n = size;
    if (!good || EVP_MAC_final(context, out, &n, size) != 1 || n != size) abort();
}

void hmac_sha256(struct str key, const struct str *parts, size_t count,
                 uint8_t out[SHA256_SIZE]) {
    static _Thread_local EVP_MAC_CTX *context;
    if (context == NULL) context = context_new("SHA256");
    set_key(context, key);
    sum(context, parts, count, out, SHA256_SIZE);
}

void hmac_sha1(struct str key, const struct str *parts, size_t count,
               uint8_t out[SHA1_SIZE]) {
    static _Thread_local EVP_MAC_CTX *context;
    if (context == NULL) context = context_new("SHA1");
    set_key(context, key);
    sum(context, parts, count, out, SHA1_SIZE);
}

struct hmac_key *hmac_key_new(struct str key) {
    struct hmac_key *made = malloc(sizeof *made);
    if (made == NULL) abort();
    made->context = context_new("SHA256");
    set_key(made->context, key);
    return made;
}

void hmac_key_free(struct hmac_key *key) {
    if (key == NULL) return;
    EVP_MAC_CTX_free(key->context);
    free(key);
}

void hmac_key_sha256(struct hmac_key *key, const struct str *parts, size_t count,
                     uint8_t out[SHA256_SIZE]) {
    // Without a key: back to the state behind the key that was set (EVP_MAC(3)).
    if (EVP_MAC_init(key->context, NULL, 0, NULL) != 1) abort();
    sum(key->context, parts, count, out, SHA256_SIZE);
}

void hmac_hash256(struct str data, uint8_t out[SHA256_SIZE]) {
    static _Thread_local EVP_MD_CTX *context;
    static _Thread_local EVP_MD *digest;
    if (context == NULL) {
        context = EVP_MD_CTX_new();
        digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    }
    unsigned n = 0;
    bool good = context != NULL && digest != NULL &&
                EVP_DigestInit_ex2(context, digest, NULL) == 1 &&
                (data.n == 0 || EVP_DigestUpdate(context, data.p, data.n) == 1) &&
                EVP_DigestFinal_ex(context, out, &n) == 1;
    if (!good || n != SHA256_SIZE) abort();
}

bool hmac_equal(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

void random_bytes(void *out, size_t n) {
    uint8_t *p = out;
    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) abort();
        p += got;
        n -= (size_t)got;
    }
}
