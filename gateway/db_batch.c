// SPDX-License-Identifier: Apache-2.0
//
// Filling a batch: values in PostgreSQL's binary format (network byte order; arrays as in
// array_recv: dimensions, flags, element type, size, lower bound, elements), and reading
// results of the same format.
#include "gateway/db_batch.h"

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <stdlib.h>

#include "core/str.h"

enum { ARRAY_HEADER = 20, ARRAY_SIZE_AT = 12, ARRAY_DIMENSIONS_AT = 0 };

struct db_batch *db_batch_new(struct db *db) {
    struct db_batch *batch = calloc(1, sizeof *batch);
    if (batch == NULL) abort();
    batch->db = db;
    batch->failed_call = -1;
    buf_init(&batch->bytes, DB_BATCH_BYTES);
    return batch;
}

void db_batch_free(struct db_batch *batch) {
    if (batch == NULL) return;
    for (size_t i = 0; i < batch->call_count; i++) PQclear(batch->calls[i].result);
    buf_free(&batch->bytes);
    free(batch->parameters);
    free(batch->calls);
    free(batch);
}

size_t db_batch_calls(const struct db_batch *batch) {
    return batch->call_count;
}

static void *grown(void *items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) return items;
    *capacity = *capacity > 0 ? *capacity * 2 : 16;
    void *larger = realloc(items, *capacity * size);
    if (larger == NULL) abort();
    return larger;
}

void db_call(struct db_batch *batch, enum query query) {
    assert(batch->call_count < DB_CALLS_MAX);
    batch->calls = grown(batch->calls, batch->call_count, &batch->call_capacity,
                         sizeof *batch->calls);
    batch->calls[batch->call_count++] =
        (struct db_batch_call){.query = query, .first_parameter = batch->parameter_count};
}

static void parameter_open(struct db_batch *batch) {
    struct db_batch_call *call = &batch->calls[batch->call_count - 1];
    assert(call->parameter_count < DB_PARAMETERS_MAX);
    call->parameter_count++;
    batch->parameters = grown(batch->parameters, batch->parameter_count,
                              &batch->parameter_capacity, sizeof *batch->parameters);
    batch->parameters[batch->parameter_count++] =
        (struct db_parameter){.offset = batch->bytes.n};
}

static void parameter_close(struct db_batch *batch) {
    struct db_parameter *parameter = &batch->parameters[batch->parameter_count - 1];
    assert(!batch->bytes.failed);
    parameter->length = (int)(batch->bytes.n - parameter->offset);
}

static void put(struct db_batch *batch, const void *bytes, size_t n) {
    buf_add(&batch->bytes, (struct str){bytes, n});
}

static void put16(struct db_batch *batch, int value) {
    uint16_t wire = htons((uint16_t)value);
    put(batch, &wire, sizeof wire);
}

static void put32(struct db_batch *batch, int32_t value) {
    uint32_t wire = htonl((uint32_t)value);
    put(batch, &wire, sizeof wire);
}

static void put64(struct db_batch *batch, int64_t value) {
    uint64_t wire = htobe64((uint64_t)value);
    put(batch, &wire, sizeof wire);
}

void db_int4(struct db_batch *batch, int32_t value) {
    parameter_open(batch);
    put32(batch, value);
    parameter_close(batch);
}

void db_int8(struct db_batch *batch, int64_t value) {
    parameter_open(batch);
    put64(batch, value);
    parameter_close(batch);
}

void db_bool(struct db_batch *batch, bool value) {
    parameter_open(batch);
    buf_add_char(&batch->bytes, value ? 1 : 0);
    parameter_close(batch);
}

void db_text(struct db_batch *batch, struct str value) {
    parameter_open(batch);
    put(batch, value.p, value.n);
    parameter_close(batch);
}

void db_bytes(struct db_batch *batch, struct str value) {
    db_text(batch, value);
}

void db_jsonb(struct db_batch *batch, struct str json) {
    parameter_open(batch);
    buf_add_char(&batch->bytes, 1); // version of jsonb's binary form
    put(batch, json.p, json.n);
    parameter_close(batch);
}

void db_array(struct db_batch *batch, enum db_type type) {
    parameter_open(batch);
    batch->array_start = batch->bytes.n;
    batch->array_elements = 0;
    put32(batch, 1); // dimensions
    put32(batch, 1); // there may be NULLs
    put32(batch, (int32_t)type);
    put32(batch, 0); // size, at the end
    put32(batch, 1); // lower bound
}

static void element(struct db_batch *batch, int32_t length) {
    batch->array_elements++;
    put32(batch, length);
}

void db_element_int2(struct db_batch *batch, int value) {
    element(batch, 2);
    put16(batch, value);
}

void db_element_int4(struct db_batch *batch, int32_t value) {
    element(batch, 4);
    put32(batch, value);
}

void db_element_int8(struct db_batch *batch, int64_t value) {
    element(batch, 8);
    put64(batch, value);
}

void db_element_bool(struct db_batch *batch, bool value) {
    element(batch, 1);
    buf_add_char(&batch->bytes, value ? 1 : 0);
}

void db_element_double(struct db_batch *batch, double value) {
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    element(batch, 8);
    put64(batch, bits);
}

void db_element_text(struct db_batch *batch, struct str value) {
    element(batch, (int32_t)value.n);
    put(batch, value.p, value.n);
}

void db_element_bytes(struct db_batch *batch, struct str value) {
    db_element_text(batch, value);
}

void db_element_null(struct db_batch *batch) {
    element(batch, -1);
}

void db_array_end(struct db_batch *batch) {
    uint32_t size = htonl((uint32_t)batch->array_elements);
    char *start = batch->bytes.p + batch->array_start;
    memcpy(start + ARRAY_SIZE_AT, &size, sizeof size);
    if (batch->array_elements == 0) {
        // An empty array has no dimension at all.
        uint32_t none = 0;
        memcpy(start + ARRAY_DIMENSIONS_AT, &none, sizeof none);
        batch->bytes.n = batch->array_start + ARRAY_SIZE_AT;
    }
    parameter_close(batch);
}

static const PGresult *result_of(const struct db_result *result, size_t call) {
    return call < result->call_count ? result->calls[call] : NULL;
}

size_t db_rows(const struct db_result *result, size_t call) {
    return (size_t)PQntuples(result_of(result, call));
}

bool db_is_null(const struct db_result *result, size_t call, size_t row, int column) {
    return PQgetisnull(result_of(result, call), (int)row, column) != 0;
}

static struct str raw(const struct db_result *result, size_t call, size_t row,
                      int column) {
    const PGresult *pg = result_of(result, call);
    return (struct str){PQgetvalue(pg, (int)row, column),
                        (size_t)PQgetlength(pg, (int)row, column)};
}

static uint64_t big_endian(struct str bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.n; i++) value = value << 8 | (unsigned char)bytes.p[i];
    return value;
}

int64_t db_get_int(const struct db_result *result, size_t call, size_t row, int column) {
    struct str bytes = raw(result, call, row, column);
    uint64_t value = big_endian(bytes);
    if (bytes.n == 2) return (int16_t)value;
    if (bytes.n == 4) return (int32_t)value;
    return bytes.n == 8 ? (int64_t)value : 0;
}

double db_get_double(const struct db_result *result, size_t call, size_t row,
                     int column) {
    struct str bytes = raw(result, call, row, column);
    double value = 0;
    uint64_t bits = big_endian(bytes);
    if (bytes.n == sizeof value) memcpy(&value, &bits, sizeof value);
    return value;
}

bool db_get_bool(const struct db_result *result, size_t call, size_t row, int column) {
    struct str bytes = raw(result, call, row, column);
    return bytes.n == 1 && bytes.p[0] != 0;
}

enum { JSONB_OID = 3802 };

struct str db_get_str(const struct db_result *result, size_t call, size_t row,
                      int column) {
    struct str bytes = raw(result, call, row, column);
    if (bytes.n > 0 && PQftype(result_of(result, call), column) == JSONB_OID)
        return str_slice(bytes, 1, bytes.n);
    return bytes;
}

size_t db_get_int4s(const struct db_result *result, size_t call, size_t row, int column,
                    int32_t *out, size_t max) {
    struct str bytes = raw(result, call, row, column);
    if (bytes.n < ARRAY_HEADER) return 0;
    size_t count = big_endian(str_slice(bytes, ARRAY_SIZE_AT, ARRAY_SIZE_AT + 4));
    if (count > max) count = max;
    for (size_t i = 0; i < count; i++) {
        size_t at = ARRAY_HEADER + i * 8 + 4;
        out[i] = (int32_t)big_endian(str_slice(bytes, at, at + 4));
    }
    return count;
}
