// SPDX-License-Identifier: Apache-2.0
//
// A status only moves forward; a receipt that matches nothing yet is kept by the shell
// and matched later. Someone who left or closed the page with an emergency open is told
// to the officers: what they write now may not arrive.
#include "handlers/receipt.h"

#include "handlers/ladder.h"
#include "handlers/say.h"

bool receipt_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    return event->kind == EVENT_RECEIPT;
}

static void opt_out(const struct decision *decision, struct plan *plan) {
    const struct facts *facts = decision->facts;
    if (facts->contact.id == 0 || facts->contact.is_opted_out) return;
    plan->contact = facts->contact;
    plan->contact.is_opted_out = true;
    plan->has_contact_change = true;
}

// Of an alert's text: counted, not shown in any thread.
static void delivery_state(const struct delivery_facts *at, const struct event *event,
                           struct plan *plan) {
    plan_apart(plan, at->area_id);
    struct effect *effect = plan_add(plan, EFFECT_DELIVERY_STATE);
    effect->as.delivery_state.at = *at;
    effect->as.delivery_state.state = event->receipt_state;
    effect->as.delivery_state.reason = event->receipt_reason;
}

void receipt_decide(const struct decision *decision, const struct event *event,
                    struct plan *plan) {
    const struct facts *facts = decision->facts;
    plan->outcome = OUTCOME_RECEIPT;
    if (event->is_opt_out) opt_out(decision, plan);
    if (facts->delivery.area_id != 0) {
        delivery_state(&facts->delivery, event, plan);
        return;
    }
    if (facts->message.id == 0 || facts->thread.id == 0) return;
    if (!outbound_may_become(facts->message.state, event->receipt_state)) return;
    plan_thread_keep(plan, facts);
    struct effect *effect = plan_add(plan, EFFECT_MESSAGE_STATE);
    effect->as.message_state.message_id = facts->message.id;
    effect->as.message_state.state = event->receipt_state;
    effect->as.message_state.reason = event->receipt_reason;
    // A rung text that died on its way is no loss: the next one says more.
    bool is_gone = event->receipt_state == OUTBOUND_FAILED ||
                   (event->receipt_state == OUTBOUND_EXPIRED &&
                    facts->message.priority != PRIORITY_RUNG);
    bool is_lost = is_gone && facts->message.priority <= PRIORITY_OFFICER &&
                   facts->message.direction == DIRECTION_OUTBOUND;
    plan_relay(plan, is_lost ? RELAY_ATTENTION : RELAY_TICK, facts->thread.koban_id,
               facts->thread.urgency);
}

bool follow_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    return event->kind == EVENT_FOLLOW || event->kind == EVENT_UNFOLLOW ||
           event->kind == EVENT_UNSEND || event->kind == EVENT_PRESENCE;
}

static void following_keep(const struct decision *decision, bool has_sender,
                           bool is_following, struct plan *plan) {
    const struct facts *facts = decision->facts;
    if (!has_sender) return; // news of the account itself: about nobody
    if (facts->contact.id != 0 && facts->contact.is_following == is_following) return;
    plan->contact = facts->contact;
    plan->has_contact_change = true;
    if (plan->contact.id == 0) plan->contact.id = plan_take_id(plan, facts);
    plan->contact.is_following = is_following;
}

// A line in the open thread, for its readers.
static void line(const struct decision *decision, struct plan *plan, const char *code) {
    const struct facts *facts = decision->facts;
    if (!thread_is_open(&facts->thread)) return;
    plan_thread_keep(plan, facts);
    say_inside(plan, decision, DIRECTION_SYSTEM, str_of(code), NULL);
    plan_relay(plan, RELAY_MESSAGE, facts->thread.koban_id, facts->thread.urgency);
}

void follow_decide(const struct decision *decision, const struct event *event,
                   struct plan *plan) {
    const struct facts *facts = decision->facts;
    bool has_sender = event->address.n > 0;
    plan->outcome = OUTCOME_FOLLOW;
    switch (event->kind) {
    case EVENT_FOLLOW: following_keep(decision, has_sender, true, plan); break;
    case EVENT_UNFOLLOW:
        following_keep(decision, has_sender, false, plan);
        line(decision, plan, "unfollowed");
        break;
    case EVENT_PRESENCE:
        line(decision, plan, event->is_present ? "page_opened" : "page_closed");
        break;
    default:
        if (facts->message.id == 0) break;
        plan_thread_keep(plan, facts);
        plan_add(plan, EFFECT_HIDE_MESSAGE)->as.message_state.message_id =
            facts->message.id;
        line(decision, plan, "unsent");
        break;
    }
}
