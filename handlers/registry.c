// SPDX-License-Identifier: Apache-2.0
//
// The table of handlers, and the one door to them. Order matters: the first that takes
// an event decides it. Every message is triaged here once more, with the thread's
// context, which can only raise what intake saw.
#include "handlers/alert.h"
#include "handlers/attention.h"
#include "handlers/consultation.h"
#include "handlers/emergency.h"
#include "handlers/handler.h"
#include "handlers/handover.h"
#include "handlers/keyword.h"
#include "handlers/ladder.h"
#include "handlers/officer_text.h"
#include "handlers/receipt.h"
#include "handlers/reply.h"
#include "handlers/visit.h"
#include "handlers/volunteer.h"

static const struct handler handlers[] = {
    {"receipt", receipt_takes, receipt_decide},
    {"follow", follow_takes, follow_decide},
    {"alert", alert_takes, alert_decide},
    {"ladder", ladder_takes, ladder_decide},
    {"consultation_timer", consultation_timer_takes, consultation_timer_decide},
    {"forsaken", forsaken_takes, forsaken_decide},
    {"attention", attention_takes, attention_decide},
    {"reply", reply_takes, reply_decide},
    {"handover", handover_takes, handover_decide},
    {"visit", visit_takes, visit_decide},
    {"officer_text", officer_text_takes, officer_text_decide},
    {"volunteer", volunteer_takes, volunteer_decide},
    {"keyword", keyword_takes, keyword_decide},
    {"emergency", emergency_takes, emergency_decide},
    {"consultation", consultation_takes, consultation_decide},
};

static void triage_message(const struct house *house, const struct facts *facts,
                           const struct event *event, struct arena *arena,
                           struct triage_result *result) {
    bool is_open = thread_is_open(&facts->thread);
    struct triage_input input = {
        .text = event->text,
        .known_language = facts->contact.language,
        .question = is_open ? facts->thread.question : QUESTION_NONE,
        .thread_is_emergency = is_open && facts->thread.intent == INTENT_EMERGENCY,
        .message_kind = event->message_kind,
    };
    triage_run(house->triage, &input, result, arena);
    bool is_doubtful = facts->is_poisoned || event->message_kind == MESSAGE_PLACEHOLDER;
    if (is_doubtful && intent_rank(result->intent) < intent_rank(INTENT_UNCLEAR))
        result->intent = INTENT_UNCLEAR;
}

void handler_decide(const struct house *house, const struct facts *facts,
                    const struct event *event, struct plan *plan) {
    struct triage_result result;
    struct decision decision = {.house = house, .facts = facts, .arena = plan->arena};
    if (event->kind == EVENT_MESSAGE) {
        triage_message(house, facts, event, plan->arena, &result);
        decision.triage = &result;
    }
    for (size_t i = 0; i < ARRAY_LEN(handlers); i++) {
        if (!handlers[i].takes(&decision, event)) continue;
        handlers[i].decide(&decision, event, plan);
        break;
    }
    volunteer_follow(&decision, plan);
}
