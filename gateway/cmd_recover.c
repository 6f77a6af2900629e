// SPDX-License-Identifier: Apache-2.0
//
// koban quarantine and koban journal: what was kept because it could not be understood,
// verified or stored, brought in by a person.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/registry.h"
#include "core/codec.h"
#include "core/id.h"
#include "core/json.h"
#include "gateway/cli_group.h"
#include "gateway/clock.h"
#include "gateway/command_line.h"
#include "gateway/directory.h"
#include "gateway/journal.h"

enum { ROWS_AT_ONCE = 64, NODE_OF_COMMANDS = 1023 };

struct recovery {
    PGconn *conn; // borrowed
    struct directory *directory;
    struct arena *arena;
    struct id_source ids;
};

static const char *document(PGconn *conn, const char *sql, struct arena *arena) {
    PGresult *result = cli_query(conn, sql, NULL);
    if (result == NULL) return "";
    const char *text = arena_cstr(arena, str_of(PQgetvalue(result, 0, 0)));
    PQclear(result);
    return text;
}

static bool recovery_open(struct recovery *recovery, const struct cli *cli) {
    uint8_t key[32];
    PGconn *conn = cli->conn;
    *recovery = (struct recovery){
        .conn = conn, .arena = cli->arena, .ids = {.node = NODE_OF_COMMANDS}};
    if (!directory_master_key(cli->config->master_key_file, key)) {
        (void)cli_refuse("the master key file cannot be read");
        return false;
    }
    recovery->directory =
        directory_new(str_of(document(conn, "select roster_read()", recovery->arena)),
                      str_of(document(conn, "select channel_read()", recovery->arena)),
                      str_of(document(conn, "select territory_read()", recovery->arena)),
                      key, cli->config);
    explicit_bzero(key, sizeof key);
    return recovery->directory != NULL;
}

static const char *number(struct arena *arena, int64_t value) {
    return arena_cstr(arena, arena_printf(arena, "%lld", (long long)value));
}

// A POST as it was kept, with what is known of it.
struct kept_post {
    int32_t channel_id, intake_id;
    int64_t received_ms;
    int urgency; // 4: its sender was told already
    struct webhook_request request;
};

// One event into the inbox; a serving process's sweep settles it.
static bool inbox_put(struct recovery *recovery, const struct kept_post *post,
                      const struct webhook_events *events, size_t index,
                      int64_t post_id) {
    const struct event *event = &events->events[index];
    int64_t id = index == 0 ? post_id : id_next(&recovery->ids, clock_real_ms());
    struct arena *arena = recovery->arena;
    struct str body = codec_hex(post->request.body, arena);
    bool is_first = index == 0;
    return cli_run(recovery->conn,
                   "select admin_inbox_put($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                   number(arena, post->intake_id), number(arena, post->channel_id),
                   arena_cstr(arena, event->key), number(arena, id),
                   number(arena, post->received_ms), number(arena, (int64_t)event->kind),
                   number(arena, post->urgency), number(arena, post_id),
                   number(arena, (int64_t)index),
                   is_first ? arena_cstr(arena, post->request.target) : "",
                   is_first ? arena_cstr(arena, body) : "", NULL);
}

static bool quarantine_put(struct recovery *recovery, const struct kept_post *post) {
    struct arena *arena = recovery->arena;
    struct str body = codec_hex(post->request.body, arena);
    return cli_run(recovery->conn,
                   "select quarantine_put($1::int, $2::bigint, $3::int, 'unreadable',"
                   " $4::bigint, $5, decode($6, 'hex'))",
                   number(arena, post->intake_id),
                   number(arena, id_next(&recovery->ids, clock_real_ms())),
                   number(arena, post->channel_id), number(arena, post->received_ms),
                   arena_cstr(arena, post->request.target), arena_cstr(arena, body),
                   NULL);
}

static enum adapter_error parse_again(struct recovery *recovery,
                                      const struct kept_post *post,
                                      struct webhook_events *events) {
    const struct channel *channel =
        directory_channel_by_id(recovery->directory, post->channel_id);
    const struct adapter *adapter = channel != NULL ? adapter_find(channel->adapter)
                                                    : NULL;
    if (adapter == NULL) return ADAPTER_UNREADABLE;
    return adapter->parse(channel, &post->request, recovery->arena, events);
}

// Stores the events of a POST, and in the same transaction the whole of it in quarantine
// when something of it could not be read and may not be refused. How many; -1: none.
static int bring_in(struct recovery *recovery, const struct kept_post *post,
                    bool may_refuse) {
    struct webhook_events events = {0};
    bool is_read = parse_again(recovery, post, &events) == ADAPTER_OK;
    bool is_whole = is_read && events.unreadable == 0;
    size_t count = is_read ? events.count : 0;
    if (may_refuse && !is_whole) return -1;
    int64_t post_id = id_next(&recovery->ids, clock_real_ms());
    bool is_good = cli_run(recovery->conn, "begin", NULL);
    for (size_t i = 0; is_good && i < count; i++)
        is_good = inbox_put(recovery, post, &events, i, post_id);
    if (is_good && !is_whole) is_good = quarantine_put(recovery, post);
    bool is_kept = cli_run(recovery->conn, is_good ? "commit" : "rollback", NULL);
    return is_good && is_kept ? (int)count : -1;
}

// Whether a rejected POST verifies with the secrets of today; the signature's own time
// counts, not now.
static bool verifies(struct recovery *recovery, const struct kept_post *post) {
    const struct channel *channel =
        directory_channel_by_id(recovery->directory, post->channel_id);
    const struct adapter *adapter = channel != NULL ? adapter_find(channel->adapter)
                                                    : NULL;
    return adapter != NULL &&
           adapter->verify(channel, &post->request, post->received_ms) == ADAPTER_OK;
}

static struct http_field *fields_of(const char *text, struct arena *arena,
                                    size_t *count) {
    struct json_result result;
    json_t *list = json_read(str_of(text), arena, &result);
    size_t n = json_array_size(list);
    struct http_field *fields = ARENA_ARRAY(arena, struct http_field, n);
    for (size_t i = 0; i < n; i++) {
        const json_t *pair = json_array_get(list, i);
        fields[i].name = arena_dup(arena, json_text(json_array_get(pair, 0)));
        fields[i].value = arena_dup(arena, json_text(json_array_get(pair, 1)));
    }
    json_decref(list);
    *count = n;
    return fields;
}

// What could not be settled is in the inbox still: the sweep of a serving process takes
// it up again, from its first attempt.
static int settle_again(struct recovery *recovery, const char *id) {
    int status = cli_change(recovery->conn, "select admin_inbox_again($1)", id, NULL);
    if (status == 0) (void)printf("1 event is settled again\n");
    return status;
}

// The POST of a row of quarantine_get; false when its bytes are not there.
static bool post_read(struct recovery *recovery, PGresult *row, struct kept_post *post) {
    struct arena *arena = recovery->arena;
    int64_t channel_id = 0, intake_id = 0;
    *post = (struct kept_post){.urgency = 3, .request = {.method = STR("POST")}};
    (void)!str_to_i64(str_of(PQgetvalue(row, 0, 1)), &channel_id);
    (void)!str_to_i64(str_of(PQgetvalue(row, 0, 2)), &post->received_ms);
    (void)!str_to_i64(str_of(PQgetvalue(row, 0, 6)), &intake_id);
    post->channel_id = (int32_t)channel_id;
    post->intake_id = (int32_t)intake_id;
    post->request.target = arena_dup(arena, str_of(PQgetvalue(row, 0, 3)));
    post->request.fields =
        fields_of(PQgetvalue(row, 0, 4), arena, &post->request.field_count);
    return codec_hex_decode(str_of(PQgetvalue(row, 0, 5)), arena, &post->request.body);
}

static int release(struct recovery *recovery, const char *id) {
    PGresult *row = cli_query(recovery->conn,
                              "select r_what, r_channel_id, r_received_ms, r_target,"
                              " r_fields, encode(r_body, 'hex'), r_intake_id"
                              " from quarantine_get($1::bigint)",
                              id, NULL);
    if (row == NULL || PQntuples(row) == 0) {
        PQclear(row);
        return cli_refuse("no such row");
    }
    struct kept_post post;
    bool is_read = post_read(recovery, row, &post);
    bool is_unverified = strcmp(PQgetvalue(row, 0, 0), "unverified") == 0;
    bool is_unsettled = strcmp(PQgetvalue(row, 0, 0), "unsettled") == 0;
    PQclear(row);
    if (is_unsettled) return settle_again(recovery, id);
    if (is_unverified && !verifies(recovery, &post))
        return cli_refuse("it does not verify with the secrets of today");
    int count = is_read ? bring_in(recovery, &post, true) : -1;
    if (count < 0) return cli_refuse("it still cannot be understood");
    (void)printf("%d events brought in\n", count);
    return cli_run(recovery->conn, "select quarantine_done($1::bigint)", id, NULL) ? 0
                                                                                   : 1;
}

static int quarantine_list(const struct cli *cli) {
    return cli_table(cli->conn,
                     "select r_id as id, r_what as what, r_channel as channel,"
                     " r_reason as reason, to_timestamp(r_received_ms / 1000.0) as at,"
                     " r_bytes as bytes from quarantine_list()",
                     NULL);
}

static int quarantine_show(const struct cli *cli) {
    PGresult *row = cli_query(cli->conn,
                              "select r_target, encode(r_body, 'escape')"
                              " from quarantine_get($1::bigint)",
                              cli->argv[0], NULL);
    if (row == NULL) return 1;
    int count = PQntuples(row);
    if (count > 0) (void)printf("%s\n%s\n", PQgetvalue(row, 0, 0), PQgetvalue(row, 0, 1));
    PQclear(row);
    return count > 0 ? 0 : cli_refuse("no such row");
}

static int quarantine_release(const struct cli *cli) {
    struct recovery recovery;
    if (!recovery_open(&recovery, cli)) return 1;
    int status = release(&recovery, cli->argv[0]);
    directory_unref(recovery.directory);
    return status;
}

static const struct cli_command quarantine_commands[] = {
    {"list", "", 0, 0, false, "what is kept", quarantine_list},
    {"show", "ID", 1, 1, false, "its bytes", quarantine_show},
    {"release", "ID", 1, 1, false,
     "brings it in: verified with the secrets of today, read, settled",
     quarantine_release},
};

int cmd_quarantine(int argc, char **argv, const struct config *config) {
    return cli_group(quarantine_commands, ARRAY_LEN(quarantine_commands), argc, argv,
                     config);
}

struct reading {
    struct recovery *recovery;
    struct journal *journal;
    struct event_base *base;
    bool is_replay;
    int brought, bad;
};

static void on_rows(void *context, const struct journal_row *rows, size_t count,
                    size_t damaged) {
    struct reading *reading = context;
    if (damaged > 0) (void)fprintf(stderr, "%zu damaged rows\n", damaged);
    for (size_t i = 0; i < count; i++) {
        const struct journal_row *row = &rows[i];
        (void)printf("%lld\tchannel %d\t%zu bytes%s\n", (long long)row->sequence,
                     (int)row->channel_id, row->body.n,
                     row->is_urgent ? "\temergency" : "");
        if (!reading->is_replay) continue;
        struct kept_post post = {
            row->channel_id,
            row->intake_id,
            row->received_ms,
            row->was_told ? 4 : 3,
            {.method = STR("POST"), .target = row->target, .body = row->body}};
        int events = bring_in(reading->recovery, &post, false);
        if (events < 0) reading->bad++;
        else reading->brought += events;
    }
    bool is_more = count == ROWS_AT_ONCE && reading->is_replay && reading->bad == 0;
    if (reading->is_replay && count > 0 && reading->bad == 0)
        journal_drop(reading->journal, rows[count - 1].sequence, NULL, NULL);
    if (is_more) journal_read(reading->journal, ROWS_AT_ONCE, on_rows, reading);
    else (void)event_base_loopbreak(reading->base);
}

static int journal_go(const char *file, struct reading *reading) {
    if (access(file, R_OK) != 0) return cli_refuse("the file cannot be read");
    reading->base = event_base_new();
    reading->journal = journal_new(reading->base, file);
    bool is_open = reading->journal != NULL;
    if (is_open) {
        journal_read(reading->journal, ROWS_AT_ONCE, on_rows, reading);
        (void)event_base_dispatch(reading->base);
        journal_free(reading->journal);
    }
    event_base_free(reading->base);
    if (!is_open) return cli_refuse("the file is no journal");
    return reading->bad == 0 ? 0 : 1;
}

static int journal_list(const struct cli *cli) {
    struct reading reading = {0};
    return journal_go(cli->argv[0], &reading);
}

static int journal_replay(const struct cli *cli) {
    struct recovery recovery;
    struct reading reading = {.recovery = &recovery, .is_replay = true};
    if (!recovery_open(&recovery, cli)) return 1;
    int status = journal_go(cli->argv[0], &reading);
    (void)printf("%d events brought in\n", reading.brought);
    directory_unref(recovery.directory);
    return status;
}

static const struct cli_command journal_commands[] = {
    {"list", "FILE", 1, 1, true, "what a journal holds: sizes, no content", journal_list},
    {"replay", "FILE", 1, 1, false, "brings in what a dead host's journal holds",
     journal_replay},
};

int cmd_journal(int argc, char **argv, const struct config *config) {
    return cli_group(journal_commands, ARRAY_LEN(journal_commands), argc, argv, config);
}
