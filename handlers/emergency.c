// SPDX-License-Identifier: Apache-2.0
//
// An emergency rings at once, tells the resident the right number and that the text has
// arrived, and climbs until a person opens it (ladder.h). When it is a new alarm and
// when only more of one that is being attended: people.md 1.
#include "handlers/emergency.h"

#include "handlers/conversation.h"
#include "handlers/ladder.h"
#include "handlers/say.h"

bool emergency_takes(const struct decision *decision, const struct event *event) {
    return event->kind == EVENT_MESSAGE && decision->triage != NULL &&
           decision->triage->intent == INTENT_EMERGENCY;
}

// An emergency somebody opened and has not ended, on duty: more of it chimes. All else
// (a consultation that turns, an ended or forsaken emergency) is a new alarm.
static bool is_attended(const struct facts *facts) {
    const struct thread *thread = &facts->thread;
    if (!thread_is_open(thread) || thread->intent != INTENT_EMERGENCY) return false;
    if (thread->acknowledged_at_ms == 0) return true; // rings already, climbs already
    bool is_ended = thread->state == THREAD_WAITING ||
                    thread->status == STATUS_ON_SCENE ||
                    thread->status == STATUS_PASSED_ON || thread->status == STATUS_DONE;
    int64_t officer = thread->claimed_by != 0 ? thread->claimed_by
                                              : thread->acknowledged_by;
    return !is_ended && ladder_is_on_duty(facts->roster, officer);
}

static void answer_first(const struct decision *decision, const struct event *event,
                         struct plan *plan) {
    if (thread_surge(&plan->thread) == SURGE_KOBAN) {
        say(plan, decision, event, "surge", SAY_FIRST);
        return;
    }
    say_question(plan, decision, event, "emergency_first", QUESTION_WHERE);
    (void)conversation_say_outside(decision, event, plan);
}

void emergency_decide(const struct decision *decision, const struct event *event,
                      struct plan *plan) {
    bool is_more = is_attended(decision->facts);
    conversation_join(decision, event, plan);
    if (is_more) {
        (void)conversation_say_outside(decision, event, plan);
        (void)conversation_ask_which(decision, event, plan);
        conversation_tell(decision, plan);
        return;
    }
    plan_audit(plan, STR("thread.alarm"), 0, (struct str){0});
    plan_relay(plan, RELAY_MESSAGE, plan->thread.koban_id, plan->thread.urgency);
    ladder_start(plan, decision);
    answer_first(decision, event, plan);
}
