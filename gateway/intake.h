// SPDX-License-Identifier: Apache-2.0
//
// Intake: narrow inbox rows, natural group commit. What arrives while a commit is in
// flight is the next batch; no timer, at most 256 POSTs a batch; emergencies first. The
// answer to the provider waits for the commit, or for the journal when the commit does
// not come in time.
//
// Admission: at most `admission` accepted and unsettled; beyond it an ordinary POST waits
// for a place and at its deadline goes to the journal; emergencies are exempt.
#ifndef GATEWAY_INTAKE_H
#define GATEWAY_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "adapters/adapter.h"
#include "gateway/gateway.h"

enum intake_result {
    INTAKE_STORED = 0, // committed in PostgreSQL, at least one event new
    INTAKE_DUPLICATE,  // committed: every event was there already
    INTAKE_JOURNALED,  // durable in the local journal
    INTAKE_FULL        // nothing could keep it: 503
};

struct intake_post;
typedef void intake_done(void *context, enum intake_result result);

// One POST with its events, all of one transaction. Owned by intake until it is settled;
// `arena` is taken and freed by it.
struct intake_post {
    struct intake_post *next;
    struct gateway *gateway;
    struct arena *arena;
    int32_t channel_id, intake_id;
    struct str target, body; // raw, for the sweep
    struct event *events;
    size_t event_count;
    int64_t *ids;        // inbox ids, one an event
    bool is_urgent;      // holds an emergency
    int64_t received_ms; // database's clock
    int64_t deadline_ms; // monotonic: journal after this
    intake_done *done;
    void *context;
    size_t waiting; // events not settled yet, plus one for intake itself
    bool is_answered;
    bool is_counted; // holds a place of the admission
    // replay from the journal
    bool was_told;      // the emergency sentence went out directly
    bool is_unreadable; // there is something in it that makes no event: to quarantine
    size_t call;        // where its rows stand in the result
};

// Where posts go that cannot be committed in time, and who is told that the breaker has
// opened. `kept` is called once, from the loop.
typedef void intake_kept(void *context, bool is_kept);
struct intake_fallback {
    void (*keep)(void *context, struct intake_post *post, intake_kept *kept,
                 void *kept_context);
    void (*begin)(void *context);
    void *context;
};

struct intake *intake_new(struct gateway *gateway);
void intake_set_fallback(struct intake *intake, const struct intake_fallback *fallback);
void intake_free(struct intake *intake);

void intake_submit(struct intake *intake, struct intake_post *post);
// The connection is back, or a place has become free.
void intake_kick(struct intake *intake);
// Whether posts go straight to the journal.
bool intake_is_open_breaker(const struct intake *intake);
// The journal is empty again and a probe commit has succeeded.
void intake_close_breaker(struct intake *intake);
// Adds the call that stores one POST: its events, or its bytes in quarantine.
void intake_write_post(struct db_batch *batch, const struct intake_post *post);
bool intake_is_idle(const struct intake *intake);

// Gives the events of a stored POST to settle (also from the sweep and the replay).
void intake_settle(struct intake_post *post, size_t index, int16_t attempts);
void intake_release(struct intake_post *post);

#endif
