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
#include "gateway/cli_group.h"
#include "gateway/command_line.h"
#include "gateway/directory.h"
#include "gateway/house.h"

enum { LINE_BYTES = 4096, ERROR_BYTES = 256 * 1024, HEALTH_SECONDS = 3 };

// ---- channels

static const struct adapter_setting *setting_find(const struct adapter *adapter,
                                                  const char *key) {
    const struct adapter_setting *setting;
    for (size_t i = 0; (setting = adapter_setting_at(adapter, i)) != NULL; i++) {
        if (strcmp(setting->key, key) == 0) return setting;
    }
    return NULL;
}

static void settings_print(FILE *out, const struct adapter *adapter, const char *name) {
    const struct adapter_setting *setting;
    for (size_t i = 0; (setting = adapter_setting_at(adapter, i)) != NULL; i++) {
        (void)fprintf(out, "  koban channel %s %s %s%s\n      %s%s\n",
                      setting->is_secret ? "secret" : "set", name, setting->key,
                      setting->is_secret ? "" : " VALUE",
                      setting->is_required ? "required: " : "", setting->doc);
    }
}

static void opt_out_print(const struct adapter *adapter) {
    if (!adapter->enforces_opt_out) return;
    (void)printf(
        "This provider enforces STOP itself: an address that sent it gets no text "
        "from this\nsender any more, no answer to a plea either, until START. "
        "Alerts need a sender of their\nown: add a second channel for them.\n");
}

// The setting of the channel that argv[0] names, when it is one of `is_secret`; else
// NULL, told what there is.
static bool has_setting(const struct cli *cli, bool is_secret) {
    PGresult *result = cli_query(
        cli->conn, "select coalesce(admin_channel_adapter($1), '')", cli->argv[0], NULL);
    if (result == NULL) return false;
    const struct adapter *adapter = adapter_find(str_of(PQgetvalue(result, 0, 0)));
    PQclear(result);
    if (adapter == NULL) {
        (void)cli_refuse("no channel has this name");
        return false;
    }
    const struct adapter_setting *setting = setting_find(adapter, cli->argv[1]);
    if (setting != NULL && setting->is_secret == is_secret) return true;
    (void)cli_refuse("that is no such setting of this channel; there are");
    settings_print(stderr, adapter, cli->argv[0]);
    return false;
}

static int channel_list(const struct cli *cli) {
    return cli_table(cli->conn, "select * from admin_channel_list()", NULL);
}

static int channel_add(const struct cli *cli) {
    const struct adapter *adapter = adapter_find(str_of(cli->argv[1]));
    if (adapter == NULL) {
        (void)fprintf(stderr, "koban: no adapter has this name; there are");
        for (size_t i = 0; (adapter = adapter_at(i)) != NULL; i++)
            (void)fprintf(stderr, " %s", adapter->name);
        (void)fprintf(stderr, "\n");
        return 2;
    }
    int status = cli_change(cli->conn, "select admin_channel_add($1, $2, $3, $4)",
                            cli->argv[0], cli->argv[1], cli->argv[2],
                            cli_argument(cli, 3, ""), NULL);
    if (status != 0) return status;
    settings_print(stdout, adapter, cli->argv[0]);
    opt_out_print(adapter);
    return 0;
}

static int channel_set(const struct cli *cli) {
    if (!has_setting(cli, false)) return 2;
    const char *problem =
        adapter_setting_problem(str_of(cli->argv[1]), str_of(cli->argv[2]));
    if (problem != NULL) return cli_refuse(problem);
    return cli_change(cli->conn, "select admin_channel_set($1, $2, $3)", cli->argv[0],
                      cli->argv[1], cli->argv[2], NULL);
}

// The value comes from standard input; the one before stays active for a rotation.
static int channel_secret(const struct cli *cli) {
    char line[LINE_BYTES];
    uint8_t key[32];
    if (!has_setting(cli, true)) return 2;
    if (!directory_master_key(cli->config->master_key_file, key))
        return cli_refuse("the master key file cannot be read");
    if (!cli_line("secret", line, sizeof line))
        return cli_refuse("the secret comes by standard input");
    struct str context = arena_printf(cli->arena, "%s:%s", cli->argv[0], cli->argv[1]);
    struct str sealed = seal_close(key, context, str_of(line), cli->arena);
    explicit_bzero(line, sizeof line);
    explicit_bzero(key, sizeof key);
    return cli_change(cli->conn, "select admin_channel_secret($1, $2, $3)", cli->argv[0],
                      cli->argv[1], arena_cstr(cli->arena, codec_hex(sealed, cli->arena)),
                      NULL);
}

static int channel_hold(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_channel_hold($1, true)", cli->argv[0],
                      NULL);
}

static int channel_release(const struct cli *cli) {
    return cli_change(cli->conn, "select admin_channel_hold($1, false)", cli->argv[0],
                      NULL);
}

// ---- audit

static int audit_list(const struct cli *cli) {
    return cli_table(cli->conn, "select * from admin_audit_list(200)", NULL);
}

static int audit_verify(const struct cli *cli) {
    PGresult *result = cli_query(
        cli->conn, "select r_area_id, r_position, r_audit_id from audit_verify()", NULL);
    if (result == NULL) return 1;
    int broken = PQntuples(result);
    for (int i = 0; i < broken; i++) {
        bool is_unsealed = strcmp(PQgetvalue(result, i, 1), "0") == 0;
        if (is_unsealed)
            (void)printf("area %s: row %s was never sealed\n", PQgetvalue(result, i, 0),
                         PQgetvalue(result, i, 2));
        else
            (void)printf("area %s: broken at position %s, row %s\n",
                         PQgetvalue(result, i, 0), PQgetvalue(result, i, 1),
                         PQgetvalue(result, i, 2));
    }
    if (broken == 0) (void)printf("every link holds\n");
    PQclear(result);
    return broken == 0 ? 0 : 1;
}

// ---- their tables

static const struct cli_command channel_commands[] = {
    {"list", "", 0, 0, false, "every channel", channel_list},
    {"add", "NAME ADAPTER DESK-KOBAN [KOBAN]", 3, 4, false,
     "texts go to KOBAN, else by place, else to the desk; prints what to set",
     channel_add},
    {"set", "NAME KEY VALUE", 3, 3, false, "a setting that is no secret", channel_set},
    {"secret", "NAME KEY", 2, 2, false,
     "from standard input; the value before verifies until the next", channel_secret},
    {"hold", "NAME", 1, 1, false, "sends nothing more", channel_hold},
    {"release", "NAME", 1, 1, false, "sends again", channel_release},
};

static const struct cli_command audit_commands[] = {
    {"verify", "", 0, 0, false, "every link of the chain; 1 when one is broken",
     audit_verify},
    {"list", "", 0, 0, false, "the last 200 rows", audit_list},
};

int cmd_channel(int argc, char **argv, const struct config *config) {
    return cli_group(channel_commands, ARRAY_LEN(channel_commands), argc, argv, config);
}

int cmd_audit(int argc, char **argv, const struct config *config) {
    return cli_group(audit_commands, ARRAY_LEN(audit_commands), argc, argv, config);
}

int cmd_accounts(int argc, char **argv, const struct config *config) {
    (void)argc;
    (void)argv;
    PGconn *conn =
        cli_connect(config->owner[0] != '\0' ? config->owner : config->database);
    PGresult *result = conn != NULL ? cli_query(conn, "select accounts()", NULL) : NULL;
    bool is_whole = false;
    if (result != NULL) {
        struct arena *arena = arena_new(4096);
        struct json_result read;
        json_auto_t *document = json_read(str_of(PQgetvalue(result, 0, 0)), arena, &read);
        (void)printf("%s\n", PQgetvalue(result, 0, 0));
        is_whole = json_int(document, "difference", 1) == 0 &&
                   json_array_size(json_array_of(document, "differences")) == 0;
        arena_free(arena);
    }
    PQclear(result);
    PQfinish(conn);
    return is_whole ? 0 : 1;
}

int cmd_check_config(int argc, char **argv, const struct config *config) {
    struct buf out;
    if (argc == 2 && strcmp(argv[1], "--sample") != 0)
        return cli_refuse("check-config takes --sample or nothing");
    buf_init(&out, ERROR_BYTES);
    if (argc == 2) {
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
        return cli_refuse("admin_listen is not host:port");
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
