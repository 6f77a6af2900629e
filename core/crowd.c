// SPDX-License-Identifier: Apache-2.0
//
// Short lists, searched from end to end: an area has tens of koban, an emergency a few
// officers.
#include "core/crowd.h"

static struct crowd_koban *koban_find(struct crowd *crowd, int32_t koban_id) {
    for (size_t i = 0; i < crowd->koban_count; i++) {
        if (crowd->kobans[i].koban_id == koban_id) return &crowd->kobans[i];
    }
    return NULL;
}

const struct crowd_koban *crowd_koban(const struct crowd *crowd, int32_t koban_id) {
    for (size_t i = 0; crowd != NULL && i < crowd->koban_count; i++) {
        if (crowd->kobans[i].koban_id == koban_id) return &crowd->kobans[i];
    }
    return NULL;
}

int crowd_offered(const struct crowd *crowd, int64_t officer_id, int64_t but_thread_id) {
    int count = 0;
    for (size_t i = 0; i < crowd->offer_count; i++) {
        const struct crowd_offer *offer = &crowd->offers[i];
        if (offer->officer_id == officer_id && offer->thread_id != but_thread_id &&
            !offer->is_held && !offer->is_refused)
            count++;
    }
    return count;
}

int crowd_in_hand(const struct crowd *crowd, int64_t officer_id, int64_t but_thread_id) {
    int count = 0;
    for (size_t i = 0; i < crowd->offer_count; i++) {
        const struct crowd_offer *offer = &crowd->offers[i];
        if (offer->officer_id == officer_id && offer->thread_id != but_thread_id &&
            !offer->is_refused)
            count++;
    }
    return count;
}

bool crowd_has_offer(const struct crowd *crowd, int64_t officer_id, int64_t thread_id) {
    for (size_t i = 0; i < crowd->offer_count; i++) {
        const struct crowd_offer *offer = &crowd->offers[i];
        if (offer->officer_id == officer_id && offer->thread_id == thread_id) return true;
    }
    return false;
}

bool crowd_has_refused(const struct crowd *crowd, int64_t officer_id, int64_t thread_id) {
    for (size_t i = 0; crowd != NULL && i < crowd->offer_count; i++) {
        const struct crowd_offer *offer = &crowd->offers[i];
        if (offer->officer_id == officer_id && offer->thread_id == thread_id)
            return offer->is_refused;
    }
    return false;
}

void crowd_add_koban(struct crowd *crowd, const struct crowd_koban *koban) {
    if (crowd->koban_count == CROWD_KOBANS_MAX) return;
    crowd->kobans[crowd->koban_count++] = *koban;
}

void crowd_add_offer(struct crowd *crowd, const struct crowd_offer *offer) {
    bool is_full = crowd->offer_count == CROWD_OFFERS_MAX;
    if (is_full || crowd_has_offer(crowd, offer->officer_id, offer->thread_id)) return;
    crowd->offers[crowd->offer_count++] = *offer;
}

static void offers_end(struct crowd *crowd, int64_t thread_id) {
    size_t kept = 0;
    for (size_t i = 0; i < crowd->offer_count; i++) {
        if (crowd->offers[i].thread_id != thread_id)
            crowd->offers[kept++] = crowd->offers[i];
    }
    crowd->offer_count = kept;
}

static void count(struct crowd *crowd, const struct thread *thread, bool is_page,
                  int change) {
    if (thread->area_id != crowd->area_id || !thread_is_unacknowledged(thread)) return;
    struct crowd_koban *koban = koban_find(crowd, thread->koban_id);
    if (koban == NULL) return;
    *(is_page ? &koban->pages : &koban->unopened) += change;
    if (!thread->is_surge) *(is_page ? &koban->calm_pages : &koban->calm) += change;
}

static void offer_note(struct crowd *crowd, int64_t officer_id,
                       const struct thread *thread, bool is_held) {
    struct crowd_offer offer = {officer_id, thread->id, is_held, false};
    crowd_add_offer(crowd, &offer);
}

static void refusal_note(struct crowd *crowd, int64_t officer_id, int64_t thread_id) {
    for (size_t i = 0; i < crowd->offer_count; i++) {
        struct crowd_offer *offer = &crowd->offers[i];
        if (offer->officer_id == officer_id && offer->thread_id == thread_id)
            offer->is_refused = true;
    }
}

static void effects_note(struct crowd *crowd, const struct plan *plan) {
    for (size_t i = 0; i < plan->effect_count; i++) {
        const struct effect *effect = &plan->effects[i];
        bool is_page = effect->kind == EFFECT_STORE &&
                       effect->as.store.direction == DIRECTION_PAGE &&
                       effect->as.store.officer_id != 0;
        if (is_page && thread_is_unacknowledged(&plan->thread))
            offer_note(crowd, effect->as.store.officer_id, &plan->thread, false);
        if (effect->kind == EFFECT_PAGE_REFUSED)
            refusal_note(crowd, effect->as.page_refused.officer_id, plan->thread.id);
        if (effect->kind != EFFECT_SURGE_BEGINS) continue;
        struct crowd_koban *koban = koban_find(crowd, effect->as.surge.koban_id);
        if (koban == NULL) continue;
        koban->calm_pages = 0;
        if (effect->as.surge.surge == SURGE_KOBAN) koban->calm = 0;
    }
}

void crowd_note(struct crowd *crowd, const struct facts *facts, const struct plan *plan) {
    if (plan->refusal != REFUSAL_NONE || plan->thread_change == THREAD_NONE) return;
    count(crowd, &facts->thread, facts->is_page, -1);
    count(crowd, &plan->thread, facts->is_page, 1);
    bool is_opened = thread_is_unacknowledged(&facts->thread) &&
                     !thread_is_unacknowledged(&plan->thread);
    if (is_opened) {
        offers_end(crowd, plan->thread.id);
        if (plan->thread.claimed_by != 0)
            offer_note(crowd, plan->thread.claimed_by, &plan->thread, true);
    }
    effects_note(crowd, plan);
}
