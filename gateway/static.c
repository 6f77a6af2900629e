// SPDX-License-Identifier: Apache-2.0
//
// Files in memory with a strong ETag; the .gz beside a file goes to whoever takes gzip.
#include "gateway/static.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/codec.h"
#include "core/hmac.h"
#include "gateway/file.h"

enum { FILES_MAX = 512 };

struct file {
    struct str name, bytes, etag;
};

struct files {
    struct arena *arena;
    struct file list[FILES_MAX];
    size_t count;
};

// Pages: nothing but what we ship, no framing, no inline anything (console.md 8.2).
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: "
    "data:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types koban";

static const char *type_of(struct str name) {
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".wav", "audio/wav"},
        {".mp3", "audio/mpeg"},
        {".txt", "text/plain; charset=utf-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_ends(name, str_of(types[i][0]))) return types[i][1];
    }
    return "application/octet-stream";
}

static void folder_read(struct files *files, const char *folder, const char *prefix) {
    struct str *names = ARENA_ARRAY(files->arena, struct str, FILES_MAX);
    size_t count = file_list(folder, "", files->arena, names, FILES_MAX);
    for (size_t i = 0; i < count && files->count < FILES_MAX; i++) {
        struct str path =
            arena_printf(files->arena, "%s/%.*s", folder, (int)names[i].n, names[i].p);
        struct file file = {.name = arena_join(files->arena, str_of(prefix), names[i])};
        uint8_t hash[SHA256_SIZE];
        if (!file_read(arena_cstr(files->arena, path), files->arena, &file.bytes))
            continue;
        hmac_hash256(file.bytes, hash);
        struct str hex = codec_hex((struct str){(char *)hash, 10}, files->arena);
        file.etag = arena_printf(files->arena, "\"%.*s\"", (int)hex.n, hex.p);
        files->list[files->count++] = file;
    }
}

struct files *files_new(const char *folder) {
    struct arena *arena = arena_new(1 << 20);
    struct files *files = ARENA_NEW(arena, struct files);
    files->arena = arena;
    struct str assets = arena_printf(arena, "%s/assets", folder);
    folder_read(files, folder, "");
    folder_read(files, arena_cstr(arena, assets), "assets/");
    if (files->count > 0) return files;
    arena_free(arena);
    return NULL;
}

void files_free(struct files *files) {
    if (files != NULL) arena_free(files->arena);
}

static const struct file *find(const struct files *files, struct str name) {
    for (size_t i = 0; i < files->count; i++) {
        if (str_eq(files->list[i].name, name)) return &files->list[i];
    }
    return NULL;
}

// "main-3F9A7C2B.js": the build puts a hash of eight or more before the ending.
static bool is_hashed(struct str name) {
    size_t dash = name.n;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '-') dash = i;
    }
    if (dash == name.n) return false;
    size_t dot = str_find(name, STR("."), dash);
    return dot - dash - 1 >= 8 && !str_ends(name, STR(".html"));
}

bool files_reply(const struct files *files, struct http_request *request,
                 struct str name) {
    const struct file *file = find(files, name);
    if (file == NULL) return false;
    bool takes_gzip = str_contains(http_field(request, "accept-encoding"), STR("gzip"));
    const struct file *packed =
        takes_gzip ? find(files, arena_join(request->arena, name, STR(".gz"))) : NULL;
    http_header(request, "ETag", file->etag);
    http_header(request, "Vary", STR("Accept-Encoding"));
    http_header(request, "Referrer-Policy", STR("no-referrer"));
    http_header(request, "Content-Security-Policy", str_of(policy));
    http_header(request, "Cache-Control",
                is_hashed(name) ? STR("public, max-age=31536000, immutable")
                                : STR("no-cache"));
    if (str_eq(http_field(request, "if-none-match"), file->etag)) {
        http_reply(request, 304, NULL, (struct str){0});
        return true;
    }
    if (packed != NULL) http_header(request, "Content-Encoding", STR("gzip"));
    http_reply(request, 200, type_of(name), packed != NULL ? packed->bytes : file->bytes);
    return true;
}
