// SPDX-License-Identifier: Apache-2.0
//
// How much weighs on an area at this moment: the emergencies of each koban that nobody
// has opened, and which of them each officer has been offered. Read fresh for a batch and
// kept true while its events are decided one after the other, so that the twenty-first
// emergency of one second is known to be the twenty-first (people.md 2).
#ifndef CORE_CROWD_H
#define CORE_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/plan.h"

enum { CROWD_KOBANS_MAX = 512, CROWD_OFFERS_MAX = 2048 };

struct crowd_koban {
    int32_t koban_id;
    int32_t unopened;          // emergencies nobody has opened, counted up to a bound
    int32_t calm;              // of them those that are not rung as part of a surge
    int32_t pages, calm_pages; // the same of chat pages, which are counted apart
};

// An emergency an officer was paged about just now, or holds and has not ended.
struct crowd_offer {
    int64_t officer_id;
    int64_t thread_id;
    bool is_held;    // opened and theirs; else offered, nobody has opened it
    bool is_refused; // they answered NO
};

struct crowd {
    int32_t area_id;
    struct crowd_koban kobans[CROWD_KOBANS_MAX];
    size_t koban_count;
    struct crowd_offer offers[CROWD_OFFERS_MAX];
    size_t offer_count;
};

// The koban's row; NULL when nothing of it was read.
const struct crowd_koban *crowd_koban(const struct crowd *crowd, int32_t koban_id);

// How many emergencies the officer is offered, or has in hand: offered or held;
// `but_thread_id` apart.
int crowd_offered(const struct crowd *crowd, int64_t officer_id, int64_t but_thread_id);
int crowd_in_hand(const struct crowd *crowd, int64_t officer_id, int64_t but_thread_id);
bool crowd_has_offer(const struct crowd *crowd, int64_t officer_id, int64_t thread_id);
bool crowd_has_refused(const struct crowd *crowd, int64_t officer_id, int64_t thread_id);

// While reading. What has no room is left out: a crowd that large is a surge all the
// same.
void crowd_add_koban(struct crowd *crowd, const struct crowd_koban *koban);
void crowd_add_offer(struct crowd *crowd, const struct crowd_offer *offer);

// What a decided plan changes: an emergency more or less, pages sent.
void crowd_note(struct crowd *crowd, const struct facts *facts, const struct plan *plan);

#endif
