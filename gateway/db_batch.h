// SPDX-License-Identifier: Apache-2.0
//
// A batch: calls with their parameters in binary format, and what came back. Filled by
// whoever wants something of the database, run by db.c. The struct is open only because
// db.c and db_batch.c share it.
#ifndef GATEWAY_DB_BATCH_H
#define GATEWAY_DB_BATCH_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
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

enum { DB_CALLS_MAX = 512, DB_PARAMETERS_MAX = 80, DB_BATCH_BYTES = 64 * 1024 * 1024 };

struct db_parameter {
    size_t offset; // into bytes
    int length;
};

struct db_batch_call {
    enum query query;
    size_t first_parameter;
    size_t parameter_count;
    PGresult *result;
};

struct db_batch {
    struct db *db;
    struct db_batch *next;
    struct buf bytes; // all values, binary
    struct db_parameter *parameters;
    size_t parameter_count, parameter_capacity;
    struct db_batch_call *calls;
    size_t call_count, call_capacity;
    size_t array_count_at; // open array: where its dimension stands, 0: none
    size_t array_start;
    int32_t array_elements;
    db_done *done;
    void *context;
    enum db_error error;
    char sqlstate[6];
    int failed_call;
};

#endif
