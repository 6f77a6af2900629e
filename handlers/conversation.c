// SPDX-License-Identifier: Apache-2.0
//
// Joining a thread. Triage only ever raises what stands in the thread; a message never
// makes an emergency less of one.
#include "handlers/conversation.h"

#include <math.h>

#include "handlers/ladder.h"
#include "handlers/say.h"

// A contact that has no row yet is made with its first message.
static void contact_keep(struct plan *plan, const struct facts *facts,
                         const struct event *event) {
    if (plan->has_contact_change) return;
    plan->contact = facts->contact;
    plan->has_contact_change = true;
    if (plan->contact.id == 0) {
        plan->contact.id = plan_take_id(plan, facts);
        plan->contact.is_following = true;
    }
    if (event->is_opt_out) plan->contact.is_opted_out = true;
    if (event->is_opt_in) plan->contact.is_opted_out = false;
}

enum { ALERT_ANSWER_MS = 24 * 60 * 60 * 1000 };

// The alert that a message within a day of it answers; 0: none.
static int64_t answered_alert(const struct facts *facts) {
    const struct subscription *subscription = &facts->subscription;
    bool is_recent = facts->now_ms - subscription->last_alert_ms < ALERT_ANSWER_MS;
    return subscription->area_id != 0 && is_recent ? subscription->last_alert_id : 0;
}

// The koban a message goes to when its thread is new: where the place is, if it is told;
// an answer to an alert where the alert came from.
static int32_t koban_of(const struct facts *facts) {
    bool is_told = facts->place == PLACE_PIN || facts->place == PLACE_TEXT;
    if (!is_told && answered_alert(facts) != 0) {
        const struct koban *koban =
            roster_koban(facts->roster, facts->subscription.last_alert_koban_id);
        if (koban != NULL) return koban->id;
    }
    if (facts->place_koban_id != 0) return facts->place_koban_id;
    return facts->channel->desk_koban_id;
}

static void thread_new(const struct decision *decision, struct plan *plan) {
    const struct facts *facts = decision->facts;
    struct thread *thread = &plan->thread;
    *thread = (struct thread){0};
    plan->thread_change = THREAD_NEW;
    thread->id = plan_take_id(plan, facts);
    thread->koban_id = koban_of(facts);
    const struct koban *koban = roster_koban(facts->roster, thread->koban_id);
    thread->area_id = koban != NULL ? koban->area_id : facts->thread.area_id;
    thread->number = facts->fresh_number;
    thread->intake_id = plan->contact.intake_id;
    thread->contact_id = plan->contact.id;
    thread->channel_id = plan->contact.channel_id;
    thread->address = plan->contact.address;
    thread->opened_at_ms = facts->now_ms;
    thread->rung = -1;
    thread->is_place_confirmed = facts->place == PLACE_CHANNEL ||
                                 facts->place == PLACE_PIN || facts->place == PLACE_TEXT;
    thread->previous_area_id = facts->thread.previous_area_id;
    thread->previous_thread_id = facts->thread.previous_thread_id;
    plan->contact.current_area_id = thread->area_id;
    plan->contact.current_thread_id = thread->id;
}

static void language_and_manner(const struct decision *decision,
                                const struct event *event, struct plan *plan) {
    const struct triage_result *triage = decision->triage;
    struct contact *contact = &plan->contact;
    struct str heard = triage != NULL ? triage->language : (struct str){0};
    bool is_clear = heard.n > 0 && !str_eq(heard, STR("und"));
    if (is_clear) contact->language = heard;
    else if (contact->language.n == 0 && event->language_hint.n > 0)
        contact->language = event->language_hint;
    // Manner sticks to the address and only grows here; leaving it needs an officer.
    if (triage != NULL && triage->manner > contact->manner)
        contact->manner = triage->manner;
    // A language that we do not speak is answered in easy words of the house's and
    // English, whatever this address wrote before (people.md 8), until a known one is
    // written again.
    bool is_foreign = triage != NULL && triage->language_guess.n > 0;
    bool stays_foreign = !is_clear && str_eq(plan->thread.language, STR("und"));
    plan->thread.language = is_foreign || stays_foreign ? STR("und") : contact->language;
    if (contact->manner > plan->thread.manner || plan->thread_change == THREAD_NEW)
        plan->thread.manner = contact->manner;
}

// Where it is was asked and is known now. What nobody has opened goes to that koban; the
// desk that had it goes on seeing it.
static void place_follow(const struct koban *koban, bool was_confirmed,
                         struct plan *plan) {
    struct thread *thread = &plan->thread;
    bool is_free = plan->thread_change == THREAD_UPDATE && !was_confirmed &&
                   thread->acknowledged_at_ms == 0 && thread->claimed_by == 0;
    if (!is_free || koban->area_id != thread->area_id || koban->id == thread->koban_id)
        return;
    thread->koban_id = koban->id;
    plan_grant(plan, koban->id, STR("place"));
}

static void position_keep(const struct facts *facts, const struct event *event,
                          struct plan *plan) {
    bool was_confirmed = plan->thread.is_place_confirmed;
    if (event->has_position) {
        plan->thread.has_position = true;
        plan->thread.latitude = event->latitude;
        plan->thread.longitude = event->longitude;
    }
    bool is_told = facts->place == PLACE_PIN || facts->place == PLACE_TEXT;
    // Words after a pin do not move it.
    bool is_pinned = facts->place == PLACE_TEXT && plan->thread.has_position &&
                     was_confirmed;
    if (!is_told || is_pinned) return;
    plan->thread.is_place_confirmed = true;
    plan->contact.known_koban_id = facts->place_koban_id;
    const struct koban *koban = roster_koban(facts->roster, facts->place_koban_id);
    if (koban == NULL) return;
    plan->contact.known_area_id = koban->area_id;
    place_follow(koban, was_confirmed, plan);
}

// A question is over with its answer: where it is, with any words; yes or no, with a yes
// or no. After that a digit is no answer to it and a keyword is a command again.
static void question_end(const struct decision *decision, const struct event *event,
                         struct plan *plan) {
    enum question question = decision->facts->thread.question;
    bool is_answer = decision->triage != NULL && decision->triage->is_answer;
    bool is_place = question == QUESTION_WHERE &&
                    (event->text.n > 0 || event->has_position);
    if (is_answer || is_place) plan->thread.question = QUESTION_NONE;
}

static void intent_raise(const struct triage_result *triage, struct plan *plan) {
    struct thread *thread = &plan->thread;
    if (triage == NULL) return;
    bool is_new = plan->thread_change == THREAD_NEW;
    if (is_new || intent_rank(triage->intent) > intent_rank(thread->intent)) {
        thread->intent = triage->intent;
        thread->category = triage->category;
    } else if (thread->category == CATEGORY_OTHER) {
        thread->category = triage->category;
    }
    if (triage->urgency > thread->urgency) thread->urgency = triage->urgency;
}

// An answer to an alert is read by a person, whatever it says (people.md 9).
static void alert_answer(const struct facts *facts, struct plan *plan) {
    int64_t alert_id = answered_alert(facts);
    struct thread *thread = &plan->thread;
    if (alert_id == 0 || thread->area_id != facts->subscription.area_id) return;
    if (intent_rank(thread->intent) < intent_rank(INTENT_CONSULTATION))
        thread->intent = INTENT_CONSULTATION;
    plan_add(plan, EFFECT_ALERT_REPLY)->as.alert_reply.alert_id = alert_id;
}

void conversation_join(const struct decision *decision, const struct event *event,
                       struct plan *plan) {
    const struct facts *facts = decision->facts;
    plan->outcome = OUTCOME_MESSAGE;
    contact_keep(plan, facts, event);
    if (thread_is_open(&facts->thread)) {
        plan_thread_keep(plan, facts);
        question_end(decision, event, plan);
    } else {
        thread_new(decision, plan);
    }
    language_and_manner(decision, event, plan);
    position_keep(facts, event, plan);
    intent_raise(decision->triage, plan);
    // Whoever is in danger is asked nothing else.
    if (plan->thread.intent == INTENT_EMERGENCY) plan->contact.dialog = DIALOG_NONE;
    alert_answer(facts, plan);
    plan->intent = plan->thread.intent;
    plan->thread.last_inbound_ms = facts->now_ms;
    // The resident wrote: a thread that waited for them is somebody's again.
    if (plan->thread.state == THREAD_WAITING) {
        bool is_held = ladder_is_on_duty(facts->roster, plan->thread.claimed_by);
        plan->thread.state = is_held ? THREAD_CLAIMED : THREAD_OPEN;
        plan_stop_timer(plan, TIMER_SNOOZE);
    }
    say_store_inbound(plan, decision, event);
}

void conversation_open(const struct decision *decision, const struct event *event,
                       struct plan *plan) {
    const struct facts *facts = decision->facts;
    contact_keep(plan, facts, event);
    if (thread_is_open(&facts->thread)) {
        plan_thread_keep(plan, facts);
        return;
    }
    thread_new(decision, plan);
    plan->thread.language = plan->contact.language;
    plan->thread.manner = plan->contact.manner;
    plan->thread.intent = INTENT_CONSULTATION;
}

void conversation_record(const struct decision *decision, const struct event *event,
                         struct plan *plan) {
    const struct facts *facts = decision->facts;
    contact_keep(plan, facts, event);
    bool is_record = facts->thread.id != 0 && facts->thread.intent == INTENT_COMMAND;
    if (is_record || thread_is_open(&facts->thread)) {
        plan_thread_keep(plan, facts);
    } else {
        thread_new(decision, plan);
        plan->thread.state = THREAD_CLOSED;
        plan->thread.intent = INTENT_COMMAND;
        // A page shows the last thread of its address: there the record stays current,
        // and the next command joins it.
        if (!facts->is_local) {
            plan->contact.current_area_id = 0;
            plan->contact.current_thread_id = 0;
        }
    }
    language_and_manner(decision, event, plan);
    plan->outcome = OUTCOME_COMMAND;
    plan->intent = INTENT_COMMAND;
    say_store_inbound(plan, decision, event);
}

// An emergency whose thread an officer holds: their consoles hear that there is more,
// and it climbs again if nobody looks within the minute.
static void tell_emergency(const struct decision *decision, struct plan *plan) {
    struct thread *thread = &plan->thread;
    if (thread->acknowledged_at_ms == 0) {
        // It rings already; where it is now known to be, from the first rung.
        if (thread->koban_id == decision->facts->thread.koban_id) return;
        thread->rung = 0;
        ladder_climb(plan, decision);
        return;
    }
    bool is_more = decision->triage != NULL &&
                   decision->triage->intent == INTENT_EMERGENCY;
    if (is_more) {
        struct effect *effect = plan_add(plan, EFFECT_RELAY);
        effect->as.relay.kind = RELAY_CHIME;
        effect->as.relay.koban_id = thread->koban_id;
        effect->as.relay.officer_id = thread->claimed_by != 0 ? thread->claimed_by
                                                              : thread->acknowledged_by;
        effect->as.relay.urgency = thread->urgency;
    }
    int64_t delay = decision->house->country->unseen_ms;
    plan_start_timer(plan, TIMER_UNSEEN, delay, 0);
}

void conversation_tell(const struct decision *decision, struct plan *plan) {
    const struct thread *thread = &plan->thread;
    plan_relay(plan, RELAY_MESSAGE, thread->koban_id, thread->urgency);
    if (thread->intent == INTENT_EMERGENCY) tell_emergency(decision, plan);
}

bool conversation_say_outside(const struct decision *decision, const struct event *event,
                              struct plan *plan) {
    // Once: a pin that moves is not told at each step.
    bool is_told = thread_is_open(&decision->facts->thread) &&
                   decision->facts->thread.has_position;
    if (decision->facts->place != PLACE_OUTSIDE || is_told) return false;
    return say(plan, decision, event, "out_of_territory", SAY_ANSWER);
}

static struct str choice_text(const struct facts *facts, const struct plan *plan) {
    struct str out = {0};
    for (size_t i = 0; i < facts->place_choice_count; i++) {
        const struct koban *koban = roster_koban(facts->roster, facts->place_choice[i]);
        if (koban == NULL) continue;
        struct str name = koban_name(koban, plan->thread.language);
        if (out.n > 0) out = arena_join(plan->arena, out, STR(" / "));
        out = arena_join(plan->arena, out, name);
    }
    return out;
}

bool conversation_ask_which(const struct decision *decision, const struct event *event,
                            struct plan *plan) {
    const struct facts *facts = decision->facts;
    struct thread *thread = &plan->thread;
    bool is_asked = thread->questions_asked >= CONVERSATION_QUESTIONS ||
                    thread->is_place_confirmed;
    if (facts->place != PLACE_WHICH || is_asked) return false;
    struct sentence_argument list = {STR("list"), choice_text(facts, plan)};
    if (!say_with(plan, decision, event, "ask_which", &list, 1)) return false;
    thread->question = QUESTION_WHERE;
    thread->questions_asked++;
    return true;
}

enum { MINUTES_A_DAY = 24 * 60 };

static int64_t minute_of_day(const struct decision *decision, int32_t area_id) {
    const struct area *area = roster_area(decision->facts->roster, area_id);
    int64_t offset = area != NULL ? area->utc_offset_minutes : 0;
    return (decision->facts->now_ms / 60000 + offset) % MINUTES_A_DAY;
}

int64_t conversation_until_hour(const struct decision *decision, int32_t area_id,
                                int hour) {
    int64_t wait = hour * 60 - minute_of_day(decision, area_id);
    if (wait <= 0) wait += MINUTES_A_DAY;
    return wait * 60000;
}

bool conversation_is_tomorrow(const struct decision *decision, int32_t area_id,
                              int hour) {
    return minute_of_day(decision, area_id) >= hour * 60;
}
