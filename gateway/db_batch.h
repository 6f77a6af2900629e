// SPDX-License-Identifier: Apache-2.0
//
// A batch between db_batch.c, which fills it, and db.c, which runs it. Nobody else.
#ifndef GATEWAY_DB_BATCH_H
#define GATEWAY_DB_BATCH_H

#include <libpq-fe.h>

#include "core/buf.h"
#include "gateway/db.h"

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
