// SPDX-License-Identifier: Apache-2.0
//
// EVP_MAC contexts are made once a thread of use and duplicated: fetching the algorithm
// is the dear part.
#include "core/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <sys/random.h>

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

static void hmac(EVP_MAC_CTX *context, struct str key, const struct str *parts,
                 size_t count, uint8_t *out, size_t size) {
    static const unsigned char none[1] = {0};
    const unsigned char *bytes = key.n > 0 ? (const unsigned char *)key.p : none;
    size_t n = size;
    bool good = EVP_MAC_init(context, bytes, key.n > 0 ? key.n : 1, NULL) == 1;
    for (size_t i = 0; good && i < count; i++) {
        good = parts[i].n == 0 ||
               EVP_MAC_update(context, (const unsigned char *)parts[i].p, parts[i].n) ==
                   1;
    }
    if (!good || EVP_MAC_final(context, out, &n, size) != 1 || n != size) abort();
}

void hmac_sha256(struct str key, const struct str *parts, size_t count,
                 uint8_t out[SHA256_SIZE]) {
    static _Thread_local EVP_MAC_CTX *context;
    if (context == NULL) context = context_new("SHA256");
    hmac(context, key, parts, count, out, SHA256_SIZE);
}

void hmac_sha1(struct str key, const struct str *parts, size_t count,
               uint8_t out[SHA1_SIZE]) {
    static _Thread_local EVP_MAC_CTX *context;
    if (context == NULL) context = context_new("SHA1");
    hmac(context, key, parts, count, out, SHA1_SIZE);
}

void hmac_hash256(struct str data, uint8_t out[SHA256_SIZE]) {
    static const unsigned char none[1] = {0};
    unsigned n = SHA256_SIZE;
    const void *p = data.n > 0 ? (const void *)data.p : none;
    if (EVP_Digest(p, data.n, out, &n, EVP_sha256(), NULL) != 1) abort();
}

bool hmac_equal(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

void random_bytes(void *out, size_t n) {
    uint8_t *p = out;
    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);
        if (got <= 0) abort();
        p += got;
        n -= (size_t)got;
    }
}
