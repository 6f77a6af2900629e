// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL on the event loop: the only file that calls libpq in a serving process. A
// `struct db` is one connection in pipeline mode that reconnects by itself. A batch is a
// list of calls under one sync: one transaction, one commit, one callback.
//
//     struct db_batch *batch = db_batch_new(db);
//     db_call(batch, QUERY_INBOX_PUT);
//     db_int4(batch, intake_id);
//     db_array(batch, DB_INT8);
//     for (...) db_element_int8(batch, id);
//     db_array_end(batch);
//     ...
//     db_send(batch, on_done, context);
//
// Order: batches of one connection run one after the other, in the order of db_send. The
// callback runs exactly once, always from the loop, never from inside db_send.
#ifndef GATEWAY_DB_H
#define GATEWAY_DB_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"
#include "gateway/query.h"

struct db;
struct db_batch;

// What a failure asks for.
enum db_error {
    DB_OK = 0,
    DB_REPEAT, // 40001, 40P01, 55P03: do it again as it was
    DB_DATA,   // 22, 23: a row is bad; halve the batch until it stands alone
    DB_RULE,   // KBnnn: our own functions refused; look at `rule`
    DB_AWAY,   // connection lost or refused, server going down or out of resources
    DB_BROKEN  // anything else: a bug or a wrong schema
};

// Outcome of a batch; valid during the callback.
struct db_result {
    enum db_error error;
    char sqlstate[6]; // of the first error; "" when there is none
    int rule;         // DB_RULE: 1 settled, 2 stale, 3 fence, 401, 403, 404, 423 ...
    int failed_call;  // index of the call that failed; -1
    size_t call_count;
    void *const *calls; // PGresult of each call; read with db_get_*
};

typedef void db_done(void *context, const struct db_result *result);
typedef void db_state(void *context, bool is_ready);
typedef void db_notice(void *context, struct str channel, struct str payload);

struct db_options {
    const char *conninfo;
    const char *name;     // for logs and application_name
    db_state *on_state;   // connected and prepared, or lost; may be NULL
    db_notice *on_notice; // LISTEN koban_wake; NULL: no listening
    void *context;
};

struct db *db_new(struct event_base *base, const struct db_options *options);
// Ends the connection for good: batches that have not run get DB_AWAY before it returns,
// later ones never run. At the end of a process all are closed before any is freed, as
// the callbacks of one may ask another.
void db_close(struct db *db);
void db_free(struct db *db);

bool db_is_ready(const struct db *db);
// Batches sent and not done.
size_t db_waiting(const struct db *db);
// Milliseconds since the batch in flight was sent; 0 when there is none.
int64_t db_in_flight_ms(const struct db *db);
// Lets go of a connection that does not answer: what is in flight gets DB_AWAY, nothing
// is cancelled on the server; a new connection is made at once.
void db_drop(struct db *db);

struct db_batch *db_batch_new(struct db *db);
void db_batch_free(struct db_batch *batch); // one that was not sent
size_t db_batch_calls(const struct db_batch *batch);

enum db_type {
    DB_BOOL = 16,
    DB_BYTEA = 17,
    DB_INT8 = 20,
    DB_INT2 = 21,
    DB_INT4 = 23,
    DB_TEXT = 25,
    DB_FLOAT8 = 701
};

// Starts the next call; its parameters follow in order.
void db_call(struct db_batch *batch, enum query query);
void db_int4(struct db_batch *batch, int32_t value);
void db_int8(struct db_batch *batch, int64_t value);
void db_bool(struct db_batch *batch, bool value);
void db_text(struct db_batch *batch, struct str value);
void db_bytes(struct db_batch *batch, struct str value);
void db_jsonb(struct db_batch *batch, struct str json);

// One array parameter: begin, elements of the type, end.
void db_array(struct db_batch *batch, enum db_type type);
void db_element_int2(struct db_batch *batch, int value);
void db_element_int4(struct db_batch *batch, int32_t value);
void db_element_int8(struct db_batch *batch, int64_t value);
void db_element_bool(struct db_batch *batch, bool value);
void db_element_double(struct db_batch *batch, double value);
void db_element_text(struct db_batch *batch, struct str value);
void db_element_bytes(struct db_batch *batch, struct str value);
void db_element_null(struct db_batch *batch);
void db_array_end(struct db_batch *batch);

// Hands the batch over; it is freed after the callback.
void db_send(struct db_batch *batch, db_done *done, void *context);

// Results, by call, row and column. Views live as long as the callback. NULL reads as
// 0, false, empty.
size_t db_rows(const struct db_result *result, size_t call);
int64_t db_get_int(const struct db_result *result, size_t call, size_t row, int column);
double db_get_double(const struct db_result *result, size_t call, size_t row, int column);
bool db_get_bool(const struct db_result *result, size_t call, size_t row, int column);
bool db_is_null(const struct db_result *result, size_t call, size_t row, int column);
// Text, bytea, and jsonb (as JSON text).
struct str db_get_str(const struct db_result *result, size_t call, size_t row,
                      int column);
// int4[] into out, at most max; how many there are.
size_t db_get_int4s(const struct db_result *result, size_t call, size_t row, int column,
                    int32_t *out, size_t max);

#endif
