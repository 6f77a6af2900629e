// SPDX-License-Identifier: Apache-2.0
//
// The local journal: SQLite (WAL, synchronous=FULL) in a thread of its own, so that the
// loop never waits for a disk. Each worker has its own file. A row is on the disk when
// its callback says so. Rows carry a SHA-256 and a gapless sequence number; a damaged or
// missing row is reported at replay, never passed over in silence.
#ifndef GATEWAY_JOURNAL_H
#define GATEWAY_JOURNAL_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"

struct journal;

// One POST as it came.
struct journal_row {
    int64_t sequence;
    int32_t channel_id, intake_id;
    int64_t received_ms;
    bool is_urgent;
    bool was_told; // the emergency sentence went out directly
    struct str target, body;
    struct str told_keys; // event keys that were told, separated by LF
};

typedef void journal_done(void *context, bool is_good);
typedef void journal_read_done(void *context, const struct journal_row *rows,
                               size_t count, size_t damaged);

// Opens (or makes) the file; 0600. NULL when it cannot be opened or written.
struct journal *journal_new(struct event_base *base, const char *path);
// Finishes what was asked, then closes.
void journal_free(struct journal *journal);

// Appends; the row is copied. `done` comes from the loop after the sync.
void journal_put(struct journal *journal, const struct journal_row *row,
                 journal_done *done, void *context);
// Marks a row's emergency sentence as said.
void journal_told(struct journal *journal, int64_t sequence);
// The next rows in order, at most max.
void journal_read(struct journal *journal, size_t max, journal_read_done *done,
                  void *context);
// Forgets rows up to a sequence: they are committed in PostgreSQL.
void journal_drop(struct journal *journal, int64_t sequence, journal_done *done,
                  void *context);
// Keeps a named document (the directory's mirror).
void journal_mirror(struct journal *journal, const char *name, struct str document);
// The mirrored document, read at start, before the thread works; empty when none.
struct str journal_mirrored(struct journal *journal, const char *name,
                            struct arena *arena);

// Rows that wait, as last known in the loop; and puts that are not on the disk yet.
size_t journal_depth(const struct journal *journal);

#endif
