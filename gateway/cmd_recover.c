// SPDX-License-Identifier: Apache-2.0
//
// koban quarantine and koban journal: what was kept because it could not be understood,
// verified or stored, brought in by a person.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/registry.h"
#include "core/codec.h"
#include "core/id.h"
#include "core/json.h"
#include "gateway/cli_db.h"
#include "gateway/clock.h"
#include "gateway/command_line.h"
#include "gateway/directory.h"
#include "gateway/journal.h"

enum { ROWS_AT_ONCE = 64, NODE_OF_COMMANDS = 1023 };

struct recovery {
    PGconn *conn;
    struct directory *directory;
    struct arena *arena;
    struct id_source ids;
};

static int usage(const char *text) {
    (void)fprintf(stderr, "%s\n", text);
    return 2;
}

static const char *document(PGconn *conn, const char *sql, struct arena *arena) {
    PGresult *result = cli_query(conn, sql, NULL);
    if (result == NULL) return "";
    const char *text = arena_cstr(arena, str_of(PQgetvalue(result, 0, 0)));
    PQclear(result);
    return text;
}

static bool recovery_open(struct recovery *recovery, const struct config *config) {
    uint8_t key[32];
    recovery->arena = arena_new(1 << 16);
    recovery->ids = (struct id_source){.node = NODE_OF_COMMANDS};
    recovery->conn =
        cli_connect(config->owner[0] != '\0' ? config->owner : config->database);
    if (recovery->conn == NULL || !directory_master_key(config->master_key_file, key))
        return false;
    PGconn *conn = recovery->conn;
    recovery->directory = directory_new(
        str_of(document(conn, "select roster_read()", recovery->arena)),
        str_of(document(conn, "select channel_read()", recovery->arena)),
        str_of(document(conn, "select territory_read()", recovery->arena)), key, config);
    explicit_bzero(key, sizeof key);
    return recovery->directory != NULL;
}

static void recovery_close(struct recovery *recovery) {
    directory_unref(recovery->directory);
    if (recovery->conn != NULL) PQfinish(recovery->conn);
    arena_free(recovery->arena);
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
                      const struct event *event, size_t index, int64_t post_id,
                      int64_t id) {
    struct arena *arena = recovery->arena;
    struct str body = codec_hex(post->request.body, arena);
    bool is_first = index == 0;
    return cli_run(
        recovery->conn,
        "insert into inbox (intake_id, channel_id, event_key, id, received_at, kind,"
        " urgency, post_id, event_index, target, body) values ($1::int, $2::int, $3,"
        " $4::bigint, to_timestamp($5::bigint / 1000.0), $6::smallint, $7::smallint,"
        " $8::bigint, $9::smallint, nullif($10, ''), decode(nullif($11, ''), 'hex'))"
        " on conflict (intake_id, channel_id, event_key) do update set urgency = 4"
        " where excluded.urgency = 4 and inbox.outcome = 0",
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
    int64_t post_id = 0;
    bool is_good = cli_run(recovery->conn, "begin", NULL);
    for (size_t i = 0; is_good && i < count; i++) {
        int64_t id = id_next(&recovery->ids, clock_real_ms());
        if (i == 0) post_id = id;
        is_good = inbox_put(recovery, post, &events.events[i], i, post_id, id);
    }
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
    bool is_good =
        cli_run(recovery->conn, "begin", NULL) &&
        cli_run(recovery->conn,
                "update inbox i set outcome = 0, attempts = 0, attempted_at = null"
                " from quarantine q where q.id = $1::bigint and i.intake_id = q.intake_id"
                " and i.id = q.id",
                id, NULL) &&
        cli_run(recovery->conn, "select quarantine_done($1::bigint)", id, NULL) &&
        cli_run(recovery->conn, "commit", NULL);
    if (is_good) (void)printf("1 event is settled again\n");
    return is_good ? 0 : 1;
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
        return usage("no such row");
    }
    struct kept_post post;
    bool is_read = post_read(recovery, row, &post);
    bool is_unverified = strcmp(PQgetvalue(row, 0, 0), "unverified") == 0;
    bool is_unsettled = strcmp(PQgetvalue(row, 0, 0), "unsettled") == 0;
    PQclear(row);
    if (is_unsettled) return settle_again(recovery, id);
    if (is_unverified && !verifies(recovery, &post))
        return usage("it does not verify with the secrets of today");
    int count = is_read ? bring_in(recovery, &post, true) : -1;
    if (count < 0) return usage("it still cannot be understood");
    (void)printf("%d events brought in\n", count);
    return cli_run(recovery->conn, "select quarantine_done($1::bigint)", id, NULL) ? 0
                                                                                   : 1;
}

static int quarantine_list(struct recovery *recovery) {
    PGresult *rows = cli_query(recovery->conn,
                               "select r_id, r_what, r_channel, r_reason,"
                               " to_timestamp(r_received_ms / 1000.0), r_bytes"
                               " from quarantine_list()",
                               NULL);
    if (rows == NULL) return 1;
    for (int i = 0; i < PQntuples(rows); i++)
        (void)printf("%s\t%s\t%s\t%s\t%s\t%s bytes\n", PQgetvalue(rows, i, 0),
                     PQgetvalue(rows, i, 1), PQgetvalue(rows, i, 2),
                     PQgetvalue(rows, i, 3), PQgetvalue(rows, i, 4),
                     PQgetvalue(rows, i, 5));
    PQclear(rows);
    return 0;
}

static int quarantine_show(struct recovery *recovery, const char *id) {
    PGresult *row = cli_query(recovery->conn,
                              "select r_target, encode(r_body, 'escape')"
                              " from quarantine_get($1::bigint)",
                              id, NULL);
    if (row == NULL) return 1;
    for (int i = 0; i < PQntuples(row); i++)
        (void)printf("%s\n%s\n", PQgetvalue(row, i, 0), PQgetvalue(row, i, 1));
    PQclear(row);
    return 0;
}

int cmd_quarantine(int argc, char **argv, const struct config *config) {
    struct recovery recovery = {0};
    int status = 1;
    if (recovery_open(&recovery, config)) {
        if (argc == 2 && strcmp(argv[1], "list") == 0)
            status = quarantine_list(&recovery);
        else if (argc == 3 && strcmp(argv[1], "show") == 0)
            status = quarantine_show(&recovery, argv[2]);
        else if (argc == 3 && strcmp(argv[1], "release") == 0)
            status = release(&recovery, argv[2]);
        else status = usage("koban quarantine list | show ID | release ID");
    }
    recovery_close(&recovery);
    return status;
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

int cmd_journal(int argc, char **argv, const struct config *config) {
    bool is_replay = argc == 3 && strcmp(argv[1], "replay") == 0;
    bool is_list = argc == 3 && strcmp(argv[1], "list") == 0;
    if (!is_replay && !is_list) return usage("koban journal list FILE | replay FILE");
    struct recovery recovery = {0};
    struct reading reading = {
        .recovery = &recovery, .base = event_base_new(), .is_replay = is_replay};
    bool is_open = !is_replay || recovery_open(&recovery, config);
    if (!is_replay) recovery.arena = arena_new(4096);
    reading.journal = is_open ? journal_new(reading.base, argv[2]) : NULL;
    if (reading.journal != NULL) {
        journal_read(reading.journal, ROWS_AT_ONCE, on_rows, &reading);
        (void)event_base_dispatch(reading.base);
        journal_free(reading.journal);
    }
    bool is_good = reading.journal != NULL && reading.bad == 0;
    if (is_replay) (void)printf("%d events brought in\n", reading.brought);
    event_base_free(reading.base);
    recovery_close(&recovery);
    return is_good ? 0 : 1;
}
