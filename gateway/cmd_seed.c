// SPDX-License-Identifier: Apache-2.0
//
// koban seed --demo: the invented city of sql/seed, officers' passwords and codes, the
// channels' secrets sealed under this installation's key. For trying out, never for
// service; again and again it changes nothing that is there.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/codec.h"
#include "core/hmac.h"
#include "core/seal.h"
#include "gateway/cli_db.h"
#include "gateway/command_line.h"
#include "gateway/directory.h"
#include "gateway/file.h"
#include "gateway/session.h"

// Said on the screen by make run: a demo's secrets are no secrets.
static const char demo_password[] = "koban-demo-password";
static const char demo_totp[] = "koban-demo-totp-1234";
static const char demo_secret[] = "koban-demo-secret-0123456789abcdef";

static bool key_make(const char *path, uint8_t key[32]) {
    if (directory_master_key(path, key)) return true;
    struct arena *arena = arena_new(256);
    random_bytes(key, 32);
    struct str hex = codec_hex((struct str){(char *)key, 32}, arena);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_good = fd >= 0 && write(fd, hex.p, hex.n) == (ssize_t)hex.n;
    if (fd >= 0) (void)close(fd);
    arena_free(arena);
    if (!is_good) (void)fprintf(stderr, "%s: cannot be written\n", path);
    return is_good;
}

static bool officers_seed(PGconn *conn, const uint8_t key[32], struct arena *arena) {
    PGresult *logins = cli_query(conn, "select login from admin_demo_officers()", NULL);
    if (logins == NULL) return false;
    bool is_good = true;
    // One hash for all: it is a demo, and hashing is slow on purpose.
    struct str hash = PQntuples(logins) > 0
                          ? session_password_hash(str_of(demo_password), arena)
                          : (struct str){0};
    for (int i = 0; is_good && i < PQntuples(logins); i++) {
        struct str login = str_of(PQgetvalue(logins, i, 0));
        struct str sealed = seal_close(key, arena_join(arena, STR("totp:"), login),
                                       str_of(demo_totp), arena);
        is_good = cli_run(conn, "select admin_officer_password($1, $2, $3)",
                          PQgetvalue(logins, i, 0), arena_cstr(arena, hash),
                          arena_cstr(arena, codec_hex(sealed, arena)), NULL);
    }
    PQclear(logins);
    return is_good;
}

static bool secrets_seed(PGconn *conn, const uint8_t key[32], struct arena *arena) {
    PGresult *channels =
        cli_query(conn, "select channel, key from admin_demo_secrets()", NULL);
    if (channels == NULL) return false;
    bool is_good = true;
    for (int i = 0; is_good && i < PQntuples(channels); i++) {
        const char *channel = PQgetvalue(channels, i, 0);
        const char *name = PQgetvalue(channels, i, 1);
        struct str context = arena_printf(arena, "%s:%s", channel, name);
        struct str sealed = seal_close(key, context, str_of(demo_secret), arena);
        is_good = cli_run(conn, "select admin_channel_secret($1, $2, $3)", channel, name,
                          arena_cstr(arena, codec_hex(sealed, arena)), NULL);
    }
    PQclear(channels);
    return is_good && cli_run(conn, "select admin_moved('roster')", NULL);
}

// The pack chooses the city: deploy/country/id.json goes with seed/demo_id.sql; a pack
// without one of its own takes the first.
static bool city_read(const struct config *config, struct arena *arena,
                      struct str *script) {
    const char *slash = strrchr(config->country_pack, '/');
    struct str name = str_of(slash != NULL ? slash + 1 : config->country_pack);
    struct str tag = str_slice(name, 0, str_find(name, STR("."), 0));
    struct str own =
        arena_printf(arena, "%s/seed/demo_%.*s.sql", config->sql, (int)tag.n, tag.p);
    struct str first = arena_printf(arena, "%s/seed/demo.sql", config->sql);
    return file_read(arena_cstr(arena, own), arena, script) ||
           file_read(arena_cstr(arena, first), arena, script);
}

int cmd_seed(int argc, char **argv, const struct config *config) {
    if (argc != 2 || strcmp(argv[1], "--demo") != 0) {
        (void)fprintf(stderr, "koban seed --demo\n");
        return 2;
    }
    struct arena *arena = arena_new(1 << 16);
    struct str script;
    uint8_t key[32];
    PGconn *conn = NULL;
    bool is_good =
        city_read(config, arena, &script) && key_make(config->master_key_file, key) &&
        (conn = cli_connect(config->owner[0] != '\0' ? config->owner
                                                     : config->database)) != NULL &&
        cli_run(conn, "begin", NULL) &&
        cli_script(conn, "seed", arena_cstr(arena, script)) &&
        officers_seed(conn, key, arena) && secrets_seed(conn, key, arena) &&
        cli_run(conn, "commit", NULL);
    explicit_bzero(key, sizeof key);
    if (conn != NULL) PQfinish(conn);
    if (is_good) {
        struct str seed = codec_hex(str_of(demo_totp), arena);
        (void)printf("demo password: %s\ndemo code secret (hex): %.*s\n"
                     "demo channel secret: %s\n",
                     demo_password, (int)seed.n, seed.p, demo_secret);
    }
    arena_free(arena);
    return is_good ? 0 : 1;
}
