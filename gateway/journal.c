// SPDX-License-Identifier: Apache-2.0
//
// One thread, one queue in, one queue out. Group commit: whatever waits when the thread
// looks goes into one transaction, one sync.
#include "gateway/journal.h"

#include <event2/util.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hmac.h"
#include "core/log.h"
#include "gateway/crash.h"

enum { BATCH = 256, LOCK_WAIT_MS = 1000 };

enum work_kind { WORK_PUT, WORK_TOLD, WORK_READ, WORK_DROP, WORK_MIRROR, WORK_STOP };

struct work_item {
    struct work_item *next;
    enum work_kind kind;
    struct arena *arena;
    struct journal_row row;
    const char *name;
    size_t max;
    journal_done *done;
    journal_read_done *read_done;
    void *context;
    bool is_good;
    struct journal_row *rows;
    size_t count, damaged;
};

struct queue {
    struct work_item *first, **tail;
};

struct journal {
    sqlite3 *db;
    struct hmac_key *key; // of the thread
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct queue in, out; // under lock
    struct event *on_out;
    int pipe[2];
    size_t depth; // loop
    int64_t next_sequence;
};

static void put_last(struct queue *queue, struct work_item *item) {
    item->next = NULL;
    *queue->tail = item;
    queue->tail = &item->next;
}

static struct work_item *take_all(struct queue *queue) {
    struct work_item *first = queue->first;
    queue->first = NULL;
    queue->tail = &queue->first;
    return first;
}

static bool run(struct journal *journal, const char *sql) {
    return sqlite3_exec(journal->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static const char schema[] =
    "create table if not exists row (sequence integer primary key, channel integer,"
    " intake integer, received integer, urgent integer, told integer, target blob,"
    " body blob, told_keys blob, hash blob);"
    "create table if not exists mirror (name text primary key, document blob);";

// With a keyed state of the journal's own: the shared one would stay behind its thread.
static void hash_of(struct journal *journal, const struct journal_row *row,
                    uint8_t out[SHA256_SIZE]) {
    const struct str parts[] = {row->target, STR("\n"), row->body};
    hmac_key_sha256(journal->key, parts, ARRAY_LEN(parts), out);
}

static bool write_row(struct journal *journal, const struct journal_row *row) {
    sqlite3_stmt *statement = NULL;
    uint8_t hash[SHA256_SIZE];
    hash_of(journal, row, hash);
    bool is_good = sqlite3_prepare_v2(journal->db,
                                      "insert into row values (?,?,?,?,?,?,?,?,?,?)", -1,
                                      &statement, NULL) == SQLITE_OK;
    if (is_good) {
        (void)sqlite3_bind_int64(statement, 1, row->sequence);
        (void)sqlite3_bind_int(statement, 2, row->channel_id);
        (void)sqlite3_bind_int(statement, 3, row->intake_id);
        (void)sqlite3_bind_int64(statement, 4, row->received_ms);
        (void)sqlite3_bind_int(statement, 5, row->is_urgent);
        (void)sqlite3_bind_int(statement, 6, row->was_told);
        (void)sqlite3_bind_blob(statement, 7, row->target.p, (int)row->target.n, NULL);
        (void)sqlite3_bind_blob(statement, 8, row->body.p, (int)row->body.n, NULL);
        (void)sqlite3_bind_blob(statement, 9, row->told_keys.p, (int)row->told_keys.n,
                                NULL);
        (void)sqlite3_bind_blob(statement, 10, hash, sizeof hash, NULL);
        is_good = sqlite3_step(statement) == SQLITE_DONE;
    }
    (void)sqlite3_finalize(statement);
    return is_good;
}

static bool run_number(struct journal *journal, const char *sql, int64_t number) {
    sqlite3_stmt *statement = NULL;
    bool is_good = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL) ==
                   SQLITE_OK;
    if (is_good) {
        (void)sqlite3_bind_int64(statement, 1, number);
        is_good = sqlite3_step(statement) == SQLITE_DONE;
    }
    (void)sqlite3_finalize(statement);
    return is_good;
}

static bool write_mirror(struct journal *journal, const struct work_item *item) {
    sqlite3_stmt *statement = NULL;
    bool is_good = sqlite3_prepare_v2(journal->db,
                                      "insert or replace into mirror values (?,?)", -1,
                                      &statement, NULL) == SQLITE_OK;
    if (is_good) {
        (void)sqlite3_bind_text(statement, 1, item->name, -1, NULL);
        (void)sqlite3_bind_blob(statement, 2, item->row.body.p, (int)item->row.body.n,
                                NULL);
        is_good = sqlite3_step(statement) == SQLITE_DONE;
    }
    (void)sqlite3_finalize(statement);
    return is_good;
}

static struct str blob(struct arena *arena, sqlite3_stmt *statement, int column) {
    struct str view = {sqlite3_column_blob(statement, column),
                       (size_t)sqlite3_column_bytes(statement, column)};
    return arena_dup(arena, view);
}

static void read_one(struct journal *journal, struct work_item *item,
                     sqlite3_stmt *statement) {
    struct journal_row row = {.sequence = sqlite3_column_int64(statement, 0),
                              .channel_id = sqlite3_column_int(statement, 1),
                              .intake_id = sqlite3_column_int(statement, 2),
                              .received_ms = sqlite3_column_int64(statement, 3),
                              .is_urgent = sqlite3_column_int(statement, 4) != 0,
                              .was_told = sqlite3_column_int(statement, 5) != 0,
                              .target = blob(item->arena, statement, 6),
                              .body = blob(item->arena, statement, 7),
                              .told_keys = blob(item->arena, statement, 8)};
    uint8_t hash[SHA256_SIZE];
    hash_of(journal, &row, hash);
    struct str stored = blob(item->arena, statement, 9);
    if (!str_eq(stored, (struct str){(const char *)hash, sizeof hash})) item->damaged++;
    item->rows[item->count++] = row;
}

static void read_rows(struct journal *journal, struct work_item *item) {
    sqlite3_stmt *statement = NULL;
    item->rows = ARENA_ARRAY(item->arena, struct journal_row, item->max);
    if (sqlite3_prepare_v2(journal->db,
                           "select sequence, channel, intake, received, urgent, told,"
                           " target, body, told_keys, hash from row order by sequence"
                           " limit ?",
                           -1, &statement, NULL) != SQLITE_OK)
        return;
    (void)sqlite3_bind_int64(statement, 1, (sqlite3_int64)item->max);
    while (item->count < item->max && sqlite3_step(statement) == SQLITE_ROW)
        read_one(journal, item, statement);
    (void)sqlite3_finalize(statement);
}

static bool do_item(struct journal *journal, struct work_item *item) {
    switch (item->kind) {
    case WORK_PUT: return write_row(journal, &item->row);
    case WORK_TOLD:
        return run_number(journal, "update row set told = 1 where sequence = ?",
                          item->row.sequence);
    case WORK_DROP:
        return run_number(journal, "delete from row where sequence <= ?",
                          item->row.sequence);
    case WORK_MIRROR: return write_mirror(journal, item);
    default: return true;
    }
}

// One transaction for all that waits; nothing of it is good unless the commit is.
static void do_all(struct journal *journal, struct work_item *first) {
    bool is_good = run(journal, "begin immediate");
    for (struct work_item *item = first; item != NULL; item = item->next)
        item->is_good = is_good && do_item(journal, item);
    bool has_put = false;
    for (struct work_item *item = first; item != NULL; item = item->next)
        has_put = has_put || item->kind == WORK_PUT;
    if (has_put) crash_point("journal-before-commit");
    if (!is_good || !run(journal, "commit")) {
        (void)run(journal, "rollback");
        for (struct work_item *item = first; item != NULL; item = item->next)
            item->is_good = false;
    }
    if (has_put) crash_point("journal-after-commit");
    for (struct work_item *item = first; item != NULL; item = item->next) {
        if (item->kind == WORK_READ) read_rows(journal, item);
    }
}

static void *work(void *context) {
    struct journal *journal = context;
    bool is_stopping = false;
    while (!is_stopping) {
        (void)pthread_mutex_lock(&journal->lock);
        while (journal->in.first == NULL)
            (void)pthread_cond_wait(&journal->wake, &journal->lock);
        struct work_item *first = take_all(&journal->in);
        (void)pthread_mutex_unlock(&journal->lock);
        do_all(journal, first);
        (void)pthread_mutex_lock(&journal->lock);
        for (struct work_item *item = first, *next; item != NULL; item = next) {
            next = item->next;
            is_stopping = is_stopping || item->kind == WORK_STOP;
            put_last(&journal->out, item);
        }
        (void)pthread_mutex_unlock(&journal->lock);
        ssize_t written = write(journal->pipe[1], "x", 1);
        (void)written;
    }
    return NULL;
}

static void item_over(struct journal *journal, struct work_item *item) {
    if (item->kind == WORK_PUT && !item->is_good) {
        journal->depth--;
        log_event(LOG_ERROR, "journal_write_failed");
    }
    if (item->done != NULL) item->done(item->context, item->is_good);
    if (item->read_done != NULL)
        item->read_done(item->context, item->rows, item->count, item->damaged);
    arena_free(item->arena);
}

static void on_out(evutil_socket_t fd, short what, void *context) {
    (void)what;
    struct journal *journal = context;
    char bytes[64];
    ssize_t got = read(fd, bytes, sizeof bytes);
    (void)got;
    (void)pthread_mutex_lock(&journal->lock);
    struct work_item *first = take_all(&journal->out);
    (void)pthread_mutex_unlock(&journal->lock);
    for (struct work_item *item = first, *next; item != NULL; item = next) {
        next = item->next;
        item_over(journal, item);
    }
}

static void submit(struct journal *journal, struct work_item *item) {
    (void)pthread_mutex_lock(&journal->lock);
    put_last(&journal->in, item);
    (void)pthread_cond_signal(&journal->wake);
    (void)pthread_mutex_unlock(&journal->lock);
}

static struct work_item *item_new(enum work_kind kind) {
    struct arena *arena = arena_new(4096);
    struct work_item *item = ARENA_NEW(arena, struct work_item);
    item->arena = arena;
    item->kind = kind;
    return item;
}

void journal_put(struct journal *journal, const struct journal_row *row,
                 journal_done *done, void *context) {
    struct work_item *item = item_new(WORK_PUT);
    item->row = *row;
    item->row.sequence = journal->next_sequence++;
    item->row.target = arena_dup(item->arena, row->target);
    item->row.body = arena_dup(item->arena, row->body);
    item->row.told_keys = arena_dup(item->arena, row->told_keys);
    item->done = done;
    item->context = context;
    journal->depth++;
    submit(journal, item);
}

void journal_told(struct journal *journal, int64_t sequence) {
    struct work_item *item = item_new(WORK_TOLD);
    item->row.sequence = sequence;
    submit(journal, item);
}

void journal_read(struct journal *journal, size_t max, journal_read_done *done,
                  void *context) {
    struct work_item *item = item_new(WORK_READ);
    item->max = max < BATCH ? max : BATCH;
    item->read_done = done;
    item->context = context;
    submit(journal, item);
}

void journal_drop(struct journal *journal, int64_t sequence, journal_done *done,
                  void *context) {
    struct work_item *item = item_new(WORK_DROP);
    item->row.sequence = sequence;
    item->done = done;
    item->context = context;
    if (journal->depth > 0) journal->depth--;
    submit(journal, item);
}

void journal_mirror(struct journal *journal, const char *name, struct str document) {
    struct work_item *item = item_new(WORK_MIRROR);
    item->name = name;
    item->row.body = arena_dup(item->arena, document);
    submit(journal, item);
}

struct str journal_mirrored(struct journal *journal, const char *name,
                            struct arena *arena) {
    sqlite3_stmt *statement = NULL;
    struct str document = {0};
    if (sqlite3_prepare_v2(journal->db, "select document from mirror where name = ?", -1,
                           &statement, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(statement, 1, name, -1, NULL);
        if (sqlite3_step(statement) == SQLITE_ROW) document = blob(arena, statement, 0);
    }
    (void)sqlite3_finalize(statement);
    return document;
}

size_t journal_depth(const struct journal *journal) {
    return journal->depth;
}

static int64_t number_of(struct journal *journal, const char *sql) {
    sqlite3_stmt *statement = NULL;
    int64_t number = 0;
    if (sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return number;
}

static bool open_file(struct journal *journal, const char *path) {
    (void)umask(0077);
    // Exclusive: two processes on one file would give the same sequence numbers.
    return sqlite3_open(path, &journal->db) == SQLITE_OK &&
           sqlite3_busy_timeout(journal->db, LOCK_WAIT_MS) == SQLITE_OK &&
           run(journal, "pragma locking_mode=exclusive") &&
           run(journal, "pragma journal_mode=wal") &&
           run(journal, "pragma synchronous=full") && run(journal, schema);
}

struct journal *journal_new(struct event_base *base, const char *path) {
    struct journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) abort();
    if (!open_file(journal, path) || pipe(journal->pipe) != 0) {
        log_event(LOG_ERROR, "journal_unusable");
        (void)sqlite3_close(journal->db);
        free(journal);
        return NULL;
    }
    journal->depth = (size_t)number_of(journal, "select count(*) from row");
    journal->next_sequence =
        number_of(journal, "select coalesce(max(sequence), 0) + 1 from row");
    journal->key = hmac_key_new(STR("koban journal"));
    journal->in.tail = &journal->in.first;
    journal->out.tail = &journal->out.first;
    (void)evutil_make_socket_nonblocking(journal->pipe[0]);
    (void)evutil_make_socket_closeonexec(journal->pipe[0]);
    (void)evutil_make_socket_closeonexec(journal->pipe[1]);
    journal->on_out =
        event_new(base, journal->pipe[0], EV_READ | EV_PERSIST, on_out, journal);
    (void)event_add(journal->on_out, NULL);
    if (pthread_mutex_init(&journal->lock, NULL) != 0 ||
        pthread_cond_init(&journal->wake, NULL) != 0 ||
        pthread_create(&journal->thread, NULL, work, journal) != 0)
        abort();
    return journal;
}

void journal_free(struct journal *journal) {
    if (journal == NULL) return;
    submit(journal, item_new(WORK_STOP));
    (void)pthread_join(journal->thread, NULL);
    on_out(journal->pipe[0], 0, journal);
    event_free(journal->on_out);
    (void)close(journal->pipe[0]);
    (void)close(journal->pipe[1]);
    (void)sqlite3_close(journal->db);
    hmac_key_free(journal->key);
    (void)pthread_mutex_destroy(&journal->lock);
    (void)pthread_cond_destroy(&journal->wake);
    free(journal);
}
