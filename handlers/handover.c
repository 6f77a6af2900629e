// SPDX-License-Identifier: Apache-2.0
//
// Within an area a transfer is access for the other koban, in the same transaction;
// both see the thread until it closes. To another area it is a new thread there, linked
// both ways, because an area's rows never move.
#include "handlers/handover.h"

#include "handlers/ladder.h"
#include "handlers/say.h"

enum { STRIKES_MAX = 99 };

bool handover_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    return event->kind == EVENT_COMMAND && (event->command.kind == COMMAND_TRANSFER ||
                                            event->command.kind == COMMAND_CLOSE);
}

static void note_reason(const struct decision *decision, const struct event *event,
                        struct plan *plan) {
    if (event->command.text.n > 0)
        say_inside(plan, decision, DIRECTION_NOTE, event->command.text, &event->command);
}

static void transfer_within(const struct decision *decision, const struct event *event,
                            struct plan *plan, const struct koban *target) {
    struct thread *thread = &plan->thread;
    int32_t from = thread->koban_id;
    plan_grant(plan, target->id, STR("transfer"));
    thread->koban_id = target->id;
    thread->claimed_by = 0;
    if (thread->state == THREAD_CLAIMED) thread->state = THREAD_OPEN;
    note_reason(decision, event, plan);
    plan_relay(plan, RELAY_THREAD, from, thread->urgency);
    bool is_running = thread->intent == INTENT_EMERGENCY &&
                      thread->status != STATUS_ON_SCENE &&
                      thread->status != STATUS_PASSED_ON && thread->status != STATUS_DONE;
    if (is_running) ladder_start(plan, decision);
    else plan_relay(plan, RELAY_ATTENTION, target->id, thread->urgency);
}

// The thread in the other area: same resident, same manner, nobody has opened it there.
static void second_thread(const struct decision *decision, struct plan *plan,
                          const struct koban *target) {
    const struct thread *first = &decision->facts->thread;
    struct thread *second = &plan->second_thread;
    *second = *first;
    second->version = 0;
    second->id = plan_take_id(plan, decision->facts);
    second->area_id = target->area_id;
    second->koban_id = target->id;
    second->number = decision->facts->fresh_number;
    second->state = THREAD_OPEN;
    second->claimed_by = 0;
    second->acknowledged_by = 0;
    second->acknowledged_at_ms = 0;
    second->attended_at_ms = 0;
    second->status = STATUS_NONE;
    second->disposition = DISPOSITION_NONE;
    second->opened_at_ms = decision->facts->now_ms;
    second->rung = -1;
    second->previous_area_id = first->area_id;
    second->previous_thread_id = first->id;
    plan->has_second_thread = true;
}

static void transfer_across(const struct decision *decision, const struct event *event,
                            struct plan *plan, const struct koban *target) {
    struct thread *thread = &plan->thread;
    second_thread(decision, plan, target);
    note_reason(decision, event, plan);
    ladder_end(plan);
    thread->state = THREAD_CLOSED;
    thread->disposition = DISPOSITION_PASSED_ON;
    plan_relay(plan, RELAY_THREAD, thread->koban_id, thread->urgency);
    plan->contact = decision->facts->contact;
    plan->contact.current_area_id = plan->second_thread.area_id;
    plan->contact.current_thread_id = plan->second_thread.id;
    plan->has_contact_change = plan->contact.id != 0;
    plan->split = plan->effect_count;
    // From here on the effects belong to the second thread.
    struct thread first = *thread;
    *thread = plan->second_thread;
    plan_relay(plan, RELAY_MESSAGE, target->id, thread->urgency);
    if (thread->intent == INTENT_EMERGENCY) ladder_start(plan, decision);
    if (event->command.text.n > 0)
        say_inside(plan, decision, DIRECTION_SYSTEM, event->command.text, NULL);
    plan->second_thread = *thread;
    *thread = first;
}

static void transfer(const struct decision *decision, const struct event *event,
                     struct plan *plan) {
    const struct koban *target =
        roster_koban(decision->facts->roster, event->command.koban_id);
    if (target == NULL || target->id == plan->thread.koban_id) {
        plan->refusal = REFUSAL_INVALID;
        return;
    }
    plan_audit(plan, STR("thread.transfer"), event->command.officer_id, target->slug);
    if (target->area_id == plan->thread.area_id)
        transfer_within(decision, event, plan, target);
    else transfer_across(decision, event, plan, target);
}

static void close_thread(const struct decision *decision, const struct event *event,
                         struct plan *plan) {
    struct thread *thread = &plan->thread;
    enum disposition disposition = event->command.disposition;
    if (disposition <= DISPOSITION_NONE || disposition >= DISPOSITION_COUNT) {
        plan->refusal = REFUSAL_INVALID;
        return;
    }
    note_reason(decision, event, plan);
    if (thread->acknowledged_at_ms == 0) {
        thread->acknowledged_by = event->command.officer_id;
        thread->acknowledged_at_ms = decision->facts->now_ms;
        if (thread->intent == INTENT_EMERGENCY)
            plan_relay(plan, RELAY_ALARM_END, 0, thread->urgency);
    }
    ladder_end(plan);
    plan_stop_timer(plan, TIMER_UNOPENED);
    plan_stop_timer(plan, TIMER_SNOOZE);
    plan_add(plan, EFFECT_DROP_QUEUED);
    bool is_silent_end = disposition == DISPOSITION_DUPLICATE ||
                         disposition == DISPOSITION_FALSE_ALARM ||
                         disposition == DISPOSITION_NO_REPLY ||
                         thread->intent == INTENT_OTHER;
    if (!is_silent_end) say(plan, decision, event, "closed", SAY_LADDER);
    thread->state = THREAD_CLOSED;
    thread->disposition = disposition;
    thread->question = QUESTION_NONE;
    plan->contact = decision->facts->contact;
    plan->contact.current_area_id = 0;
    plan->contact.current_thread_id = 0;
    // Strikes slow automatic texts; a plea rings all the same (people.md 9).
    if (disposition == DISPOSITION_FALSE_ALARM && plan->contact.strikes < STRIKES_MAX)
        plan->contact.strikes++;
    plan->has_contact_change = plan->contact.id != 0;
    plan_relay(plan, RELAY_THREAD, thread->koban_id, thread->urgency);
    plan_audit(plan, STR("thread.close"), event->command.officer_id,
               str_of(disposition_text(disposition)));
}

void handover_decide(const struct decision *decision, const struct event *event,
                     struct plan *plan) {
    if (!thread_is_open(&decision->facts->thread)) {
        plan->refusal = REFUSAL_CLOSED;
        return;
    }
    plan_thread_keep(plan, decision->facts);
    if (event->command.kind == COMMAND_TRANSFER) transfer(decision, event, plan);
    else close_thread(decision, event, plan);
}
