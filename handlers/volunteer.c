// SPDX-License-Identifier: Apache-2.0
//
// One answer a step. What was answered so far stands in the subscription, which is ASKED
// until the consent; the step whose answer is awaited stands in the contact. The same
// steps, one alone, change a subscription that is active already.
#include "handlers/volunteer.h"

#include "handlers/conversation.h"
#include "handlers/fold.h"
#include "handlers/say.h"
#include "handlers/triage/command.h"
#include "handlers/volunteer_answer.h"
#include "handlers/volunteer_say.h"

enum { PAUSE_DAYS_MAX = 365, DAY_MS = 24 * 60 * 60 * 1000, URGENT = 2 };

// One message of a volunteer and what becomes of it.
struct talk {
    const struct decision *decision;
    const struct event *event;
    struct plan *plan;
    struct str text;           // folded
    struct subscription value; // as it is to stand
    enum dialog dialog;        // the step that is open after this
    const char *sentence;
};

// ---- what is taken

// Waves stand for a dash between hours ("22〜7"); folding drops them.
static struct str answer_fold(struct str text, struct arena *arena) {
    static const char *const waves[] = {"~", "\xE3\x80\x9C", "\xEF\xBD\x9E"};
    for (size_t i = 0; i < ARRAY_LEN(waves); i++) {
        struct str wave = str_of(waves[i]);
        size_t at = str_find(text, wave, 0);
        if (at >= text.n) continue;
        struct str head = arena_join(arena, str_slice(text, 0, at), STR("-"));
        text = arena_join(arena, head, str_slice(text, at + wave.n, text.n));
    }
    return fold_text(text, arena);
}

// A name of a place that is told as an answer, not within a sentence about something.
static bool is_place_answer(const struct decision *decision, struct str text) {
    int32_t koban_id;
    enum place_match match = volunteer_place(decision, text, decision->arena, &koban_id);
    enum intent intent = decision->triage->intent;
    if (match == PLACE_MATCH_EXACT) return true;
    return match != PLACE_MATCH_NONE && intent != INTENT_CONSULTATION &&
           intent != INTENT_EMERGENCY;
}

// A plea alone, or an emergency by a word or a rule. Of a text that is the whole answer
// to our question the model alone says nothing: it knows no question before "no".
static bool is_plea(const struct triage_result *triage) {
    if (triage->is_plea_alone) return true;
    if (triage->intent != INTENT_EMERGENCY) return triage->urgency >= URGENT;
    for (size_t i = 0; i < triage->reason_count; i++) {
        struct str code = triage->reasons[i].code;
        if (str_starts(code, STR("rule:")) || str_starts(code, STR("word:")) ||
            str_eq(code, STR("danger_word")))
            return true;
    }
    return false;
}

static bool is_yes_or_no(const struct decision *decision, struct str text) {
    return command_answer(decision->house->languages, text) != ANSWER_NONE;
}

// Whether the text answers the step that is open.
static bool is_answer(const struct decision *decision, struct str text) {
    const struct house *house = decision->house;
    int16_t from, to;
    uint32_t topics;
    struct str tag;
    switch (decision->facts->contact.dialog) {
    case DIALOG_AREA: return is_place_answer(decision, text);
    case DIALOG_CLOSEST:
        return is_yes_or_no(decision, text) || is_place_answer(decision, text);
    case DIALOG_TOPICS: return volunteer_topics(house, text, decision->arena, &topics);
    case DIALOG_LANGUAGE: return volunteer_language(house, text, &tag);
    case DIALOG_QUIET:
        return is_yes_or_no(decision, text) || volunteer_hours(house, text, &from, &to);
    case DIALOG_CONSENT: return is_yes_or_no(decision, text);
    default: return false;
    }
}

static bool is_ours(enum command_word word) {
    switch (word) {
    case WORD_JOIN:
    case WORD_LIST:
    case WORD_AREA:
    case WORD_TOPIC:
    case WORD_QUIET:
    case WORD_PAUSE:
    case WORD_ON:
    case WORD_OFF: return true;
    default: return false;
    }
}

// A digit belongs to the thread's last open question; an emergency comes before all else.
static bool is_free(const struct decision *decision) {
    const struct thread *thread = &decision->facts->thread;
    if (!thread_is_open(thread)) return true;
    return thread->intent != INTENT_EMERGENCY && thread->question == QUESTION_NONE;
}

bool volunteer_takes(const struct decision *decision, const struct event *event) {
    const struct triage_result *triage = decision->triage;
    if (event->kind != EVENT_MESSAGE || triage == NULL || !is_free(decision))
        return false;
    if (event->message_kind != MESSAGE_TEXT || decision->facts->is_poisoned) return false;
    if (is_plea(triage)) return false;
    if (triage->intent == INTENT_COMMAND && is_ours(triage->command)) return true;
    return is_answer(decision, answer_fold(event->text, decision->arena));
}

static void tell(struct talk *talk, const char *sentence) {
    // While hours are asked for, those of the country pack are offered.
    volunteer_say(talk->decision, talk->event, talk->plan, &talk->value, sentence,
                  talk->dialog == DIALOG_QUIET);
}

// ---- steps

static void ask(struct talk *talk, enum dialog dialog, const char *sentence) {
    talk->dialog = dialog;
    talk->sentence = sentence;
}

static bool is_active(const struct talk *talk) {
    return talk->value.area_id != 0 && talk->value.state == SUBSCRIPTION_ACTIVE;
}

// The next question, or what stands now where one alone was asked.
static void ask_next(struct talk *talk, enum dialog answered) {
    if (is_active(talk)) {
        ask(talk, DIALOG_NONE, "subscription_list");
        return;
    }
    switch (answered) {
    case DIALOG_AREA: ask(talk, DIALOG_TOPICS, "join_topics"); return;
    case DIALOG_TOPICS:
        if (talk->value.language.n == 0) {
            ask(talk, DIALOG_LANGUAGE, "join_language");
            return;
        }
        ask(talk, DIALOG_QUIET, "join_quiet");
        return;
    case DIALOG_LANGUAGE: ask(talk, DIALOG_QUIET, "join_quiet"); return;
    default: ask(talk, DIALOG_CONSENT, "join_consent"); return;
    }
}

static void koban_take(struct talk *talk, int32_t koban_id) {
    const struct koban *koban = roster_koban(talk->decision->facts->roster, koban_id);
    if (koban == NULL) return;
    if (talk->value.area_id != koban->area_id) talk->value.id = 0;
    talk->value.area_id = koban->area_id;
    // The desk is the whole area's.
    talk->value.kobans[0] = koban_id;
    talk->value.koban_count = koban->is_desk ? 0 : 1;
    struct contact *contact = &talk->plan->contact;
    if (contact->known_koban_id != 0) return;
    contact->known_koban_id = koban_id;
    contact->known_area_id = koban->area_id;
}

static void place_answer(struct talk *talk, struct str text) {
    int32_t koban_id = 0;
    switch (volunteer_place(talk->decision, text, talk->plan->arena, &koban_id)) {
    case PLACE_MATCH_WITHIN:
    case PLACE_MATCH_EXACT:
        koban_take(talk, koban_id);
        ask_next(talk, DIALOG_AREA);
        return;
    case PLACE_MATCH_CLOSE:
        // An active one stays where it is until the yes.
        talk->value.closest_koban_id = koban_id;
        ask(talk, DIALOG_CLOSEST, "join_closest");
        return;
    default: ask(talk, DIALOG_AREA, "join_unknown"); return;
    }
}

static void topics_answer(struct talk *talk, struct str text) {
    uint32_t topics;
    if (!volunteer_topics(talk->decision->house, text, talk->plan->arena, &topics)) {
        ask(talk, DIALOG_TOPICS, "join_topics");
        return;
    }
    talk->value.topics = topics;
    ask_next(talk, DIALOG_TOPICS);
}

static void language_answer(struct talk *talk, struct str tag) {
    talk->value.language = tag;
    talk->plan->contact.language = tag;
    talk->plan->thread.language = tag;
    ask_next(talk, DIALOG_LANGUAGE);
}

static void hours_answer(struct talk *talk, struct str text, enum answer answer) {
    const struct house *house = talk->decision->house;
    struct subscription *value = &talk->value;
    bool is_read = answer != ANSWER_NONE ||
                   volunteer_hours(house, text, &value->quiet_from, &value->quiet_to);
    if (!is_read) {
        ask(talk, DIALOG_QUIET, "join_quiet");
        return;
    }
    if (answer != ANSWER_NONE)
        value->quiet_from = value->quiet_to = answer == ANSWER_YES ? QUIET_BY_PACK : 0;
    ask_next(talk, DIALOG_QUIET);
}

static void consent_answer(struct talk *talk, enum answer answer) {
    if (answer == ANSWER_NO) {
        talk->value.state = SUBSCRIPTION_STOPPED;
        ask(talk, DIALOG_NONE, "join_refused");
        return;
    }
    talk->value.state = SUBSCRIPTION_ACTIVE;
    talk->plan->contact.alerts_stopped = false;
    plan_audit(talk->plan, STR("subscription.consent"), 0, STR("keyword"));
    ask(talk, DIALOG_NONE, "join_done");
}

static void closest_answer(struct talk *talk, enum answer answer) {
    if (answer == ANSWER_NONE) {
        place_answer(talk, talk->text);
    } else if (answer == ANSWER_NO || talk->value.closest_koban_id == 0) {
        ask(talk, DIALOG_AREA, "join_area");
    } else {
        koban_take(talk, talk->value.closest_koban_id);
        ask_next(talk, DIALOG_AREA);
    }
}

static void answer_take(struct talk *talk) {
    struct str tag;
    enum answer answer = command_answer(talk->decision->house->languages, talk->text);
    switch (talk->decision->facts->contact.dialog) {
    case DIALOG_AREA: place_answer(talk, talk->text); return;
    case DIALOG_CLOSEST: closest_answer(talk, answer); return;
    case DIALOG_TOPICS: topics_answer(talk, talk->text); return;
    case DIALOG_LANGUAGE:
        if (volunteer_language(talk->decision->house, talk->text, &tag))
            language_answer(talk, tag);
        return;
    case DIALOG_QUIET: hours_answer(talk, talk->text, answer); return;
    default: consent_answer(talk, answer); return;
    }
}

// ---- keywords

// A language is clear when the address has one, or the keyword is one language's alone.
static bool is_language_clear(const struct talk *talk) {
    const struct language_set *set = talk->decision->house->languages;
    size_t count = 0;
    if (talk->decision->facts->contact.language.n > 0) return true;
    if (talk->event->language_hint.n > 0) return true;
    for (size_t i = 0; i < set->count; i++) {
        struct word_list list = set->languages[i]->keywords[WORD_JOIN];
        bool has = false;
        for (size_t k = 0; k < list.count; k++)
            has = has || str_starts(talk->text, list.words[k]);
        count += has;
    }
    return count == 1;
}

// What was asked of somebody new stands with the desk's area until the place is told.
static void join_begin(struct talk *talk) {
    const struct facts *facts = talk->decision->facts;
    const struct koban *desk = roster_koban(facts->roster, facts->channel->desk_koban_id);
    int32_t area_id = desk != NULL ? desk->area_id : talk->plan->thread.area_id;
    int64_t id = talk->value.area_id == area_id ? talk->value.id : 0;
    bool is_clear = is_language_clear(talk);
    talk->value = (struct subscription){.area_id = area_id,
                                        .id = id,
                                        .quiet_from = QUIET_BY_PACK,
                                        .quiet_to = QUIET_BY_PACK,
                                        .is_in_group = talk->value.is_in_group};
    if (is_clear) talk->value.language = talk->plan->contact.language;
}

static void join(struct talk *talk, struct str place) {
    const struct facts *facts = talk->decision->facts;
    if (is_active(talk) && place.n == 0) {
        ask(talk, DIALOG_NONE, "subscription_list");
        return;
    }
    if (!is_active(talk)) join_begin(talk);
    if (place.n > 0) {
        place_answer(talk, place);
    } else if (facts->place == PLACE_CHANNEL) {
        // On a koban's own page or number nobody asks which one.
        koban_take(talk, facts->place_koban_id);
        ask_next(talk, DIALOG_AREA);
    } else {
        ask(talk, DIALOG_AREA, "join_area");
    }
}

static void list(struct talk *talk) {
    bool is_paused = talk->value.paused_until_ms > talk->decision->facts->now_ms;
    if (is_active(talk))
        ask(talk, DIALOG_NONE, is_paused ? "subscription_paused" : "subscription_list");
    else if (talk->value.area_id != 0 && talk->value.state == SUBSCRIPTION_STOPPED)
        ask(talk, DIALOG_NONE, "subscription_stopped");
    else ask(talk, DIALOG_NONE, "subscription_none");
}

static void pause(struct talk *talk, struct str days) {
    int64_t count = 0;
    if (!is_active(talk)) {
        list(talk);
        return;
    }
    if (!str_to_i64(days, &count) || count > PAUSE_DAYS_MAX) count = PAUSE_DAYS_MAX;
    talk->value.paused_until_ms =
        count > 0 ? talk->decision->facts->now_ms + count * DAY_MS : 0;
    list(talk);
}

// A volunteer's own ON and OFF; an officer's never come here.
static void check_in(struct talk *talk, bool is_on) {
    bool is_member = is_active(talk) && talk->value.is_in_group;
    ask(talk, DIALOG_NONE, !is_member ? "group_none" : is_on ? "group_on" : "group_off");
}

static void word_take(struct talk *talk) {
    const struct triage_result *triage = talk->decision->triage;
    bool is_known = talk->value.area_id != 0 && talk->value.state != SUBSCRIPTION_STOPPED;
    if (triage->command == WORD_JOIN) {
        join(talk, triage->command_argument);
        return;
    }
    if (triage->command == WORD_ON || triage->command == WORD_OFF) {
        check_in(talk, triage->command == WORD_ON);
        return;
    }
    if (!is_known || triage->command == WORD_LIST) {
        list(talk);
        return;
    }
    switch (triage->command) {
    case WORD_AREA:
        if (triage->command_argument.n > 0) place_answer(talk, triage->command_argument);
        else ask(talk, DIALOG_AREA, "join_area");
        return;
    case WORD_TOPIC: topics_answer(talk, triage->command_argument); return;
    case WORD_QUIET: hours_answer(talk, triage->command_argument, ANSWER_NONE); return;
    default: pause(talk, triage->command_argument); return;
    }
}

// ---- what becomes of it

// Effects of an area, so last in the plan. Whoever has moved has nothing in the old one.
static void subscription_write(struct talk *talk) {
    const struct subscription *before = &talk->decision->facts->subscription;
    struct plan *plan = talk->plan;
    struct subscription *value = &talk->value;
    if (value->area_id == 0) return;
    if (before->area_id != 0 && before->area_id != value->area_id) {
        plan_apart(plan, before->area_id);
        plan_add(plan, EFFECT_SUBSCRIPTION_END);
    }
    plan_apart(plan, value->area_id);
    struct effect *effect = plan_add(plan, EFFECT_SUBSCRIPTION);
    effect->as.subscription.value = *value;
    effect->as.subscription.source = STR("keyword");
}

static void check_in_write(struct talk *talk, bool is_on) {
    plan_apart(talk->plan, talk->value.area_id);
    struct effect *effect = plan_add(talk->plan, EFFECT_CHECK_IN);
    effect->as.check_in.subscription_id = talk->value.id;
    effect->as.check_in.is_on = is_on;
    if (talk->value.is_out != is_on) plan_relay(talk->plan, RELAY_ALERT, 0, 0);
}

// The language is the one that was chosen, not the one a digit seems to be in; while it
// is not clear both the site's and English are said.
static void language_keep(struct talk *talk) {
    struct plan *plan = talk->plan;
    bool is_unclear = talk->value.area_id != 0 && talk->value.language.n == 0 &&
                      talk->value.state == SUBSCRIPTION_ASKED;
    if (talk->value.language.n > 0) plan->contact.language = talk->value.language;
    if (is_unclear) plan->contact.language = (struct str){0};
    plan->thread.language = is_unclear ? STR("und") : plan->contact.language;
}

void volunteer_decide(const struct decision *decision, const struct event *event,
                      struct plan *plan) {
    struct talk talk = {.decision = decision,
                        .event = event,
                        .plan = plan,
                        .text = answer_fold(event->text, plan->arena),
                        .value = decision->facts->subscription};
    enum command_word word = decision->triage->command;
    bool is_step = is_answer(decision, talk.text);
    conversation_record(decision, event, plan);
    if (is_step) answer_take(&talk);
    else word_take(&talk);
    plan->contact.dialog = talk.dialog;
    if (talk.dialog != DIALOG_CLOSEST) talk.value.closest_koban_id = 0;
    if (talk.value.area_id != 0) plan->contact.subscribed_area_id = talk.value.area_id;
    if (talk.value.area_id != 0 && talk.value.id == 0)
        talk.value.id = plan_take_id(plan, decision->facts);
    language_keep(&talk);
    tell(&talk, talk.sentence);
    if (!is_step && word == WORD_LIST && is_active(&talk))
        volunteer_say_group(decision, event, plan, &talk.value);
    if (thread_is_open(&plan->thread))
        plan_relay(plan, RELAY_MESSAGE, plan->thread.koban_id, plan->thread.urgency);
    bool is_duty = !is_step && (word == WORD_ON || word == WORD_OFF);
    if (!is_duty) subscription_write(&talk);
    else if (is_active(&talk) && talk.value.is_in_group)
        check_in_write(&talk, word == WORD_ON);
}

void volunteer_follow(const struct decision *decision, struct plan *plan) {
    const struct facts *facts = decision->facts;
    const struct contact *before = &facts->contact, *after = &plan->contact;
    // A receipt may come without the facts of a subscription: its area is enough.
    if (!plan->has_contact_change || after->subscribed_area_id == 0) return;
    bool is_lost = (after->is_opted_out && !before->is_opted_out) ||
                   (!after->is_following && before->is_following);
    if (!is_lost) return;
    plan->contact.dialog = DIALOG_NONE;
    plan_apart(plan, after->subscribed_area_id);
    plan_add(plan, EFFECT_SUBSCRIPTION_END);
}
