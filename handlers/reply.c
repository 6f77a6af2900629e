// SPDX-License-Identifier: Apache-2.0
//
// A reply claims the thread, opens it when nobody had, and is held back once when the
// officer has not seen what happened meanwhile (people.md 4): a newer message of the
// resident, or a colleague's answer. An unknown outcome is repeated only here, by an
// officer's decision.
#include "handlers/reply.h"

#include "handlers/attention.h"
#include "handlers/ladder.h"
#include "handlers/say.h"

enum { COLLEAGUE_MS = 30 * 1000 };

bool reply_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    if (event->kind != EVENT_COMMAND) return false;
    return event->command.kind == COMMAND_REPLY ||
           event->command.kind == COMMAND_REPEAT ||
           event->command.kind == COMMAND_SETTLE_UNKNOWN;
}

// What stands against this reply; the console shows it and asks.
static enum refusal refusal_of(const struct decision *decision,
                               const struct command *command) {
    const struct facts *facts = decision->facts;
    if (!thread_is_open(&facts->thread)) return REFUSAL_CLOSED;
    if (command->text.n == 0) return REFUSAL_INVALID;
    if (facts->contact.is_opted_out) return REFUSAL_CANNOT_TEXT;
    if (command->is_forced) return REFUSAL_NONE;
    bool is_colleagues = facts->last_officer_reply_id > command->seen_message_id &&
                         facts->last_officer_reply_by != command->officer_id &&
                         facts->now_ms - facts->last_officer_reply_ms < COLLEAGUE_MS;
    if (is_colleagues) return REFUSAL_OTHER_ANSWERED;
    if (facts->last_inbound_id > command->seen_message_id) return REFUSAL_NEWER_INBOUND;
    return REFUSAL_NONE;
}

static void reply(const struct decision *decision, const struct event *event,
                  struct plan *plan) {
    plan->refusal = refusal_of(decision, &event->command);
    if (plan->refusal != REFUSAL_NONE) return;
    if (!attention_claim(decision, event, plan)) return;
    if (plan->thread.acknowledged_at_ms == 0) attention_open(decision, event, plan);
    say_reply(plan, decision, &event->command);
    // From here on an answer is an answer to the officer.
    plan->thread.question = QUESTION_NONE;
    ladder_attend(plan, decision);
    plan_audit(plan, STR("thread.reply"), event->command.officer_id, (struct str){0});
}

// Again, as a message of its own: the old one keeps its state, so that the thread shows
// that it may have been sent twice.
static void repeat(const struct decision *decision, const struct event *event,
                   struct plan *plan) {
    const struct message_facts *message = &decision->facts->message;
    bool may = message->id != 0 && message->direction == DIRECTION_OUTBOUND &&
               (message->state == OUTBOUND_FAILED || message->state == OUTBOUND_UNKNOWN ||
                message->state == OUTBOUND_EXPIRED);
    if (!may || !thread_is_open(&decision->facts->thread)) {
        plan->refusal = REFUSAL_INVALID;
        return;
    }
    struct command again = event->command;
    again.text = message->body;
    again.is_repeat = true;
    say_reply(plan, decision, &again);
    ladder_attend(plan, decision);
    plan_audit(plan, STR("message.repeat"), event->command.officer_id, (struct str){0});
}

static void settle_unknown(const struct decision *decision, const struct event *event,
                           struct plan *plan) {
    const struct message_facts *message = &decision->facts->message;
    enum outbound_state state = event->command.state;
    bool may = message->id != 0 && message->state == OUTBOUND_UNKNOWN &&
               (state == OUTBOUND_SENT || state == OUTBOUND_FAILED);
    if (!may) {
        plan->refusal = REFUSAL_INVALID;
        return;
    }
    struct effect *effect = plan_add(plan, EFFECT_MESSAGE_STATE);
    effect->as.message_state.message_id = message->id;
    effect->as.message_state.state = state;
    effect->as.message_state.reason = STR("officer");
    plan_relay(plan, RELAY_TICK, plan->thread.koban_id, plan->thread.urgency);
    plan_audit(plan, STR("message.settle"), event->command.officer_id,
               str_of(outbound_state_text(state)));
}

void reply_decide(const struct decision *decision, const struct event *event,
                  struct plan *plan) {
    plan_thread_keep(plan, decision->facts);
    switch (event->command.kind) {
    case COMMAND_REPLY: reply(decision, event, plan); break;
    case COMMAND_REPEAT: repeat(decision, event, plan); break;
    default: settle_unknown(decision, event, plan); break;
    }
    if (plan->refusal == REFUSAL_NONE)
        plan_relay(plan, RELAY_MESSAGE, plan->thread.koban_id, plan->thread.urgency);
}
