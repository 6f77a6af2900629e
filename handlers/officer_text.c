// SPDX-License-Identifier: Apache-2.0
//
// The thread of the facts is the one the number names, found among those the officer may
// see; id 0 when there is none. The officer's own texts are kept in a thread of their
// address that is closed at once; a text that is no word of ours is a message like any
// other.
#include "handlers/officer_text.h"

#include "handlers/attention.h"
#include "handlers/conversation.h"
#include "handlers/ladder.h"
#include "handlers/say.h"

#include "core/utf8.h"

struct word {
    const char *text;
    enum officer_word word;
    bool has_number;
};

static const struct word words[] = {
    {"take", OFFICER_WORD_TAKE, true}, {"ambil", OFFICER_WORD_TAKE, true},
    {"対応", OFFICER_WORD_TAKE, true}, {"no", OFFICER_WORD_NO, true},
    {"tidak", OFFICER_WORD_NO, true},  {"不可", OFFICER_WORD_NO, true},
    {"done", OFFICER_WORD_DONE, true}, {"selesai", OFFICER_WORD_DONE, true},
    {"完了", OFFICER_WORD_DONE, true}, {"on", OFFICER_WORD_ON, false},
    {"off", OFFICER_WORD_OFF, false},
};

static bool number_read(struct str text, int32_t *number) {
    int64_t value;
    text = str_trim(text);
    if (!str_to_i64(text, &value) || value <= 0 || value > 99999999) return false;
    *number = (int32_t)value;
    return true;
}

enum officer_word officer_text_read(struct str text, struct arena *arena,
                                    int32_t *number) {
    struct str folded = str_trim(utf8_fold(text, arena));
    *number = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        struct str word = str_of(words[i].text);
        if (!words[i].has_number) {
            if (str_eq(folded, word)) return words[i].word;
            continue;
        }
        if (!str_starts(folded, word)) continue;
        if (number_read(str_slice(folded, word.n, folded.n), number))
            return words[i].word;
    }
    return OFFICER_WORD_NONE;
}

bool officer_text_takes(const struct decision *decision, const struct event *event) {
    return event->kind == EVENT_MESSAGE && decision->facts->sender_officer_id != 0 &&
           event->command.kind == 0 && event->officer_word != OFFICER_WORD_NONE;
}

// The same command the console would give, by the officer whose phone it is.
static struct event command_of(const struct decision *decision, const struct event *event,
                               enum command_kind kind) {
    struct event command = *event;
    command.kind = EVENT_COMMAND;
    command.command = (struct command){
        .kind = kind,
        .officer_id = decision->facts->sender_officer_id,
        .officer_name = decision->facts->sender_officer_name,
        .officer_koban_id = decision->facts->sender_officer_koban_id,
        .by_phone = true,
    };
    return command;
}

static void take(const struct decision *decision, const struct event *event,
                 struct plan *plan) {
    struct event command = command_of(decision, event, COMMAND_CLAIM);
    if (!attention_claim(decision, &command, plan)) {
        plan->refusal = REFUSAL_NONE;
        say_officer(plan, decision, "page_taken_by_other");
        return;
    }
    attention_open(decision, &command, plan);
    say_officer(plan, decision, "page_taken");
    plan_relay(plan, RELAY_THREAD, plan->thread.koban_id, plan->thread.urgency);
}

// A proper answer, not a failure: the next rung rings now.
static void refuse(const struct decision *decision, struct plan *plan) {
    int64_t officer_id = decision->facts->sender_officer_id;
    plan_audit(plan, STR("thread.no"), officer_id, (struct str){0});
    plan_add(plan, EFFECT_PAGE_REFUSED)->as.page_refused.officer_id = officer_id;
    if (thread_is_unacknowledged(&decision->facts->thread)) ladder_climb(plan, decision);
    say_officer(plan, decision, "page_no_confirmed");
}

static void done(const struct decision *decision, const struct event *event,
                 struct plan *plan) {
    struct event command = command_of(decision, event, COMMAND_STATUS);
    command.command.status = STATUS_DONE;
    attention_decide(decision, &command, plan);
    say_officer(plan, decision, "page_done_confirmed");
}

static void duty(const struct decision *decision, const struct event *event,
                 struct plan *plan) {
    bool is_on = event->officer_word == OFFICER_WORD_ON;
    conversation_record(decision, event, plan);
    struct effect *effect = plan_add(plan, EFFECT_DUTY);
    effect->as.duty.officer_id = decision->facts->sender_officer_id;
    effect->as.duty.koban_id = decision->facts->sender_officer_koban_id;
    effect->as.duty.is_on = is_on;
    plan_audit(plan, is_on ? STR("duty.start") : STR("duty.end"),
               decision->facts->sender_officer_id, STR("text"));
    say_officer(plan, decision, is_on ? "duty_on" : "duty_off");
}

void officer_text_decide(const struct decision *decision, const struct event *event,
                         struct plan *plan) {
    const struct thread *thread = &decision->facts->thread;
    plan->outcome = OUTCOME_COMMAND;
    plan->intent = INTENT_COMMAND;
    if (event->officer_word == OFFICER_WORD_ON ||
        event->officer_word == OFFICER_WORD_OFF) {
        duty(decision, event, plan);
        return;
    }
    if (!thread_is_open(thread)) {
        conversation_record(decision, event, plan);
        say_officer(plan, decision, "page_unknown_number");
        return;
    }
    plan_thread_keep(plan, decision->facts);
    switch (event->officer_word) {
    case OFFICER_WORD_TAKE: take(decision, event, plan); break;
    case OFFICER_WORD_NO: refuse(decision, plan); break;
    default: done(decision, event, plan); break;
    }
}
