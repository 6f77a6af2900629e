// SPDX-License-Identifier: Apache-2.0
//
// STOP ends alerts only, and says so. MOVE changes the known koban to the place named.
// HELP alone is no command but a plea; triage says so and it never comes here.
#include "handlers/keyword.h"

#include "handlers/conversation.h"
#include "handlers/ladder.h"
#include "handlers/say.h"

bool keyword_takes(const struct decision *decision, const struct event *event) {
    const struct thread *thread = &decision->facts->thread;
    if (event->kind != EVENT_MESSAGE || decision->triage == NULL) return false;
    if (decision->triage->intent != INTENT_COMMAND) return false;
    if (!thread_is_open(thread)) return true;
    return thread->intent != INTENT_EMERGENCY && thread->question == QUESTION_NONE;
}

static void stop(const struct decision *decision, const struct event *event,
                 struct plan *plan) {
    plan->contact.alerts_stopped = true;
    plan->contact.dialog = DIALOG_NONE;
    plan_audit(plan, STR("contact.stop"), 0, (struct str){0});
    say(plan, decision, event, "stop_confirmed", SAY_ANSWER);
}

static void start(const struct decision *decision, const struct event *event,
                  struct plan *plan) {
    plan->contact.alerts_stopped = false;
    plan->contact.is_opted_out = false;
    plan_audit(plan, STR("contact.start"), 0, (struct str){0});
    // Whoever refused our texts has just said itself that it takes them again.
    if (decision->facts->contact.is_opted_out) return;
    say(plan, decision, event, "start_confirmed", SAY_ANSWER);
}

static void move(const struct decision *decision, const struct event *event,
                 struct plan *plan) {
    const struct facts *facts = decision->facts;
    if (facts->place != PLACE_TEXT && facts->place != PLACE_PIN) {
        plan->contact.known_koban_id = 0;
        plan->contact.known_area_id = 0;
        if (!conversation_ask_which(decision, event, plan))
            say(plan, decision, event, "ask_place", SAY_ANSWER);
        return;
    }
    const struct koban *koban = roster_koban(facts->roster, facts->place_koban_id);
    plan->contact.known_koban_id = facts->place_koban_id;
    plan->contact.known_area_id = koban != NULL ? koban->area_id : 0;
    plan->thread.koban_id = koban != NULL && koban->area_id == plan->thread.area_id
                                ? koban->id
                                : plan->thread.koban_id;
    say(plan, decision, event, "move_confirmed", SAY_ANSWER);
}

// Where the thread stands, as far as it is true now.
static void status(const struct decision *decision, const struct event *event,
                   struct plan *plan) {
    const struct thread *thread = &decision->facts->thread;
    const char *id = "status_none";
    if (thread_is_open(thread))
        id = thread->acknowledged_at_ms != 0 ? "status_opened" : "status_waiting";
    say(plan, decision, event, id, SAY_ANSWER);
}

static void language(const struct decision *decision, const struct event *event,
                     struct plan *plan) {
    struct str tag = decision->triage->command_argument;
    if (language_find(decision->house->languages, tag) == NULL) {
        say(plan, decision, event, "info", SAY_ANSWER);
        return;
    }
    plan->contact.language = tag;
    plan->thread.language = tag;
    say(plan, decision, event, "language_confirmed", SAY_ANSWER);
}

// STOP, START and LANG reach the subscription too, where alerts look. START ends a pause
// as well; it never takes the place of a consent that was not given. Last in the plan.
static void subscription_follow(const struct decision *decision, struct plan *plan) {
    struct subscription value = decision->facts->subscription;
    enum command_word word = decision->triage->command;
    if (value.area_id == 0) return;
    if (word == WORD_STOP) {
        plan_apart(plan, value.area_id);
        plan_add(plan, EFFECT_SUBSCRIPTION_END);
        return;
    }
    if (word == WORD_LANG) {
        value.language = plan->contact.language;
    } else if (word == WORD_START && value.state != SUBSCRIPTION_ASKED) {
        value.state = SUBSCRIPTION_ACTIVE;
        value.paused_until_ms = 0;
    } else {
        return;
    }
    plan_apart(plan, value.area_id);
    struct effect *effect = plan_add(plan, EFFECT_SUBSCRIPTION);
    effect->as.subscription.value = value;
    effect->as.subscription.source = STR("keyword");
}

void keyword_decide(const struct decision *decision, const struct event *event,
                    struct plan *plan) {
    conversation_record(decision, event, plan);
    switch (decision->triage->command) {
    case WORD_STOP: stop(decision, event, plan); break;
    case WORD_START: start(decision, event, plan); break;
    case WORD_MOVE: move(decision, event, plan); break;
    case WORD_STATUS: status(decision, event, plan); break;
    case WORD_LANG: language(decision, event, plan); break;
    default: say(plan, decision, event, "info", SAY_ANSWER); break;
    }
    if (thread_is_open(&plan->thread))
        plan_relay(plan, RELAY_MESSAGE, plan->thread.koban_id, plan->thread.urgency);
    subscription_follow(decision, plan);
}
