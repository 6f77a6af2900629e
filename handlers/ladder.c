// SPDX-License-Identifier: Apache-2.0
//
// The rungs, one function each, and the timers that drive them. Each rung says whom it
// reached; a rung that reached nobody is passed over in the same plan. The last rung
// repeats for ever.
//
// A page (text to an officer's phone) goes to officers without a live console on the
// first rung, and to all phones of the koban from the second.
#include "handlers/ladder.h"

#include <stddef.h>

#include "core/crowd.h"
#include "handlers/say.h"

// Rings one koban's consoles and writes the access that goes with it. True when a live
// console with confirmed sound is there.
static bool ring_consoles(struct plan *plan, const struct decision *decision,
                          int32_t koban_id) {
    const struct koban *koban = roster_koban(decision->facts->roster, koban_id);
    if (koban == NULL) return false;
    if (koban_id != plan->thread.koban_id) plan_grant(plan, koban_id, STR("ladder"));
    if (plan->thread.is_surge) plan_relay(plan, RELAY_SURGE, koban_id, SURGE_KOBAN);
    else plan_relay(plan, RELAY_ALARM, koban_id, plan->thread.rung);
    return koban->consoles > 0;
}

// No officer is offered more than three emergencies at once (people.md 2).
enum { OFFERED_AT_ONCE = 3 };

static bool has_enough(const struct plan *plan, const struct decision *decision,
                       const struct duty *duty) {
    const struct crowd *crowd = decision->facts->crowd;
    if (crowd == NULL) return false;
    return crowd_offered(crowd, duty->officer_id, plan->thread.id) >= OFFERED_AT_ONCE;
}

static int in_hand(const struct plan *plan, const struct decision *decision,
                   const struct duty *duty) {
    const struct crowd *crowd = decision->facts->crowd;
    if (crowd == NULL) return duty->emergencies;
    return crowd_in_hand(crowd, duty->officer_id, plan->thread.id);
}

// Whether a text to this officer has a place in the plan: a phone, room, and no text yet
// (one person may be on duty at two places of a rung). Who has just said NO, or writes
// in this moment, is not asked.
static bool can_page(const struct plan *plan, const struct decision *decision,
                     const struct duty *duty) {
    const struct facts *facts = decision->facts;
    if (duty->phone_channel_id == 0 || duty->role == ROLE_READER) return false;
    if (duty->officer_id == facts->sender_officer_id) return false;
    if (crowd_has_refused(facts->crowd, duty->officer_id, plan->thread.id)) return false;
    if (plan->effect_count + 12 > PLAN_EFFECTS_MAX) return false;
    if (plan->ids_taken + 4 > FACTS_IDS) return false;
    for (size_t i = 0; i < plan->effect_count; i++) {
        const struct effect *effect = &plan->effects[i];
        if (effect->kind == EFFECT_STORE &&
            effect->as.store.direction == DIRECTION_PAGE &&
            effect->as.store.officer_id == duty->officer_id)
            return false;
    }
    return true;
}

static bool may_page(const struct plan *plan, const struct decision *decision,
                     const struct duty *duty) {
    return can_page(plan, decision, duty) && !has_enough(plan, decision, duty);
}

// Pages the phones of a koban's officers on duty. True when one was paged.
static bool page_phones(struct plan *plan, const struct decision *decision,
                        int32_t koban_id, bool also_with_console) {
    size_t count;
    const struct duty *duties = roster_duties(decision->facts->roster, koban_id, &count);
    bool is_paged = false;
    for (size_t i = 0; i < count; i++) {
        const struct duty *duty = &duties[i];
        if (duty->has_console && !also_with_console) continue;
        if (!may_page(plan, decision, duty)) continue;
        say_page(plan, decision, "page", duty);
        is_paged = true;
    }
    return is_paged;
}

static bool ring_officers(struct plan *plan, const struct decision *decision) {
    bool has_console = ring_consoles(plan, decision, plan->thread.koban_id);
    bool is_paged = page_phones(plan, decision, plan->thread.koban_id, false);
    return has_console || is_paged;
}

static bool ring_whole_koban(struct plan *plan, const struct decision *decision) {
    bool has_console = ring_consoles(plan, decision, plan->thread.koban_id);
    bool is_paged = page_phones(plan, decision, plan->thread.koban_id, true);
    return has_console || is_paged;
}

// Supervisors on duty in the area, wherever they sit.
static bool ring_supervisors(struct plan *plan, const struct decision *decision) {
    const struct roster *roster = decision->facts->roster;
    bool is_reached = false;
    for (size_t i = 0; i < roster->duty_count; i++) {
        const struct duty *duty = &roster->duties[i];
        if (duty->role != ROLE_SUPERVISOR || duty->area_id != plan->thread.area_id)
            continue;
        if (plan->effect_count + 8 > PLAN_EFFECTS_MAX) break;
        if (duty->has_console) {
            ring_consoles(plan, decision, duty->koban_id);
            is_reached = true;
        }
        if (may_page(plan, decision, duty)) {
            say_page(plan, decision, "page", duty);
            is_reached = true;
        }
    }
    return is_reached;
}

void ladder_page_supervisors(struct plan *plan, const struct decision *decision,
                             const char *id) {
    const struct roster *roster = decision->facts->roster;
    for (size_t i = 0; i < roster->duty_count; i++) {
        const struct duty *duty = &roster->duties[i];
        if (duty->role != ROLE_SUPERVISOR || duty->area_id != plan->thread.area_id)
            continue;
        if (!duty->has_console && can_page(plan, decision, duty))
            say_page(plan, decision, id, duty);
    }
}

static bool ring_neighbour(struct plan *plan, const struct decision *decision) {
    const struct koban *koban =
        roster_koban(decision->facts->roster, plan->thread.koban_id);
    bool is_reached = ring_supervisors(plan, decision);
    if (koban != NULL && koban->neighbour_id != 0) {
        bool has_console = ring_consoles(plan, decision, koban->neighbour_id);
        bool is_paged = page_phones(plan, decision, koban->neighbour_id, true);
        is_reached = is_reached || has_console || is_paged;
    }
    return is_reached;
}

// The station's own phone hears of it, once a climb: whoever is near it looks at a
// console. It is nobody's: no TAKE, no link.
static bool call_desk(struct plan *plan, const struct decision *decision,
                      int32_t koban_id) {
    const struct koban *koban = roster_koban(decision->facts->roster, koban_id);
    if (koban == NULL || koban->phone_channel_id == 0) return false;
    if (plan->effect_count + 12 > PLAN_EFFECTS_MAX) return false;
    if (plan->ids_taken + 4 > FACTS_IDS) return false;
    say_desk(plan, decision, "page_desk", koban);
    return true;
}

static bool ring_desk(struct plan *plan, const struct decision *decision) {
    const struct area *area = roster_area(decision->facts->roster, plan->thread.area_id);
    if (area == NULL || area->desk_koban_id == 0) return false;
    bool has_console = ring_consoles(plan, decision, area->desk_koban_id);
    bool is_paged = page_phones(plan, decision, area->desk_koban_id, true);
    bool is_called = call_desk(plan, decision, area->desk_koban_id);
    return has_console || is_paged || is_called;
}

// The officer of the area with the fewest emergencies in hand, the thread's own koban
// first; who works at a console has the list. NULL when there is none, or with a limit
// when all are offered three.
static const struct duty *freest_phone(const struct plan *plan,
                                       const struct decision *decision, bool is_limited) {
    const struct roster *roster = decision->facts->roster;
    const struct crowd *crowd = decision->facts->crowd;
    const struct duty *best = NULL;
    int best_rank = 0;
    for (size_t i = 0; i < roster->duty_count; i++) {
        const struct duty *duty = &roster->duties[i];
        if (duty->area_id != plan->thread.area_id || duty->has_console) continue;
        if (!can_page(plan, decision, duty)) continue;
        if (is_limited && has_enough(plan, decision, duty)) continue;
        if (is_limited && crowd != NULL &&
            crowd_has_offer(crowd, duty->officer_id, plan->thread.id))
            continue;
        bool is_far = duty->koban_id != plan->thread.koban_id;
        int rank = in_hand(plan, decision, duty) + (is_far ? OFFERED_AT_ONCE : 0);
        if (best != NULL && rank >= best_rank) continue;
        best = duty;
        best_rank = rank;
    }
    return best;
}

static bool area_has_console(const struct roster *roster, int32_t area_id) {
    for (size_t i = 0; i < roster->koban_count; i++) {
        const struct koban *koban = &roster->kobans[i];
        if (koban->area_id == area_id && koban->consoles > 0) return true;
    }
    return false;
}

static bool ring_command(struct plan *plan, const struct decision *decision) {
    const struct area *area = roster_area(decision->facts->roster, plan->thread.area_id);
    if (area == NULL || area->command_koban_id == 0) return false;
    bool has_console = ring_consoles(plan, decision, area->command_koban_id);
    bool is_paged = page_phones(plan, decision, area->command_koban_id, true);
    return has_console || is_paged;
}

// Every console of the area and the command desk; the rung that never ends. Whoever has
// come on duty meanwhile with nothing but a phone is texted too. When that reaches nobody
// at all, one phone gets a fourth: silence is worse.
static bool ring_everyone(struct plan *plan, const struct decision *decision) {
    plan_relay(plan, RELAY_ALARM, 0, plan->thread.rung);
    bool is_reached = area_has_console(decision->facts->roster, plan->thread.area_id);
    is_reached |= page_phones(plan, decision, plan->thread.koban_id, true);
    is_reached |= ring_neighbour(plan, decision);
    // What rings can be opened.
    plan_grant(plan, PLAN_WHOLE_AREA, STR("ladder"));
    is_reached |= ring_command(plan, decision);
    const struct duty *duty = is_reached ? NULL : freest_phone(plan, decision, false);
    if (duty != NULL) say_page(plan, decision, "page", duty);
    return true;
}

static bool ring(struct plan *plan, const struct decision *decision, int rung) {
    switch (rung) {
    case 0: return ring_officers(plan, decision);
    case 1: return ring_whole_koban(plan, decision);
    case 2: return ring_neighbour(plan, decision);
    case 3: return ring_desk(plan, decision);
    default: return ring_everyone(plan, decision);
    }
}

static void told_start(struct plan *plan, const struct decision *decision) {
    const struct country *country = decision->house->country;
    plan_start_timer(plan, TIMER_TOLD_FIRST, country->told_first_ms, 0);
    plan_start_timer(plan, TIMER_TOLD_SECOND, country->told_second_ms, 0);
}

static bool is_koban_surge(const struct decision *decision, const struct koban *koban,
                           bool is_counted) {
    const struct facts *facts = decision->facts;
    int limit = koban->surge_limit > 0 ? koban->surge_limit
                                       : decision->house->country->surge_limit;
    const struct crowd_koban *crowd = crowd_koban(facts->crowd, koban->id);
    int unopened = crowd != NULL ? crowd->unopened : koban->unacknowledged;
    return unopened - (is_counted && !facts->is_page ? 1 : 0) >= limit;
}

// The surge in which this thread's alarm rings. What comes from chat pages is counted
// apart: however much it is, it makes no surge of those whose address is known.
static enum surge surge_of(const struct plan *plan, const struct decision *decision) {
    const struct facts *facts = decision->facts;
    int32_t koban_id = plan->thread.koban_id;
    const struct koban *koban = roster_koban(facts->roster, koban_id);
    if (koban == NULL) return SURGE_NONE;
    bool is_counted = facts->thread.koban_id == koban_id &&
                      thread_is_unacknowledged(&facts->thread);
    if (is_koban_surge(decision, koban, is_counted)) return SURGE_KOBAN;
    const struct crowd_koban *crowd = crowd_koban(facts->crowd, koban_id);
    if (!facts->is_page || crowd == NULL) return SURGE_NONE;
    int limit = decision->house->country->page_limit;
    return crowd->pages - (is_counted ? 1 : 0) >= limit ? SURGE_PAGES : SURGE_NONE;
}

// Ladders of the koban that were ringing when the surge began join it now, not at their
// next rung.
static void surge_spread(struct plan *plan, const struct decision *decision,
                         enum surge surge) {
    const struct thread *before = &decision->facts->thread;
    int32_t koban_id = plan->thread.koban_id;
    const struct crowd_koban *crowd = crowd_koban(decision->facts->crowd, koban_id);
    bool is_counted = before->koban_id == koban_id && !before->is_surge &&
                      thread_is_unacknowledged(before);
    int calm =
        crowd == NULL ? 0 : crowd->calm_pages + (surge == SURGE_KOBAN ? crowd->calm : 0);
    if (crowd != NULL && calm - (is_counted ? 1 : 0) <= 0) return;
    struct effect *effect = plan_add(plan, EFFECT_SURGE_BEGINS);
    effect->as.surge.koban_id = koban_id;
    effect->as.surge.surge = surge;
}

// This thread joins a surge. In one of its koban, what waits to be said is not true any
// more; what a chat page is told is.
static void surge_join(struct plan *plan, const struct decision *decision,
                       enum surge surge) {
    bool was_silent = thread_surge(&plan->thread) == SURGE_KOBAN;
    plan->thread.is_surge = true;
    plan->thread.rung = (int16_t)surge;
    if (surge == SURGE_PAGES) {
        if (was_silent) told_start(plan, decision);
        return;
    }
    plan_stop_timer(plan, TIMER_TOLD_FIRST);
    plan_stop_timer(plan, TIMER_TOLD_SECOND);
    if (plan->thread_change == THREAD_UPDATE) say_surge_instead(plan, decision);
}

// One alarm with a count, for the whole area: its consoles hold one list by urgency. Each
// emergency is offered to one phone; those of chat pages to none that the others may
// need, where a console rings. What nobody has opened by the next time, or what nobody of
// the area can hear, rings at the command desk too.
static void surge_ring(struct plan *plan, const struct decision *decision,
                       enum surge surge) {
    const struct roster *roster = decision->facts->roster;
    bool is_again = thread_surge(&plan->thread) == surge;
    if (!is_again) surge_join(plan, decision, surge);
    surge_spread(plan, decision, surge);
    plan_grant(plan, PLAN_WHOLE_AREA, STR("overflow"));
    plan_relay(plan, RELAY_SURGE, 0, (int16_t)surge);
    bool is_heard = area_has_console(roster, plan->thread.area_id);
    const struct duty *duty =
        surge == SURGE_PAGES && is_heard ? NULL : freest_phone(plan, decision, true);
    if (duty != NULL) say_page(plan, decision, "page", duty);
    bool is_reached = duty != NULL || is_heard;
    if (is_again || !is_reached) (void)ring_command(plan, decision);
    int64_t delay = decision->house->country->rung_ms[LADDER_RUNGS - 1];
    plan_start_timer(plan, TIMER_LADDER, delay, 0);
}

// A surge is over for a thread when its turn comes and the koban has no more than its
// limit: it rings like any other, from the first rung, and its resident is told again
// that nobody has opened it.
static void surge_end(struct plan *plan, const struct decision *decision) {
    if (thread_surge(&plan->thread) == SURGE_KOBAN) told_start(plan, decision);
    plan->thread.is_surge = false;
    plan->thread.rung = 0;
}

void ladder_climb(struct plan *plan, const struct decision *decision) {
    enum surge surge = surge_of(plan, decision);
    if (surge != SURGE_NONE) {
        surge_ring(plan, decision, surge);
        return;
    }
    if (plan->thread.is_surge) surge_end(plan, decision);
    int rung = plan->thread.rung < 0 ? 0 : plan->thread.rung;
    if (rung >= LADDER_RUNGS) rung = LADDER_RUNGS - 1;
    for (;;) {
        plan->thread.rung = (int16_t)rung;
        bool is_reached = ring(plan, decision, rung);
        if (is_reached || rung == LADDER_RUNGS - 1) break;
        rung++;
    }
    int64_t delay = decision->house->country->rung_ms[rung];
    int next = rung + 1 < LADDER_RUNGS ? rung + 1 : LADDER_RUNGS - 1;
    plan->thread.rung = (int16_t)next;
    plan_start_timer(plan, TIMER_LADDER, delay, next);
}

void ladder_start(struct plan *plan, const struct decision *decision) {
    plan->thread.acknowledged_by = 0;
    plan->thread.acknowledged_at_ms = 0;
    plan->thread.attended_at_ms = 0;
    plan->thread.status = STATUS_NONE;
    plan->thread.rung = 0;
    plan->thread.is_surge = false;
    plan_stop_timer(plan, TIMER_UNOPENED);
    plan_stop_timer(plan, TIMER_ATTENTION);
    plan_stop_timer(plan, TIMER_UNSEEN);
    told_start(plan, decision);
    ladder_climb(plan, decision);
}

void ladder_stop(struct plan *plan, const struct decision *decision, int64_t officer_id) {
    struct thread *thread = &plan->thread;
    thread->acknowledged_by = officer_id;
    thread->acknowledged_at_ms = decision->facts->now_ms;
    thread->seen_inbound_ms = thread->last_inbound_ms;
    thread->is_surge = false;
    plan_stop_timer(plan, TIMER_LADDER);
    plan_stop_timer(plan, TIMER_TOLD_FIRST);
    plan_stop_timer(plan, TIMER_TOLD_SECOND);
    plan_stop_timer(plan, TIMER_UNSEEN);
    plan_add(plan, EFFECT_DROP_QUEUED);
    plan_relay(plan, RELAY_ALARM_END, 0, thread->urgency);
    plan_start_timer(plan, TIMER_ATTENTION, decision->house->country->attention_ms, 0);
}

void ladder_attend(struct plan *plan, const struct decision *decision) {
    plan->thread.attended_at_ms = decision->facts->now_ms;
    plan->thread.seen_inbound_ms = plan->thread.last_inbound_ms;
    plan_stop_timer(plan, TIMER_ATTENTION);
    plan_stop_timer(plan, TIMER_UNSEEN);
}

void ladder_end(struct plan *plan) {
    static const enum timer_kind kinds[] = {
        TIMER_LADDER,     TIMER_ATTENTION,  TIMER_UNSEEN,
        TIMER_ON_THE_WAY, TIMER_TOLD_FIRST, TIMER_TOLD_SECOND,
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) plan_stop_timer(plan, kinds[i]);
    plan->thread.rung = -1;
}

bool ladder_is_on_duty(const struct roster *roster, int64_t officer_id) {
    if (officer_id == 0) return false;
    for (size_t i = 0; i < roster->duty_count; i++) {
        if (roster->duties[i].officer_id == officer_id) return true;
    }
    return false;
}

// Opened, and then nothing: it counts as unopened again and the next rung rings.
static void climb_again(struct plan *plan, const struct decision *decision) {
    plan->thread.acknowledged_at_ms = 0;
    plan_relay(plan, RELAY_ATTENTION, plan->thread.koban_id, plan->thread.urgency);
    plan_audit(plan, STR("thread.ignored"), plan->thread.acknowledged_by,
               (struct str){0});
    ladder_climb(plan, decision);
}

static void ask_on_the_way(struct plan *plan, const struct decision *decision) {
    const struct thread *thread = &plan->thread;
    plan_relay(plan, RELAY_ATTENTION, thread->koban_id, thread->urgency);
    const struct roster *roster = decision->facts->roster;
    for (size_t i = 0; i < roster->duty_count; i++) {
        const struct duty *duty = &roster->duties[i];
        bool is_theirs = duty->officer_id == thread->claimed_by ||
                         duty->officer_id == thread->acknowledged_by;
        if (!is_theirs || duty->phone_channel_id == 0) continue;
        say_page(plan, decision, "page_still_on_the_way", duty);
        break;
    }
    int64_t delay = decision->house->country->on_the_way_ms;
    plan_start_timer(plan, TIMER_ON_THE_WAY, delay, 0);
}

// The two texts "nobody has opened it yet"; when the koban has come into surge meanwhile,
// the thread joins it instead.
static void tell_unopened(struct plan *plan, const struct decision *decision,
                          const struct event *event) {
    bool is_first = event->timer == TIMER_TOLD_FIRST;
    if (surge_of(plan, decision) == SURGE_KOBAN) {
        if (thread_surge(&plan->thread) != SURGE_KOBAN) ladder_climb(plan, decision);
        return;
    }
    say(plan, decision, event, is_first ? "not_opened" : "not_opened_second", SAY_LADDER);
}

bool ladder_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    if (event->kind != EVENT_TIMER) return false;
    switch (event->timer) {
    case TIMER_LADDER:
    case TIMER_ATTENTION:
    case TIMER_UNSEEN:
    case TIMER_ON_THE_WAY:
    case TIMER_TOLD_FIRST:
    case TIMER_TOLD_SECOND: return true;
    default: return false;
    }
}

// Whether the reason of a due timer still holds: it may have been overtaken while the
// row waited.
static bool is_still_due(const struct thread *thread, enum timer_kind timer) {
    if (!thread_is_open(thread) || thread->intent != INTENT_EMERGENCY) return false;
    bool is_ended = thread->status == STATUS_ON_SCENE ||
                    thread->status == STATUS_PASSED_ON || thread->status == STATUS_DONE;
    switch (timer) {
    case TIMER_ATTENTION:
        return thread->acknowledged_at_ms != 0 && !is_ended &&
               thread->attended_at_ms < thread->acknowledged_at_ms;
    case TIMER_UNSEEN:
        return thread->acknowledged_at_ms != 0 && !is_ended &&
               thread->seen_inbound_ms < thread->last_inbound_ms;
    case TIMER_ON_THE_WAY: return thread->status == STATUS_ON_THE_WAY;
    default: return thread->acknowledged_at_ms == 0;
    }
}

void ladder_decide(const struct decision *decision, const struct event *event,
                   struct plan *plan) {
    plan_thread_keep(plan, decision->facts);
    plan_stop_timer(plan, event->timer);
    if (!is_still_due(&decision->facts->thread, event->timer)) return;
    switch (event->timer) {
    case TIMER_LADDER: ladder_climb(plan, decision); break;
    case TIMER_ATTENTION:
    case TIMER_UNSEEN: climb_again(plan, decision); break;
    case TIMER_ON_THE_WAY: ask_on_the_way(plan, decision); break;
    default: tell_unopened(plan, decision, event); break;
    }
}
