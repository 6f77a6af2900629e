// SPDX-License-Identifier: Apache-2.0
//
// The rules of speaking, in the order they are asked: may this address be texted at all,
// does its manner allow it, does a surge forbid it, is there a limit; then language,
// variant, arguments, life. What is not said leaves no trace in the thread.
#include "handlers/say.h"

#include <assert.h>
#include <string.h>

#include "core/codec.h"
#include "core/hmac.h"
#include "handlers/triage/explain.h"

// Beyond ANSWERS_MAX answers without a pause of LIMIT_MS it is a robot that we talk with.
enum { LIMIT_MS = 30 * 60 * 1000, ANSWERS_MAX = 20, ARGUMENTS_MAX = 12, VALUES_MAX = 6 };

// Sentences that a discreet resident may get: one neutral text, and the answer an
// officer gives by hand.
static const char discreet_sentence[] = "discreet";

static bool is_one_of(const char *id, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(id, list[i]) == 0) return true;
    }
    return false;
}

// In a surge only the surge sentence and what a person did is said.
static bool is_surge_silent(const struct thread *thread, const char *id) {
    static const char *const said[] = {"surge", "opened", "on_the_way", "passed_on",
                                       "closed"};
    return thread_surge(thread) == SURGE_KOBAN && !is_one_of(id, said, ARRAY_LEN(said));
}

static const struct contact *contact_of(const struct plan *plan,
                                        const struct decision *decision) {
    return plan->has_contact_change ? &plan->contact : &decision->facts->contact;
}

// What another robot could answer for ever. An emergency is no such thing, nor is a plea:
// a thread is asked twice at most (consultation.c).
static bool is_counted(const char *id, enum say_class class) {
    return (class == SAY_ANSWER || class == SAY_AUTOMATIC) &&
           strcmp(id, "help_alone") != 0;
}

static bool is_loop(const struct contact *contact, int64_t now_ms) {
    return contact->answers >= ANSWERS_MAX && now_ms - contact->answers_ms < LIMIT_MS;
}

// Whether the sentence may leave, people.md 6 and 9.
static bool is_allowed(const struct plan *plan, const struct decision *decision,
                       const char *id, enum say_class class) {
    const struct facts *facts = decision->facts;
    const struct contact *contact = contact_of(plan, decision);
    if (contact->is_opted_out || facts->is_poisoned) return false;
    if (plan->thread.manner == MANNER_DISCREET) {
        // One text at most, neutral: only the first answer has such a variant.
        return class != SAY_LADDER && plan->thread.automatic_texts == 0;
    }
    if (is_surge_silent(&plan->thread, id)) return false;
    if (is_counted(id, class) && is_loop(contact, facts->now_ms)) return false;
    if (class != SAY_AUTOMATIC) return true;
    // The address's, not the thread's: a new thread soon after the last is none of its
    // own.
    bool is_recent = contact->automatic_ms != 0 &&
                     facts->now_ms - contact->automatic_ms < LIMIT_MS;
    return !is_recent && contact->strikes < decision->house->country->strikes_quiet;
}

static enum priority priority_of(const struct thread *thread, enum say_class class) {
    if (class == SAY_FIRST) return PRIORITY_FIRST_ANSWER;
    if (class == SAY_LADDER && thread->intent == INTENT_EMERGENCY) return PRIORITY_RUNG;
    return PRIORITY_AUTOMATIC;
}

// Emergency numbers by category, all when in doubt.
static struct str number_of(const struct decision *decision,
                            const struct thread *thread) {
    return country_numbers(decision->house->country, thread->category);
}

static size_t arguments(const struct plan *plan, const struct decision *decision,
                        struct str language, struct sentence_argument *out) {
    const struct facts *facts = decision->facts;
    const struct country *country = decision->house->country;
    const struct thread *thread = &plan->thread;
    const struct koban *koban = roster_koban(facts->roster, thread->koban_id);
    size_t n = 0;
    struct str name = koban != NULL ? koban_name(koban, language) : (struct str){0};
    out[n++] = (struct sentence_argument){STR("koban"), name};
    out[n++] = (struct sentence_argument){
        STR("case"), arena_printf(plan->arena, "%d", (int)thread->number)};
    out[n++] = (struct sentence_argument){STR("number"), number_of(decision, thread)};
    out[n++] =
        (struct sentence_argument){STR("consultation"), country->consultation_number};
    out[n++] = (struct sentence_argument){
        STR("minutes"), arena_printf(plan->arena, "%d", (int)country->receipt_minutes)};
    out[n++] = (struct sentence_argument){
        STR("hour"), arena_printf(plan->arena, "%d", (int)country->opening_hour)};
    return n;
}

// Values of a sentence's own, before those every sentence has.
struct values {
    const struct sentence_argument *list;
    size_t count;
};

// Renders the sentence in the resident's language; in none of ours: easy words of the
// site and English (language_render_for knows).
static struct str render(const struct plan *plan, const struct decision *decision,
                         struct str id, struct values values, int32_t *life_ms) {
    struct sentence_argument list[ARGUMENTS_MAX + VALUES_MAX];
    size_t count = values.count;
    assert(count <= VALUES_MAX);
    for (size_t i = 0; i < count; i++) list[i] = values.list[i];
    count += arguments(plan, decision, plan->thread.language, list + count);
    return language_say(decision->house->languages, plan->thread.language,
                        plan->thread.manner, id, list, count, plan->arena, life_ms);
}

static struct effect_store *store_add(struct plan *plan, const struct decision *decision,
                                      enum direction direction) {
    struct effect *effect = plan_add(plan, EFFECT_STORE);
    struct effect_store *store = &effect->as.store;
    store->id = plan_take_id(plan, decision->facts);
    store->direction = direction;
    return store;
}

static void to_resident(const struct plan *plan, const struct decision *decision,
                        struct effect_store *store) {
    const struct facts *facts = decision->facts;
    store->channel_id = plan->thread.channel_id;
    store->address = plan->thread.address;
    store->state = facts->is_local ? OUTBOUND_SENT : OUTBOUND_QUEUED;
    store->is_silent = plan->thread.manner == MANNER_DISCREET &&
                       facts->is_discreet_allowed;
}

// Counts towards the limits of the address, whether it is said or held back. Only a plan
// that changes the contact can: each one of a resident's message does.
static void count(struct plan *plan, int64_t now_ms, const char *id,
                  enum say_class class) {
    struct contact *contact = &plan->contact;
    if (!plan->has_contact_change || !is_counted(id, class)) return;
    if (now_ms - contact->answers_ms >= LIMIT_MS) contact->answers = 0;
    if (contact->answers < ANSWERS_MAX) contact->answers++;
    contact->answers_ms = now_ms;
}

static bool speak(struct plan *plan, const struct decision *decision,
                  const struct event *event, const char *id, enum say_class class,
                  struct values values) {
    // Another account of the provider answers; we only keep.
    if (event != NULL && event->is_standby) return false;
    bool is_said = is_allowed(plan, decision, id, class);
    count(plan, decision->facts->now_ms, id, class);
    if (!is_said) return false;
    if (plan->thread.manner == MANNER_DISCREET) id = discreet_sentence;
    int32_t life_ms = 0;
    struct str body = render(plan, decision, str_of(id), values, &life_ms);
    if (body.n == 0) return false;
    struct effect_store *store = store_add(plan, decision, DIRECTION_OUTBOUND);
    store->body = body;
    store->sentence = str_of(id);
    store->priority = priority_of(&plan->thread, class);
    store->life_ms = life_ms;
    to_resident(plan, decision, store);
    if (event != NULL && event->kind == EVENT_MESSAGE)
        store->reply_token = event->reply_token;
    // The degraded path said it already: it stands in the thread, it is not sent again.
    if (decision->facts->was_told_directly && class == SAY_FIRST)
        store->state = OUTBOUND_SENT;
    plan->thread.automatic_texts++;
    // Questions, answers and what belongs to an emergency do not count (people.md 9).
    if (class != SAY_AUTOMATIC) return true;
    plan->thread.last_automatic_ms = decision->facts->now_ms;
    if (plan->has_contact_change) plan->contact.automatic_ms = decision->facts->now_ms;
    return true;
}

bool say(struct plan *plan, const struct decision *decision, const struct event *event,
         const char *id, enum say_class class) {
    return speak(plan, decision, event, id, class, (struct values){0});
}

bool say_with(struct plan *plan, const struct decision *decision,
              const struct event *event, const char *id,
              const struct sentence_argument *values, size_t count) {
    return speak(plan, decision, event, id, SAY_ANSWER, (struct values){values, count});
}

void say_surge_instead(struct plan *plan, const struct decision *decision) {
    struct effect *effect = plan_add(plan, EFFECT_SURGE_TEXT);
    // The one neutral text stays what it is.
    if (plan->thread.manner == MANNER_DISCREET) return;
    int32_t life_ms = 0;
    effect->as.surge.sentence = STR("surge");
    effect->as.surge.body =
        render(plan, decision, STR("surge"), (struct values){0}, &life_ms);
    effect->as.surge.life_ms = life_ms;
}

bool say_question(struct plan *plan, const struct decision *decision,
                  const struct event *event, const char *id, enum question question) {
    enum say_class class = plan->thread.intent == INTENT_EMERGENCY ? SAY_FIRST
                                                                   : SAY_ANSWER;
    if (!say(plan, decision, event, id, class)) return false;
    plan->thread.question = question;
    plan->thread.questions_asked++;
    return true;
}

enum { PAGE_LIFE_MS = 120 * 1000, LINK_TOKEN_BYTES = 16 };

static struct effect_store *page_add(struct plan *plan, const struct decision *decision,
                                     const char *id, struct str language,
                                     struct str link) {
    struct sentence_argument list[ARGUMENTS_MAX];
    size_t count = arguments(plan, decision, language, list);
    list[count++] = (struct sentence_argument){STR("link"), link};
    int32_t life_ms = 0;
    struct str body = language_say(decision->house->languages, language, MANNER_NORMAL,
                                   str_of(id), list, count, plan->arena, &life_ms);
    struct effect_store *store = store_add(plan, decision, DIRECTION_PAGE);
    store->body = body;
    store->sentence = str_of(id);
    store->priority = PRIORITY_FIRST_ANSWER;
    store->life_ms = life_ms > 0 ? life_ms : PAGE_LIFE_MS;
    store->state = OUTBOUND_QUEUED;
    return store;
}

// A link that opens and claims the thread once, for this officer. The text alone holds
// its token; what is stored is the token's hash. Each page of a plan has a token of its
// own.
static struct str link_make(struct plan *plan, const struct decision *decision,
                            int64_t officer_id) {
    struct str url = decision->house->public_url;
    if (url.n == 0) return (struct str){0};
    uint8_t mac[SHA256_SIZE];
    const struct facts *facts = decision->facts;
    struct str part =
        arena_printf(plan->arena, "%lld:%zu", (long long)officer_id, plan->effect_count);
    hmac_sha256((struct str){(const char *)facts->link_seed, sizeof facts->link_seed},
                &part, 1, mac);
    struct str token =
        codec_base64url((struct str){(char *)mac, LINK_TOKEN_BYTES}, plan->arena);
    struct effect *effect = plan_add(plan, EFFECT_PAGE_LINK);
    effect->as.page_link.officer_id = officer_id;
    hmac_hash256(token, effect->as.page_link.hash);
    return arena_printf(plan->arena, "%.*s/p/%.*s", (int)url.n, url.p, (int)token.n,
                        token.p);
}

void say_page(struct plan *plan, const struct decision *decision, const char *id,
              const struct duty *duty) {
    struct str link = link_make(plan, decision, duty->officer_id);
    struct effect_store *store = page_add(plan, decision, id, duty->language, link);
    store->officer_id = duty->officer_id;
    store->channel_id = duty->phone_channel_id;
    store->address = duty->phone_address;
}

void say_desk(struct plan *plan, const struct decision *decision, const char *id,
              const struct koban *koban) {
    struct str language = decision->house->country->languages[0];
    struct effect_store *store = page_add(plan, decision, id, language, (struct str){0});
    store->channel_id = koban->phone_channel_id;
    store->address = koban->phone_address;
}

void say_officer(struct plan *plan, const struct decision *decision, const char *id) {
    const struct facts *facts = decision->facts;
    struct effect_store *store =
        page_add(plan, decision, id, facts->contact.language, (struct str){0});
    store->officer_id = facts->sender_officer_id;
    store->channel_id = facts->contact.channel_id;
    store->address = facts->contact.address;
    if (facts->is_local) store->state = OUTBOUND_SENT;
}

static struct str reasons_json(const struct decision *decision, struct arena *arena) {
    if (decision->triage == NULL) return (struct str){0};
    return triage_reasons_json(decision->triage, decision->facts->names, arena);
}

void say_store_inbound(struct plan *plan, const struct decision *decision,
                       const struct event *event) {
    struct effect_store *store = store_add(plan, decision, DIRECTION_INBOUND);
    store->kind = event->message_kind;
    store->body = event->text;
    store->has_position = event->has_position;
    store->latitude = event->latitude;
    store->longitude = event->longitude;
    store->reasons = reasons_json(decision, plan->arena);
    store->channel_id = plan->thread.channel_id;
    store->address = plan->thread.address;
}

// As officers are addressed in this country and language: "- {name}".
static struct str signature(const struct plan *plan, const struct decision *decision,
                            struct str officer_name) {
    struct str form =
        country_name(decision->house->country, STR("signature"), plan->thread.language);
    struct sentence_argument name = {STR("name"), officer_name};
    return language_render(form.n > 0 ? form : STR("- {name}"), &name, 1, plan->arena);
}

int64_t say_reply(struct plan *plan, const struct decision *decision,
                  const struct command *command) {
    bool is_emergency = plan->thread.intent == INTENT_EMERGENCY;
    struct effect_store *store = store_add(plan, decision, DIRECTION_OUTBOUND);
    store->body = command->text;
    // Discreet threads carry no name: nothing that tells who writes.
    bool is_signed = command->officer_name.n > 0 && !command->is_repeat &&
                     plan->thread.manner != MANNER_DISCREET;
    if (is_signed)
        store->body = arena_join(plan->arena,
                                 arena_join(plan->arena, command->text, STR("\n")),
                                 signature(plan, decision, command->officer_name));
    store->client_id = command->client_id;
    store->officer_id = command->officer_id;
    store->priority = is_emergency ? PRIORITY_OFFICER_EMERGENCY : PRIORITY_OFFICER;
    store->life_ms = command->life_ms;
    to_resident(plan, decision, store);
    return store->id;
}

void say_inside(struct plan *plan, const struct decision *decision,
                enum direction direction, struct str body,
                const struct command *command) {
    struct effect_store *store = store_add(plan, decision, direction);
    store->body = body;
    if (command != NULL) {
        store->client_id = command->client_id;
        store->officer_id = command->officer_id;
    }
}
