// SPDX-License-Identifier: Apache-2.0
//
// The thread is the officer's from the beginning. Nothing is said to the visitor by
// itself: the officer speaks to them. One that is open already is joined, not doubled;
// what rings in it goes on ringing.
#include "handlers/visit.h"

#include "handlers/conversation.h"
#include "handlers/ladder.h"
#include "handlers/say.h"

bool visit_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    return event->kind == EVENT_COMMAND && event->command.kind == COMMAND_VISIT;
}

static void take(const struct decision *decision, const struct command *command,
                 struct thread *thread) {
    bool is_held = ladder_is_on_duty(decision->facts->roster, thread->claimed_by);
    if (thread->intent == INTENT_EMERGENCY || is_held) return;
    thread->claimed_by = command->officer_id;
    thread->state = THREAD_CLAIMED;
    thread->acknowledged_by = command->officer_id;
    thread->acknowledged_at_ms = decision->facts->now_ms;
}

void visit_decide(const struct decision *decision, const struct event *event,
                  struct plan *plan) {
    const struct command *command = &event->command;
    if (command->text.n == 0) {
        plan->refusal = REFUSAL_INVALID;
        return;
    }
    conversation_open(decision, event, plan);
    struct thread *thread = &plan->thread;
    if (thread->koban_id != command->officer_koban_id)
        plan_grant(plan, command->officer_koban_id, STR("visit"));
    take(decision, command, thread);
    plan_stop_timer(plan, TIMER_UNOPENED);
    say_inside(plan, decision, DIRECTION_NOTE, command->text, command);
    plan_audit(plan, STR("thread.visit"), command->officer_id, (struct str){0});
    plan_relay(plan, RELAY_THREAD, thread->koban_id, thread->urgency);
}
