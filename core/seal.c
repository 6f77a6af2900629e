// SPDX-License-Identifier: Apache-2.0
//
// A random nonce a secret: few secrets are ever sealed under one key, far from the 2^32
// that random nonces allow.
#include "core/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "core/hmac.h"

enum { SEAL_MAX = 65536 };

static unsigned char *bytes(char *p) {
    return (unsigned char *)p;
}

// OpenSSL takes NULL for another call; nothing is a place all the same.
static const unsigned char *input(struct str s) {
    return s.n > 0 ? (const unsigned char *)s.p : (const unsigned char *)"";
}

struct str seal_close(const uint8_t key[SEAL_KEY_SIZE], struct str context,
                      struct str plain, struct arena *arena) {
    size_t n = SEAL_NONCE_SIZE + plain.n + SEAL_TAG_SIZE;
    char *out = arena_alloc(arena, n);
    random_bytes(out, SEAL_NONCE_SIZE);
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int got = 0;
    bool good = cipher != NULL && plain.n <= SEAL_MAX && context.n <= SEAL_MAX;
    good = good && EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, bytes(out));
    good = good && EVP_EncryptUpdate(cipher, NULL, &got, input(context), (int)context.n);
    good = good && EVP_EncryptUpdate(cipher, bytes(out) + SEAL_NONCE_SIZE, &got,
                                     input(plain), (int)plain.n);
    good = good && EVP_EncryptFinal_ex(cipher, bytes(out) + SEAL_NONCE_SIZE + got, &got);
    good = good && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_SIZE,
                                       out + SEAL_NONCE_SIZE + plain.n);
    EVP_CIPHER_CTX_free(cipher);
    if (!good) abort();
    return (struct str){out, n};
}

bool seal_open(const uint8_t key[SEAL_KEY_SIZE], struct str context, struct str sealed,
               struct arena *arena, struct str *plain) {
    size_t frame = SEAL_NONCE_SIZE + SEAL_TAG_SIZE;
    if (sealed.n < frame || sealed.n > frame + SEAL_MAX || context.n > SEAL_MAX)
        return false;
    size_t n = sealed.n - SEAL_NONCE_SIZE - SEAL_TAG_SIZE;
    char *copy = arena_cstr(arena, sealed);
    char *out = arena_alloc(arena, n + 1);
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    if (cipher == NULL) abort();
    int got = 0;
    bool good = EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, bytes(copy)) ==
                1;
    good = good &&
           EVP_DecryptUpdate(cipher, NULL, &got, input(context), (int)context.n) == 1;
    good = good && EVP_DecryptUpdate(cipher, bytes(out), &got,
                                     bytes(copy) + SEAL_NONCE_SIZE, (int)n) == 1;
    good = good && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, SEAL_TAG_SIZE,
                                       copy + SEAL_NONCE_SIZE + n) == 1;
    good = good && EVP_DecryptFinal_ex(cipher, bytes(out) + got, &got) == 1;
    EVP_CIPHER_CTX_free(cipher);
    if (good) *plain = (struct str){out, n};
    else OPENSSL_cleanse(out, n); // decrypted, but not authentic: nobody may see it
    return good;
}
