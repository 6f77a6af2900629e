// SPDX-License-Identifier: Apache-2.0
//
// Only an officer's key says "on the way". A claim lives while its officer is on duty:
// one left behind by somebody off duty is nobody's.
#include "handlers/attention.h"

#include "handlers/ladder.h"
#include "handlers/say.h"

bool attention_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    if (event->kind != EVENT_COMMAND) return false;
    switch (event->command.kind) {
    case COMMAND_OPEN:
    case COMMAND_CLAIM:
    case COMMAND_RELEASE:
    case COMMAND_NOTE:
    case COMMAND_STATUS:
    case COMMAND_MANNER:
    case COMMAND_WAIT:
    case COMMAND_ESCALATE:
    case COMMAND_LEAVE: return true;
    default: return false;
    }
}

static void tell(struct plan *plan) {
    plan_relay(plan, RELAY_THREAD, plan->thread.koban_id, plan->thread.urgency);
}

void attention_open(const struct decision *decision, const struct event *event,
                    struct plan *plan) {
    struct thread *thread = &plan->thread;
    int64_t officer_id = event->command.officer_id;
    bool is_first = thread->acknowledged_at_ms == 0;
    if (!is_first) {
        thread->seen_inbound_ms = thread->last_inbound_ms;
        plan_stop_timer(plan, TIMER_UNSEEN);
        return;
    }
    if (thread->intent == INTENT_EMERGENCY) {
        ladder_stop(plan, decision, officer_id);
        say(plan, decision, event, "opened", SAY_LADDER);
    } else {
        thread->acknowledged_by = officer_id;
        thread->acknowledged_at_ms = decision->facts->now_ms;
        thread->seen_inbound_ms = thread->last_inbound_ms;
        plan_stop_timer(plan, TIMER_UNOPENED);
    }
    plan_audit(plan, STR("thread.acknowledge"), officer_id, (struct str){0});
    tell(plan);
}

bool attention_claim(const struct decision *decision, const struct event *event,
                     struct plan *plan) {
    struct thread *thread = &plan->thread;
    int64_t officer_id = event->command.officer_id;
    // What rings again can be taken by anyone: its officer did not look.
    bool is_others = thread->claimed_by != 0 && thread->claimed_by != officer_id &&
                     !thread_is_unacknowledged(thread) &&
                     ladder_is_on_duty(decision->facts->roster, thread->claimed_by);
    if (is_others && !event->command.is_forced) {
        plan->refusal = REFUSAL_CLAIMED;
        return false;
    }
    if (thread->claimed_by == officer_id && thread->state == THREAD_CLAIMED) return true;
    thread->claimed_by = officer_id;
    thread->state = THREAD_CLAIMED;
    plan_audit(plan, STR("thread.claim"), officer_id, (struct str){0});
    return true;
}

static void release(const struct event *event, struct plan *plan) {
    plan->thread.claimed_by = 0;
    if (plan->thread.state == THREAD_CLAIMED) plan->thread.state = THREAD_OPEN;
    plan_audit(plan, STR("thread.release"), event->command.officer_id, (struct str){0});
}

static void note(const struct decision *decision, const struct event *event,
                 struct plan *plan) {
    if (event->command.text.n == 0) {
        plan->refusal = REFUSAL_INVALID;
        return;
    }
    say_inside(plan, decision, DIRECTION_NOTE, event->command.text, &event->command);
    ladder_attend(plan, decision);
}

static void status_set(const struct decision *decision, const struct event *event,
                       struct plan *plan) {
    struct thread *thread = &plan->thread;
    enum officer_status status = event->command.status;
    if (status <= STATUS_NONE || status >= STATUS_COUNT) {
        plan->refusal = REFUSAL_INVALID;
        return;
    }
    if (thread->acknowledged_at_ms == 0) attention_open(decision, event, plan);
    ladder_attend(plan, decision);
    bool is_new = thread->status != status;
    thread->status = status;
    if (status == STATUS_ON_THE_WAY) {
        plan_start_timer(plan, TIMER_ON_THE_WAY, decision->house->country->on_the_way_ms,
                         0);
        if (is_new) say(plan, decision, event, "on_the_way", SAY_LADDER);
    } else {
        ladder_end(plan);
        if (is_new && status == STATUS_PASSED_ON)
            say(plan, decision, event, "passed_on", SAY_LADDER);
    }
    plan_audit(plan, STR("thread.status"), event->command.officer_id,
               str_of(officer_status_text(status)));
}

static void manner_set(const struct decision *decision, const struct event *event,
                       struct plan *plan) {
    if (event->command.manner < 0 || event->command.manner >= MANNER_COUNT) {
        plan->refusal = REFUSAL_INVALID;
        return;
    }
    plan->thread.manner = event->command.manner;
    // It sticks to the address.
    plan->contact = decision->facts->contact;
    plan->contact.manner = event->command.manner;
    plan->has_contact_change = plan->contact.id != 0;
    plan_audit(plan, STR("thread.manner"), event->command.officer_id,
               str_of(manner_text(event->command.manner)));
}

static void wait_for_resident(const struct decision *decision, const struct event *event,
                              struct plan *plan) {
    int64_t delay = event->command.until_ms - decision->facts->now_ms;
    if (event->command.until_ms == 0 || delay <= 0) {
        plan->refusal = REFUSAL_INVALID;
        return;
    }
    plan->thread.state = THREAD_WAITING;
    if (plan->thread.claimed_by == 0) plan->thread.claimed_by = event->command.officer_id;
    plan_start_timer(plan, TIMER_SNOOZE, delay, 0);
    // A line of the thread: it outlives the claim of whoever promised it.
    say_inside(
        plan, decision, DIRECTION_SYSTEM,
        arena_printf(plan->arena, "waits:%lld", (long long)event->command.until_ms),
        NULL);
    plan_audit(plan, STR("thread.wait"), event->command.officer_id, (struct str){0});
}

// A person judged it an emergency: it rings like one.
static void escalate(const struct decision *decision, const struct event *event,
                     struct plan *plan) {
    plan->thread.intent = INTENT_EMERGENCY;
    plan->thread.urgency = 3;
    if (event->command.text.n > 0)
        say_inside(plan, decision, DIRECTION_NOTE, event->command.text, &event->command);
    plan_audit(plan, STR("thread.escalate"), event->command.officer_id, (struct str){0});
    ladder_start(plan, decision);
}

// End of duty: goes on with a line of note, and is nobody's: whoever is on duty sees it
// at the top of the queue (nobody of them has seen it), an emergency that is not ended
// rings again. A promise stays: its timer runs on.
static void leave(const struct decision *decision, const struct event *event,
                  struct plan *plan) {
    struct thread *thread = &plan->thread;
    if (event->command.text.n > 0)
        say_inside(plan, decision, DIRECTION_NOTE, event->command.text, &event->command);
    release(event, plan);
    if (thread->state == THREAD_WAITING) thread->state = THREAD_OPEN;
    thread->seen_inbound_ms = 0;
    bool is_ended = thread->status == STATUS_ON_SCENE ||
                    thread->status == STATUS_PASSED_ON || thread->status == STATUS_DONE;
    if (thread->intent == INTENT_EMERGENCY && !is_ended) ladder_start(plan, decision);
    else plan_relay(plan, RELAY_ATTENTION, thread->koban_id, thread->urgency);
}

bool forsaken_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    return event->kind == EVENT_TIMER && event->timer == TIMER_FORSAKEN;
}

void forsaken_decide(const struct decision *decision, const struct event *event,
                     struct plan *plan) {
    const struct thread *thread = &decision->facts->thread;
    plan_thread_keep(plan, decision->facts);
    plan_stop_timer(plan, event->timer);
    bool is_held = thread->claimed_by == 0 ||
                   ladder_is_on_duty(decision->facts->roster, thread->claimed_by);
    if (is_held || !thread_is_open(thread)) return;
    plan_audit(plan, STR("thread.forsaken"), thread->claimed_by, (struct str){0});
    leave(decision, event, plan);
    tell(plan);
}

void attention_decide(const struct decision *decision, const struct event *event,
                      struct plan *plan) {
    if (decision->facts->thread.state == THREAD_CLOSED &&
        event->command.kind != COMMAND_NOTE && event->command.kind != COMMAND_OPEN) {
        plan->refusal = REFUSAL_CLOSED;
        return;
    }
    plan_thread_keep(plan, decision->facts);
    switch (event->command.kind) {
    case COMMAND_OPEN: attention_open(decision, event, plan); return;
    case COMMAND_CLAIM:
        if (attention_claim(decision, event, plan)) attention_open(decision, event, plan);
        break;
    case COMMAND_RELEASE: release(event, plan); break;
    case COMMAND_NOTE: note(decision, event, plan); break;
    case COMMAND_STATUS: status_set(decision, event, plan); break;
    case COMMAND_MANNER: manner_set(decision, event, plan); break;
    case COMMAND_WAIT: wait_for_resident(decision, event, plan); break;
    case COMMAND_ESCALATE: escalate(decision, event, plan); break;
    default: leave(decision, event, plan); break;
    }
    if (plan->refusal == REFUSAL_NONE) tell(plan);
}
