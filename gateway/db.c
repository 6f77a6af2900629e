// SPDX-License-Identifier: Apache-2.0
//
// One connection: connect, prepare every statement, then batch after batch. Reading goes
// on while writing, or both sides would wait for each other. What fails is told once, by
// SQLSTATE; the text of an error may quote values and is never logged.
#include "gateway/db.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/log.h"
#include "gateway/db_batch.h"

enum state {
    DB_CLOSED,     // waiting for the next attempt
    DB_CONNECTING, // PQconnectPoll
    DB_PREPARING,  // prepares under way
    DB_READY       // runs batches
};

enum { RETRY_FIRST_MS = 50, RETRY_MOST_MS = 2000, CONNECT_LIMIT_MS = 3000 };

struct db {
    struct event_base *base;
    struct event *on_socket, *on_retry, *on_deferred;
    PGconn *conn;
    int socket;
    enum state state;
    struct db_options options;
    char *conninfo;
    int64_t connect_started_ms;
    int retry_ms;
    struct db_batch *first, *last; // first is in flight when is_running
    bool is_running;
    size_t current_call; // of the batch in flight
    int64_t sent_ms;
    size_t prepared;
    struct db_batch *dead; // to be told DB_AWAY from the loop
};

static void connect_start(struct db *db);
static void run_next(struct db *db);

static int64_t monotonic_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void timer_arm(struct event *event, int ms) {
    struct timeval delay = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
    (void)evtimer_add(event, &delay);
}

static void batch_finish(struct db_batch *batch, enum db_error error) {
    struct db_result result = {.error = error,
                               .rule = 0,
                               .failed_call = batch->failed_call,
                               .call_count = batch->call_count};
    memcpy(result.sqlstate, batch->sqlstate, sizeof result.sqlstate);
    if (error == DB_RULE) {
        int64_t rule = 0;
        (void)!str_to_i64(str_slice(str_of(batch->sqlstate), 2, 5), &rule);
        result.rule = (int)rule;
    }
    void *calls[DB_CALLS_MAX];
    for (size_t i = 0; i < batch->call_count; i++) calls[i] = batch->calls[i].result;
    result.calls = calls;
    batch->done(batch->context, &result);
    db_batch_free(batch);
}

// Everything that waits is told from the loop that the database is away.
static void fail_all(struct db *db) {
    struct db_batch **tail = &db->dead;
    while (*tail != NULL) tail = &(*tail)->next;
    *tail = db->first;
    db->first = db->last = NULL;
    db->is_running = false;
    if (db->dead != NULL) event_active(db->on_deferred, EV_TIMEOUT, 0);
}

static void on_deferred(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct db *db = context;
    while (db->dead != NULL) {
        struct db_batch *batch = db->dead;
        db->dead = batch->next;
        batch_finish(batch, DB_AWAY);
    }
}

static void close_connection(struct db *db) {
    bool was_ready = db->state == DB_READY;
    if (db->on_socket != NULL) event_free(db->on_socket);
    db->on_socket = NULL;
    if (db->conn != NULL) PQfinish(db->conn);
    db->conn = NULL;
    db->state = DB_CLOSED;
    fail_all(db);
    if (was_ready && db->options.on_state != NULL)
        db->options.on_state(db->options.context, false);
}

static void lost(struct db *db, const char *during) {
    log_event(LOG_WARN, "db_lost", LOG_CSTR("connection", db->options.name),
              LOG_CSTR("during", during));
    close_connection(db);
    // Jitter: many connections do not come back in step.
    int jitter = (int)((unsigned)random() % (unsigned)(db->retry_ms / 2 + 1));
    timer_arm(db->on_retry, db->retry_ms / 2 + jitter);
    db->retry_ms = db->retry_ms * 2 < RETRY_MOST_MS ? db->retry_ms * 2 : RETRY_MOST_MS;
}

static enum db_error error_of(const char *sqlstate) {
    if (sqlstate == NULL) return DB_AWAY;
    struct str state = str_of(sqlstate);
    if (str_starts(state, STR("KB"))) return DB_RULE;
    if (str_eq(state, STR("40001")) || str_eq(state, STR("40P01")) ||
        str_eq(state, STR("55P03")))
        return DB_REPEAT;
    if (str_starts(state, STR("22")) || str_starts(state, STR("23"))) return DB_DATA;
    if (str_starts(state, STR("08")) || str_starts(state, STR("57P")) ||
        str_starts(state, STR("53")) || str_eq(state, STR("25006")))
        return DB_AWAY;
    return DB_BROKEN;
}

static void note_error(struct db *db, struct db_batch *batch, const PGresult *result) {
    if (batch->error != DB_OK) return; // the first one counts
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    batch->error = error_of(sqlstate);
    batch->failed_call = (int)db->current_call;
    if (sqlstate != NULL) memcpy(batch->sqlstate, sqlstate, 5);
    if (batch->error != DB_BROKEN && batch->error != DB_AWAY) return;
    enum query query = batch->calls[db->current_call].query;
    log_event(LOG_ERROR, "db_error", LOG_CSTR("connection", db->options.name),
              LOG_CSTR("query", query_name(query)),
              LOG_CSTR("sqlstate", batch->sqlstate));
}

// The batch in flight is over.
static void batch_over(struct db *db) {
    struct db_batch *batch = db->first;
    db->first = batch->next;
    if (db->first == NULL) db->last = NULL;
    db->is_running = false;
    batch->next = NULL;
    enum db_error error = batch->error;
    run_next(db);
    batch_finish(batch, error);
}

static void on_prepared(struct db *db) {
    db->state = DB_READY;
    db->retry_ms = RETRY_FIRST_MS;
    log_event(LOG_INFO, "db_ready", LOG_CSTR("connection", db->options.name));
    if (db->options.on_state != NULL) db->options.on_state(db->options.context, true);
    run_next(db);
}

// One result of the pipeline. False when the connection is to be given up.
static bool take_result(struct db *db, PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (db->state == DB_PREPARING) {
        bool is_sync = status == PGRES_PIPELINE_SYNC;
        bool is_good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        if (!is_good && !is_sync) {
            const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
            log_event(LOG_ERROR, "db_prepare_failed",
                      LOG_CSTR("connection", db->options.name),
                      LOG_CSTR("query", db->prepared < QUERY_COUNT
                                            ? query_name((enum query)db->prepared)
                                            : "listen"),
                      LOG_CSTR("sqlstate", sqlstate));
            PQclear(result);
            return false;
        }
        db->prepared++;
        PQclear(result);
        if (is_sync) on_prepared(db);
        return true;
    }
    struct db_batch *batch = db->first;
    if (!db->is_running || batch == NULL) {
        PQclear(result);
        return true;
    }
    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        batch_over(db);
        return true;
    }
    bool is_good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!is_good && status != PGRES_PIPELINE_ABORTED) note_error(db, batch, result);
    if (db->current_call < batch->call_count) {
        batch->calls[db->current_call].result = result;
        db->current_call++;
    } else {
        PQclear(result);
    }
    return true;
}

static void take_notices(struct db *db) {
    for (PGnotify *notice; (notice = PQnotifies(db->conn)) != NULL; PQfreemem(notice)) {
        // What this process told the others it has delivered itself.
        bool is_own = notice->be_pid == PQbackendPID(db->conn);
        if (!is_own && db->options.on_notice != NULL)
            db->options.on_notice(db->options.context, str_of(notice->relname),
                                  str_of(notice->extra));
    }
}

static void watch(struct db *db, short events);

// Writes what libpq still holds and watches for what is needed next.
static void flush(struct db *db) {
    int left = PQflush(db->conn);
    if (left < 0) {
        lost(db, "write");
        return;
    }
    watch(db, (short)(EV_READ | (left > 0 ? EV_WRITE : 0)));
}

static void on_socket(evutil_socket_t fd, short what, void *context);

static void watch(struct db *db, short events) {
    // The socket may change while connecting to several hosts.
    int socket = PQsocket(db->conn);
    if (db->on_socket != NULL) {
        short now = event_get_events(db->on_socket);
        if (socket == db->socket && (now & (EV_READ | EV_WRITE)) == events) return;
        event_free(db->on_socket);
    }
    db->socket = socket;
    db->on_socket =
        event_new(db->base, socket, (short)(events | EV_PERSIST), on_socket, db);
    (void)event_add(db->on_socket, NULL);
}

static void prepare_all(struct db *db) {
    db->state = DB_PREPARING;
    db->prepared = 0;
    bool is_good = PQsetnonblocking(db->conn, 1) == 0 && PQenterPipelineMode(db->conn);
    for (int i = 0; is_good && i < QUERY_COUNT; i++) {
        is_good = PQsendPrepare(db->conn, query_name((enum query)i),
                                query_text((enum query)i), 0, NULL);
    }
    if (is_good && db->options.on_notice != NULL)
        is_good = PQsendQueryParams(db->conn, "listen koban_wake", 0, NULL, NULL, NULL,
                                    NULL, 0);
    if (!is_good || !PQpipelineSync(db->conn)) {
        lost(db, "prepare");
        return;
    }
    flush(db);
}

static void connect_poll(struct db *db) {
    switch (PQconnectPoll(db->conn)) {
    case PGRES_POLLING_READING: watch(db, EV_READ); break;
    case PGRES_POLLING_WRITING: watch(db, EV_WRITE); break;
    case PGRES_POLLING_OK:
        (void)event_del(db->on_retry);
        prepare_all(db);
        break;
    default: lost(db, "connect"); break;
    }
}

static void read_all(struct db *db) {
    if (!PQconsumeInput(db->conn)) {
        lost(db, "read");
        return;
    }
    PGconn *conn = db->conn;
    while (db->conn == conn && !PQisBusy(conn)) {
        PGresult *result = PQgetResult(conn);
        if (result == NULL) {
            // NULL ends one command; two in a row mean that nothing is there.
            if (PQisBusy(conn)) break;
            result = PQgetResult(conn);
            if (result == NULL) break;
        }
        if (!take_result(db, result)) {
            lost(db, "prepare");
            return;
        }
    }
    if (db->conn != conn) return;
    take_notices(db);
    if (PQstatus(conn) == CONNECTION_BAD) lost(db, "read");
}

static void on_socket(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    struct db *db = context;
    if (db->state == DB_CONNECTING) {
        connect_poll(db);
        return;
    }
    PGconn *conn = db->conn;
    if (what & EV_READ) read_all(db);
    if (db->conn == conn && db->conn != NULL) flush(db);
}

static void on_retry(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct db *db = context;
    if (db->state == DB_CONNECTING || db->state == DB_PREPARING) {
        lost(db, "connect");
        return;
    }
    if (db->state == DB_CLOSED) connect_start(db);
}

static void connect_start(struct db *db) {
    const char *keys[] = {"dbname", "application_name", "client_encoding", NULL};
    const char *values[] = {db->conninfo, db->options.name, "UTF8", NULL};
    db->state = DB_CONNECTING;
    db->conn = PQconnectStartParams(keys, values, 1);
    if (db->conn == NULL) abort();
    if (PQstatus(db->conn) == CONNECTION_BAD) {
        lost(db, "connect");
        return;
    }
    timer_arm(db->on_retry, CONNECT_LIMIT_MS);
    watch(db, EV_WRITE);
}

static bool send_call(struct db *db, const struct db_batch *batch, size_t i) {
    const struct db_batch_call *call = &batch->calls[i];
    const char *values[DB_PARAMETERS_MAX];
    int lengths[DB_PARAMETERS_MAX], formats[DB_PARAMETERS_MAX];
    for (size_t k = 0; k < call->parameter_count; k++) {
        const struct db_parameter *parameter =
            &batch->parameters[call->first_parameter + k];
        values[k] = parameter->length > 0 ? batch->bytes.p + parameter->offset : "";
        lengths[k] = parameter->length;
        formats[k] = 1;
    }
    return PQsendQueryPrepared(db->conn, query_name(call->query),
                               (int)call->parameter_count, values, lengths, formats, 1);
}

static void run_next(struct db *db) {
    if (db->state != DB_READY || db->is_running || db->first == NULL) return;
    struct db_batch *batch = db->first;
    db->is_running = true;
    db->current_call = 0;
    db->sent_ms = monotonic_ms();
    bool is_good = true;
    for (size_t i = 0; is_good && i < batch->call_count; i++)
        is_good = send_call(db, batch, i);
    if (!is_good || !PQpipelineSync(db->conn)) {
        lost(db, "send");
        return;
    }
    flush(db);
}

struct db *db_new(struct event_base *base, const struct db_options *options) {
    struct db *db = calloc(1, sizeof *db);
    if (db == NULL) abort();
    db->base = base;
    db->options = *options;
    db->conninfo = strdup(options->conninfo);
    if (db->conninfo == NULL) abort();
    db->retry_ms = RETRY_FIRST_MS;
    db->on_retry = evtimer_new(base, on_retry, db);
    db->on_deferred = evtimer_new(base, on_deferred, db);
    if (db->conninfo == NULL || db->on_retry == NULL || db->on_deferred == NULL) abort();
    connect_start(db);
    return db;
}

void db_close(struct db *db) {
    db->options.on_state = NULL;
    (void)event_del(db->on_retry);
    close_connection(db);
    on_deferred(-1, 0, db);
}

void db_free(struct db *db) {
    if (db == NULL) return;
    db_close(db);
    event_free(db->on_retry);
    event_free(db->on_deferred);
    free(db->conninfo);
    free(db);
}

bool db_is_ready(const struct db *db) {
    return db->state == DB_READY;
}

size_t db_waiting(const struct db *db) {
    size_t count = 0;
    for (const struct db_batch *batch = db->first; batch != NULL; batch = batch->next)
        count++;
    return count;
}

int64_t db_in_flight_ms(const struct db *db) {
    return db->is_running ? monotonic_ms() - db->sent_ms : 0;
}

void db_drop(struct db *db) {
    if (db->state == DB_CLOSED) return;
    lost(db, "deadline");
}

void db_send(struct db_batch *batch, db_done *done, void *context) {
    struct db *db = batch->db;
    batch->done = done;
    batch->context = context;
    batch->next = NULL;
    if (db->last != NULL) db->last->next = batch;
    else db->first = batch;
    db->last = batch;
    if (db->state == DB_CLOSED) fail_all(db);
    else run_next(db);
}
