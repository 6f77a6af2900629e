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
#include "gateway/db_batch.h"

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

// Hands the batch over; it is freed after the callback.
void db_send(struct db_batch *batch, db_done *done, void *context);

#endif
