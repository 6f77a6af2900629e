// SPDX-License-Identifier: Apache-2.0
//
// The receipt names a time only when somebody is on duty, else it says when. Doubt asks
// "is anyone in danger now?"; the answer "1" raises the thread (triage reads it with the
// thread's open question). At most two questions of ours a thread.
#include "handlers/consultation.h"

#include "handlers/conversation.h"
#include "handlers/ladder.h"
#include "handlers/say.h"

enum { OTHER_RISES_AGAIN_MS = 60 * 60 * 1000 };

bool consultation_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    return event->kind == EVENT_MESSAGE;
}

static bool is_staffed(const struct decision *decision, int32_t koban_id) {
    const struct koban *koban = roster_koban(decision->facts->roster, koban_id);
    return koban != NULL && koban->is_staffed;
}

// Opened by nobody in its time: 15 minutes where somebody is on duty, else the same
// after opening hour of the next morning.
static void unopened_start(const struct decision *decision, struct plan *plan) {
    const struct country *country = decision->house->country;
    int64_t delay = (int64_t)country->receipt_minutes * 60000;
    if (!is_staffed(decision, plan->thread.koban_id))
        delay += conversation_until_hour(decision, plan->thread.area_id,
                                         country->opening_hour);
    plan_start_timer(plan, TIMER_UNOPENED, delay, 0);
}

static void ask_danger(const struct decision *decision, const struct event *event,
                       struct plan *plan) {
    bool is_plea = decision->triage != NULL && decision->triage->is_plea_alone;
    if (plan->thread.question == QUESTION_DANGER) return; // asked, not answered yet
    // Whom an officer on duty is talking to is asked by that officer.
    if (!is_plea && ladder_is_on_duty(decision->facts->roster, plan->thread.claimed_by))
        return;
    if (plan->thread.questions_asked >= CONVERSATION_QUESTIONS) return;
    say_question(plan, decision, event, is_plea ? "help_alone" : "ask_danger",
                 QUESTION_DANGER);
}

// A stranger without a place on an account for many koban: the desk has it already, and
// is told where while they are asked.
static bool ask_place(const struct decision *decision, const struct event *event,
                      struct plan *plan) {
    enum place_source place = decision->facts->place;
    bool is_known = place != PLACE_DESK && place != PLACE_NONE && place != PLACE_WHICH;
    if (is_known || plan->thread.questions_asked >= CONVERSATION_QUESTIONS) return false;
    if (conversation_ask_which(decision, event, plan)) return true;
    return say_question(plan, decision, event, "ask_place", QUESTION_WHERE);
}

static void say_receipt(const struct decision *decision, const struct event *event,
                        struct plan *plan) {
    const struct thread *thread = &plan->thread;
    const char *id = "receipt_unstaffed";
    if (is_staffed(decision, thread->koban_id)) id = "receipt_staffed";
    else if (conversation_is_tomorrow(decision, thread->area_id,
                                      decision->house->country->opening_hour))
        id = "receipt_tomorrow";
    say(plan, decision, event, id, SAY_AUTOMATIC);
}

static void answer_new(const struct decision *decision, const struct event *event,
                       struct plan *plan) {
    bool is_outside = conversation_say_outside(decision, event, plan);
    if (plan->thread.intent == INTENT_UNCLEAR) ask_danger(decision, event, plan);
    else if (plan->thread.intent == INTENT_CONSULTATION && !is_outside) {
        if (!ask_place(decision, event, plan)) say_receipt(decision, event, plan);
    }
    unopened_start(decision, plan);
}

// More in an open thread. Doubt that is new, and each plea, is asked about; who has
// answered our question hears once what happens next.
static void answer_more(const struct decision *decision, const struct event *event,
                        struct plan *plan) {
    const struct thread *before = &decision->facts->thread;
    bool is_plea = decision->triage != NULL && decision->triage->is_plea_alone;
    bool is_new_doubt = plan->thread.intent == INTENT_UNCLEAR &&
                        before->intent != INTENT_UNCLEAR;
    (void)conversation_say_outside(decision, event, plan);
    if (before->intent == INTENT_EMERGENCY) return;
    if (conversation_ask_which(decision, event, plan)) return;
    bool is_answered = before->question != QUESTION_NONE &&
                       plan->thread.question == QUESTION_NONE;
    if (is_plea || (is_new_doubt && !is_answered)) ask_danger(decision, event, plan);
    else if (is_answered && before->acknowledged_at_ms == 0 &&
             before->last_automatic_ms == 0)
        say_receipt(decision, event, plan);
}

void consultation_decide(const struct decision *decision, const struct event *event,
                         struct plan *plan) {
    const struct facts *facts = decision->facts;
    enum intent before = facts->thread.intent;
    bool is_open = thread_is_open(&facts->thread);
    conversation_join(decision, event, plan);
    if (facts->is_poisoned) {
        plan_audit(plan, STR("thread.unsettled"), 0, (struct str){0});
        plan->thread.intent = before == INTENT_EMERGENCY ? before : INTENT_UNCLEAR;
        if (!is_open) unopened_start(decision, plan);
    } else if (!is_open) {
        answer_new(decision, event, plan);
    } else {
        answer_more(decision, event, plan);
    }
    conversation_tell(decision, plan);
}

bool consultation_timer_takes(const struct decision *decision,
                              const struct event *event) {
    (void)decision;
    return event->kind == EVENT_TIMER &&
           (event->timer == TIMER_UNOPENED || event->timer == TIMER_SNOOZE);
}

// Rises to the supervisor: the area's desk sees it, supervisors on duty are told.
static void rise(const struct decision *decision, struct plan *plan) {
    const struct roster *roster = decision->facts->roster;
    const struct area *area = roster_area(roster, plan->thread.area_id);
    if (area != NULL && area->desk_koban_id != 0) {
        if (area->desk_koban_id != plan->thread.koban_id)
            plan_grant(plan, area->desk_koban_id, STR("unopened"));
        plan_relay(plan, RELAY_ATTENTION, area->desk_koban_id, plan->thread.urgency);
    }
    plan_relay(plan, RELAY_ATTENTION, plan->thread.koban_id, plan->thread.urgency);
    ladder_page_supervisors(plan, decision, "page_unopened");
    plan_audit(plan, STR("thread.unopened"), 0, (struct str){0});
    plan_start_timer(plan, TIMER_UNOPENED, OTHER_RISES_AGAIN_MS, 0);
}

void consultation_timer_decide(const struct decision *decision, const struct event *event,
                               struct plan *plan) {
    const struct thread *thread = &decision->facts->thread;
    plan_thread_keep(plan, decision->facts);
    plan_stop_timer(plan, event->timer);
    if (!thread_is_open(thread)) return;
    if (event->timer == TIMER_UNOPENED) {
        if (thread->acknowledged_at_ms == 0) rise(decision, plan);
        return;
    }
    if (thread->state == THREAD_WAITING) {
        bool is_held = ladder_is_on_duty(decision->facts->roster, thread->claimed_by);
        plan->thread.state = is_held ? THREAD_CLAIMED : THREAD_OPEN;
    }
    plan_relay(plan, RELAY_ATTENTION, thread->koban_id, thread->urgency);
}
