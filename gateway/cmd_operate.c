// SPDX-License-Identifier: Apache-2.0
//
// koban channel, accounts, quarantine, journal, audit, check-config, healthcheck: running
// the service.
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "adapters/registry.h"
#include "core/codec.h"
#include "core/json.h"
#include "core/seal.h"
#include "gateway/cli_db.h"
#include "gateway/command_line.h"
#include "gateway/directory.h"
#include "gateway/house.h"

enum { LINE_BYTES = 4096, ERROR_BYTES = 256 * 1024, HEALTH_SECONDS = 3 };

static bool is_word(const char *text, const char *word) {
    return strcmp(text, word) == 0;
}

static int usage(const char *text) {
    (void)fprintf(stderr, "%s\n", text);
    return 2;
}

static int list(PGconn *conn, const char *sql) {
    PGresult *result = cli_query(conn, sql, NULL);
    if (result == NULL) return 1;
    for (int row = 0; row < PQntuples(result); row++) {
        for (int column = 0; column < PQnfields(result); column++)
            (void)printf("%s%s", column > 0 ? "\t" : "", PQgetvalue(result, row, column));
        (void)printf("\n");
    }
    PQclear(result);
    return 0;
}

static bool channels_moved(PGconn *conn) {
    return cli_run(conn, "update version set value = value + 1 where name = 'channel'",
                   NULL);
}

// The value comes from standard input; the one before stays active for a rotation.
static int secret_set(PGconn *conn, const char *channel, const char *key_name,
                      const struct config *config) {
    char line[LINE_BYTES];
    uint8_t key[32];
    if (!directory_master_key(config->master_key_file, key))
        return usage("the master key file cannot be read");
    (void)fprintf(stderr, "secret: ");
    if (fgets(line, sizeof line, stdin) == NULL) return 1;
    line[strcspn(line, "\r\n")] = '\0';
    struct arena *arena = arena_new(4096);
    struct str context = arena_printf(arena, "%s:%s", channel, key_name);
    struct str sealed = seal_close(key, context, str_of(line), arena);
    const char *hex = arena_cstr(arena, codec_hex(sealed, arena));
    explicit_bzero(line, sizeof line);
    explicit_bzero(key, sizeof key);
    bool is_good =
        cli_run(conn, "begin", NULL) &&
        cli_run(conn,
                "delete from channel_secret s using channel c where c.id = s.channel_id"
                " and c.name = $1 and s.key = $2 and s.slot = 2",
                channel, key_name, NULL) &&
        cli_run(conn,
                "update channel_secret s set slot = 2 from channel c where c.id ="
                " s.channel_id and c.name = $1 and s.key = $2",
                channel, key_name, NULL) &&
        cli_run(conn,
                "insert into channel_secret select id, $2, 1, decode($3, 'hex')"
                " from channel where name = $1",
                channel, key_name, hex, NULL) &&
        channels_moved(conn) && cli_run(conn, "commit", NULL);
    arena_free(arena);
    return is_good ? 0 : 1;
}

static int channel_add(PGconn *conn, int argc, char **argv) {
    if (argc != 6) return usage("koban channel add ID NAME ADAPTER DESK-KOBAN");
    const struct adapter *adapter = adapter_find(str_of(argv[4]));
    if (adapter == NULL) return usage("no such adapter");
    bool is_good =
        cli_run(
            conn,
            "insert into channel (id, force_id, intake_id, name, adapter,"
            " desk_koban_id) select $1::int, a.force_id, 1 + $1::int % 4, $2, $3, k.id"
            " from koban k join area a on a.id = k.area_id where k.id = $4::int",
            argv[2], argv[3], argv[4], argv[5], NULL) &&
        channels_moved(conn);
    if (!is_good) return 1;
    (void)printf("set with koban channel set|secret %s KEY:\n", argv[3]);
    for (size_t i = 0; i < adapter->setting_count; i++)
        (void)printf("  %-22s %s%s%s\n", adapter->settings[i].key,
                     adapter->settings[i].is_required ? "required, " : "",
                     adapter->settings[i].is_secret ? "secret: " : "",
                     adapter->settings[i].doc);
    return 0;
}

static int channel_any(PGconn *conn, int argc, char **argv, const struct config *config) {
    if (argc == 2 && is_word(argv[1], "list"))
        return list(conn, "select id, name, adapter, intake_id, koban_id, desk_koban_id,"
                          " held_reason from channel order by id");
    if (argc >= 2 && is_word(argv[1], "add")) return channel_add(conn, argc, argv);
    if (argc == 4 && is_word(argv[1], "secret"))
        return secret_set(conn, argv[2], argv[3], config);
    bool is_good = false;
    if (argc == 5 && is_word(argv[1], "set"))
        is_good = cli_run(conn,
                          "update channel set settings = settings ||"
                          " jsonb_build_object($2::text, $3::text) where name = $1",
                          argv[2], argv[3], argv[4], NULL);
    else if (argc == 3 && is_word(argv[1], "hold"))
        is_good = cli_run(conn,
                          "update channel set is_held = true, held_reason ="
                          " 'administrator' where name = $1",
                          argv[2], NULL);
    else if (argc == 3 && is_word(argv[1], "release"))
        is_good = cli_run(conn,
                          "update channel set is_held = false, held_reason = ''"
                          " where name = $1",
                          argv[2], NULL);
    else
        return usage("koban channel add | list | set NAME KEY VALUE | secret NAME KEY |"
                     " hold NAME | release NAME");
    return is_good && channels_moved(conn) ? 0 : 1;
}

static int accounts_any(PGconn *conn, int argc, char **argv,
                        const struct config *config) {
    (void)argc;
    (void)argv;
    (void)config;
    PGresult *result = cli_query(conn, "select accounts()", NULL);
    if (result == NULL) return 1;
    struct arena *arena = arena_new(4096);
    struct json_result read;
    json_auto_t *document = json_read(str_of(PQgetvalue(result, 0, 0)), arena, &read);
    (void)printf("%s\n", PQgetvalue(result, 0, 0));
    bool is_whole = json_int(document, "difference", 1) == 0 &&
                    json_array_size(json_array_of(document, "differences")) == 0;
    PQclear(result);
    arena_free(arena);
    return is_whole ? 0 : 1;
}

static int audit_any(PGconn *conn, int argc, char **argv, const struct config *config) {
    (void)config;
    if (argc == 2 && is_word(argv[1], "list"))
        return list(conn, "select at, area_id, officer_id, thread_id, action, detail"
                          " from audit order by at desc limit 200");
    if (argc != 2 || !is_word(argv[1], "verify"))
        return usage("koban audit verify | list");
    PGresult *result = cli_query(
        conn, "select r_area_id, r_position, r_audit_id from audit_verify()", NULL);
    if (result == NULL) return 1;
    int broken = PQntuples(result);
    for (int i = 0; i < broken; i++)
        (void)printf("area %s: broken at position %s, row %s\n", PQgetvalue(result, i, 0),
                     PQgetvalue(result, i, 1), PQgetvalue(result, i, 2));
    if (broken == 0) (void)printf("every link holds\n");
    PQclear(result);
    return broken == 0 ? 0 : 1;
}

static int with_owner(const struct config *config, int argc, char **argv,
                      int (*run)(PGconn *, int, char **, const struct config *)) {
    PGconn *conn =
        cli_connect(config->owner[0] != '\0' ? config->owner : config->database);
    if (conn == NULL) return 1;
    int status = run(conn, argc, argv, config);
    PQfinish(conn);
    return status;
}

int cmd_channel(int argc, char **argv, const struct config *config) {
    return with_owner(config, argc, argv, channel_any);
}

int cmd_accounts(int argc, char **argv, const struct config *config) {
    return with_owner(config, argc, argv, accounts_any);
}

int cmd_audit(int argc, char **argv, const struct config *config) {
    return with_owner(config, argc, argv, audit_any);
}

int cmd_check_config(int argc, char **argv, const struct config *config) {
    struct buf out;
    buf_init(&out, ERROR_BYTES);
    if (argc == 2 && is_word(argv[1], "--sample")) {
        config_sample(&out);
        (void)fwrite(out.p, 1, out.n, stdout);
        buf_free(&out);
        return 0;
    }
    struct arena *arena = arena_new(1 << 20);
    struct house house;
    bool is_good = house_read(&house, config, arena, &out) && out.n == 0;
    (void)fwrite(out.p, 1, out.n, stderr);
    if (is_good) (void)printf("settings, country pack and language files are good\n");
    buf_free(&out);
    arena_free(arena);
    return is_good ? 0 : 1;
}

// Asks /readyz of the admin listener; 0 when it says 200.
int cmd_healthcheck(int argc, char **argv, const struct config *config) {
    (void)argc;
    (void)argv;
    char host[128], answer[64] = {0};
    const char *colon = strrchr(config->admin_listen, ':');
    if (colon == NULL || (size_t)(colon - config->admin_listen) >= sizeof host)
        return usage("admin_listen is not host:port");
    memcpy(host, config->admin_listen, (size_t)(colon - config->admin_listen));
    host[colon - config->admin_listen] = '\0';
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0) return 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = HEALTH_SECONDS};
    static const char ask[] =
        "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    bool is_asked = fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) == 0 &&
                    write(fd, ask, sizeof ask - 1) == (ssize_t)sizeof ask - 1 &&
                    read(fd, answer, sizeof answer - 1) > 0;
    if (fd >= 0) (void)close(fd);
    freeaddrinfo(found);
    return is_asked && strncmp(answer, "HTTP/1.1 200", 12) == 0 ? 0 : 1;
}
