// SPDX-License-Identifier: Apache-2.0
//
// The order of judging: what is no text; answers to our question; a plea alone; the
// model; rules that raise; the thread; commands; doubt. Each step only ever raises what
// stands.
#include "handlers/triage/triage.h"

#include <math.h>

#include "handlers/fold.h"
#include "handlers/triage/command.h"
#include "handlers/triage/danger.h"
#include "handlers/triage/detect.h"
#include "handlers/triage/length.h"
#include "handlers/triage/look.h"

_Static_assert((int)TRIAGE_TEXT_MAX == (int)LOOK_TEXT_MAX,
               "one limit, said in two headers");

// The order of the model's intent heads.
enum { HEAD_EMERGENCY, HEAD_CONSULTATION, HEAD_OTHER };

// What a rule that raises to emergency is worth as a probability, at least.
static const float rule_probability = 0.9F;
// Below this calibrated probability a rule alone raises to unclear only.
static const float rule_doubt = 0.08F;
// Below this a word of danger alone says nothing against the model.
static const float rule_silent = 0.02F;
// Decision values: below them no head is believed.
static const float category_least = -1.5F, category_least_emergency = -0.6F,
                   doubt_least = -1.5F;
// Chatter must be so much more likely than a question: nobody answers chatter at once.
static const float other_margin = 0.3F;
// Nobody hurries to read chatter: what is likelier to be a plea than this is not chatter.
static const float other_most = 0.10F;
// From which the model alone, without a word of danger, makes an emergency of a word, of
// a few and of many.
static const float threshold_never = 2.0F, threshold_few = 0.60F, threshold_many = 0.45F;
// A part of a long text alone must be this probable.
static const float part_threshold = 0.6F;
enum { LONG_TEXT = 360 }; // bytes
enum { URGENT = 2 };

const struct triage *triage_new(struct str model, const struct language_set *set,
                                const struct country *country, struct arena *arena,
                                struct buf *errors) {
    struct triage *triage = ARENA_NEW(arena, struct triage);
    triage->set = set;
    triage->country = country;
    triage->model = model_read(model, arena, errors);
    if (triage->model != NULL) model_version(triage->model, triage->version);
    look_compile(triage, arena);
    return triage;
}

struct str triage_version(const struct triage *triage) {
    return str_of(triage->version);
}

// Everything one judgement holds.
struct judging {
    const struct triage *triage;
    const struct triage_input *input;
    struct triage_result *out;
    struct arena *arena;
    struct look *look;
    struct str text; // as sent, bounded
    struct str bare; // folded, without the spaces at its ends
    struct model_scores scores;
    struct detected detected;
    const struct model_lane *lane; // NULL: no model
    bool has_model;                // and its figures are figures
    float probability; // the model's, of the text or part that is being judged
    bool has_plea;     // a cry for help in the language whose rules are applied
};

static struct triage_result unjudged(const struct triage *triage,
                                     const struct triage_input *input) {
    return (struct triage_result){
        .triage = triage, .text = input->text, .intent = INTENT_OTHER};
}

static void reason(struct triage_result *out, struct str code, struct str word) {
    if (out->reason_count == TRIAGE_REASONS_MAX) return;
    out->reasons[out->reason_count++] = (struct triage_reason){code, str_trim(word)};
}

static void raise(struct triage_result *out, enum intent intent) {
    if (intent_rank(intent) > intent_rank(out->intent)) out->intent = intent;
}

static void urgency_raise(struct triage_result *out, int16_t urgency) {
    if (urgency > out->urgency) out->urgency = urgency;
}

static void language_set_result(struct judging *j) {
    const struct language *language = j->detected.language;
    j->out->language = language != NULL ? language->tag : STR("und");
    j->out->language_guess = j->detected.guess;
}

// A pin, a picture, a voice: nothing to read, and somebody wanted something.
static bool judge_kind(struct judging *j) {
    if (j->input->message_kind == MESSAGE_TEXT && j->bare.n > 0) return false;
    const struct language *known =
        language_find(j->triage->set, j->input->known_language);
    j->out->intent = INTENT_UNCLEAR;
    j->out->language = known != NULL ? known->tag : STR("und");
    reason(j->out, STR("no_text"), str_of(message_kind_text(j->input->message_kind)));
    return true;
}

static bool is_about_danger(enum question question) {
    return question == QUESTION_DANGER || question == QUESTION_HURT ||
           question == QUESTION_DISCREET;
}

// A bare answer belongs to the thread's open question.
static bool judge_answer(struct judging *j) {
    if (j->input->question == QUESTION_NONE) return false;
    enum answer answer = command_answer(j->triage->set, j->bare);
    if (answer == ANSWER_NONE && command_answer_is_no(j->triage->set, j->bare))
        answer = ANSWER_NO;
    // "Is anyone in danger now?" - "Help": that is a yes.
    bool is_asked_danger = j->input->question == QUESTION_DANGER;
    if (answer == ANSWER_NONE && is_asked_danger &&
        command_plea(j->triage->set, j->bare, j->input->known_language) != NULL)
        answer = ANSWER_YES;
    if (answer == ANSWER_NONE) return false;
    const struct language *known =
        language_find(j->triage->set, j->input->known_language);
    j->out->language = known != NULL ? known->tag : STR("und");
    j->out->is_answer = true;
    bool is_survey = j->input->question == QUESTION_SURVEY;
    if (is_about_danger(j->input->question) && answer == ANSWER_YES) {
        j->out->intent = INTENT_EMERGENCY;
        j->out->emergency_probability = 1.0F;
        j->out->urgency = 3;
    } else {
        j->out->intent = is_survey ? INTENT_OTHER : INTENT_UNCLEAR;
    }
    reason(j->out, answer == ANSWER_YES ? STR("answer:yes") : STR("answer:no"), j->bare);
    return true;
}

static bool judge_plea(struct judging *j) {
    const struct language *language =
        command_plea(j->triage->set, j->bare, j->input->known_language);
    if (language == NULL) return false;
    j->out->intent = INTENT_UNCLEAR;
    j->out->is_plea_alone = true;
    j->out->urgency = 2;
    j->out->emergency_probability = 0.5F;
    j->out->language = language->tag;
    reason(j->out, STR("plea_alone"), j->bare);
    return true;
}

static struct str decimals(struct judging *j, float value) {
    return arena_printf(j->arena, "%.2f", (double)value);
}

// In an emergency the category chooses the number named: better none than a wrong one.
static enum category best_category(const struct judging *j) {
    const struct triage_model *model = j->triage->model;
    float best = j->out->intent == INTENT_EMERGENCY ? category_least_emergency
                                                    : category_least;
    enum category category = CATEGORY_OTHER;
    for (size_t i = 0; i < model->header.category_count; i++) {
        if (j->scores.narrow[i] <= best) continue;
        best = j->scores.narrow[i];
        category = (enum category)model->categories[i];
    }
    return category;
}

// "No", "at home", "いいえ": words of no kind we know, as people answer a question we
// have not heard. Of a word or two the model alone makes no emergency; of a few without a
// word of danger it must be sure, of many surer than beside one; else a person reads.
static float threshold_of(const struct judging *j) {
    enum length length = length_of(j->bare);
    if (length == LENGTH_WORD && j->look->single_count == 0) return threshold_never;
    if (danger_in_look(j->look)) return j->lane->threshold;
    return length < LENGTH_MANY ? threshold_few : threshold_many;
}

// "Bomb", "通り魔?": one word, and one of danger in some language of ours. Nobody can
// tell what is meant, and a person asks.
static void judge_word(struct judging *j) {
    bool is_raised = intent_rank(j->out->intent) >= intent_rank(INTENT_UNCLEAR);
    if (is_raised || !length_is_word(j->bare)) return;
    for (size_t l = 0; l < j->triage->set->count; l++) {
        const struct look_language *language = &j->triage->languages[l];
        int class = danger_in_language(j->look, language);
        if (class < 0) continue;
        struct str name = str_of(language_class_name((size_t)class));
        raise(j->out, INTENT_UNCLEAR);
        reason(j->out, arena_join(j->arena, STR("word:"), name),
               j->look->hits.first[language->classes[class]]);
        return;
    }
}

// Three heads and a calibrated probability; between two thresholds is doubt.
static void judge_model(struct judging *j) {
    struct triage_result *out = j->out;
    if (!j->has_model) {
        out->intent = INTENT_UNCLEAR;
        reason(out, STR("model_missing"), (struct str){0});
        return;
    }
    const float *score = j->scores.intent;
    float probability = model_probability(j->lane, score[HEAD_EMERGENCY]);
    out->emergency_probability = probability;
    j->probability = probability;
    if (probability >= threshold_of(j)) out->intent = INTENT_EMERGENCY;
    else if (probability >= j->lane->threshold_low) out->intent = INTENT_UNCLEAR;
    else if (score[HEAD_CONSULTATION] >= score[HEAD_OTHER] - other_margin)
        out->intent = score[HEAD_CONSULTATION] < doubt_least ? INTENT_UNCLEAR
                                                             : INTENT_CONSULTATION;
    else
        out->intent = score[HEAD_OTHER] < doubt_least || probability >= other_most
                          ? INTENT_UNCLEAR
                          : INTENT_OTHER;
    out->category = best_category(j);
    reason(out, STR("model"), decimals(j, probability));
}

// Whether the model can judge the text's language: one of ours that it was trained in.
static bool is_learnt(const struct judging *j) {
    const struct language *language = j->detected.language;
    if (language == NULL || j->triage->model == NULL) return language != NULL;
    return model_has_learnt(j->triage->model, language->tag);
}

// What a rule that fired raises to. Against a model that is sure of the opposite (beside
// a cry for help: as good as certain) a rule makes doubt, and a person asks. What is
// itself no more than doubt (a word alone, of no urgency) says nothing where the model is
// as good as certain, unless somebody cries for help.
static enum intent rule_intent(const struct judging *j, const struct raising_rule *rule) {
    bool is_weighed = j->has_model && rule->manner == MANNER_NORMAL && is_learnt(j);
    enum intent intent = rule->intent;
    if (intent == INTENT_UNCLEAR) {
        // "I was attacked, help": harm that was done, and goes on.
        if (rule->urgency >= URGENT && j->has_plea) return INTENT_EMERGENCY;
        bool is_mere = rule->urgency == 0 && !j->has_plea;
        bool is_silent = is_weighed && is_mere && j->probability < rule_silent;
        return is_silent ? INTENT_OTHER : INTENT_UNCLEAR;
    }
    float doubt = j->has_plea ? rule_silent : rule_doubt;
    bool is_doubted = is_weighed && j->probability < doubt;
    return intent == INTENT_EMERGENCY && is_doubted ? INTENT_UNCLEAR : intent;
}

static void rule_apply(struct judging *j, const struct look_rule *known) {
    const struct raising_rule *rule = known->rule;
    struct triage_result *out = j->out;
    enum intent intent = rule_intent(j, rule);
    bool is_silent = rule->intent == INTENT_UNCLEAR && intent == INTENT_OTHER;
    if (is_silent) return;
    raise(out, intent);
    if (rule->manner > out->manner) out->manner = rule->manner;
    urgency_raise(out, rule->urgency);
    if (rule->category != CATEGORY_OTHER && out->category == CATEGORY_OTHER)
        out->category = rule->category;
    if (intent == INTENT_EMERGENCY && out->emergency_probability < rule_probability)
        out->emergency_probability = rule_probability;
    struct str code = arena_join(j->arena, STR("rule:"), rule->code);
    reason(out, code, j->look->hits.first[known->any]);
}

// Rules of the text's language; of all of them where the language is not clear.
static void judge_rules(struct judging *j) {
    for (size_t l = 0; l < j->triage->set->count; l++) {
        const struct look_language *language = &j->triage->languages[l];
        const struct language *detected = j->detected.language;
        if (detected != NULL && detected != language->language) continue;
        j->has_plea = danger_has_plea(j->look, language);
        for (size_t i = 0; i < language->rule_count; i++) {
            if (look_rule_fires(&language->rules[i], j->look))
                rule_apply(j, &language->rules[i]);
        }
    }
}

// In a language we do not speak, or the model never learnt: at least unclear, and its
// danger words raise.
static void judge_foreign(struct judging *j) {
    struct triage_result *out = j->out;
    bool is_known = j->detected.language != NULL && !j->detected.is_doubtful;
    bool is_sure = is_known && is_learnt(j);
    if (is_sure && !j->detected.is_short) return;
    raise(out, INTENT_UNCLEAR);
    reason(out, j->detected.is_short ? STR("short") : STR("language"),
           j->detected.guess.n > 0        ? j->detected.guess
           : j->detected.language != NULL ? j->detected.language->tag
                                          : STR("und"));
    for (size_t i = 0; i < j->triage->set->danger_count; i++) {
        int list = j->triage->danger[i];
        if (!words_has(&j->look->hits, list)) continue;
        out->intent = INTENT_EMERGENCY;
        urgency_raise(out, 3);
        if (out->emergency_probability < rule_probability)
            out->emergency_probability = rule_probability;
        if (!is_known) out->language_guess = j->triage->set->danger[i].tag;
        reason(out, STR("danger_word"), j->look->hits.first[list]);
        return;
    }
}

static void judge_text(struct judging *j);

// Behind some keywords stand words of the sender's own: what would be an emergency
// without the keyword is one ("登録" begins more than one sentence).
static bool is_more(struct judging *j, const struct command_match *match) {
    bool is_open = match->argument.n > 0 &&
                   (match->word == WORD_JOIN || match->word == WORD_MOVE ||
                    match->word == WORD_AREA || match->word == WORD_TOPIC);
    if (!is_open) return false;
    judge_text(j);
    if (j->out->intent == INTENT_EMERGENCY) return true;
    *j->out = unjudged(j->triage, j->input);
    return false;
}

// Nothing is a command in an emergency, beside an open question, or when it is more.
static bool judge_command(struct judging *j) {
    struct command_match match =
        command_read(j->triage->set, j->bare, j->input->known_language);
    if (match.word == WORD_NONE) return false;
    if (is_more(j, &match)) return true;
    j->out->language = match.language->tag;
    reason(j->out, STR("keyword"), str_of(command_word_text(match.word)));
    bool is_free = !j->input->thread_is_emergency && j->input->question == QUESTION_NONE;
    j->out->intent = is_free ? INTENT_COMMAND : INTENT_UNCLEAR;
    if (!is_free) return true;
    j->out->command = match.word;
    j->out->command_argument = match.argument;
    return true;
}

// The words that speak for danger, for the officer's eye.
static void reasons_words(struct judging *j) {
    const struct language *language = j->detected.language;
    if (j->out->intent != INTENT_EMERGENCY) return;
    for (size_t l = 0; l < j->triage->set->count; l++) {
        const struct look_language *known = &j->triage->languages[l];
        if (language != NULL && known->language != language) continue;
        for (size_t i = 0; i < LANGUAGE_CLASSES_MAX; i++) {
            const char *name = language_class_name(i);
            if (name == NULL || strcmp(name, "now") == 0) break;
            if (!words_has(&j->look->hits, known->classes[i])) continue;
            if (j->out->reason_count >= TRIAGE_REASONS_MAX - 1) return;
            reason(j->out, arena_join(j->arena, STR("word:"), str_of(name)),
                   j->look->hits.first[known->classes[i]]);
        }
    }
}

static int16_t urgency_of(enum intent intent, enum category category) {
    bool is_property = category == CATEGORY_SCAM || category == CATEGORY_THEFT ||
                       category == CATEGORY_SUSPICIOUS;
    if (intent == INTENT_EMERGENCY) return is_property ? 2 : 3;
    return intent == INTENT_UNCLEAR ? 1 : 0;
}

// Scores of a look, in the language that is known by then (NULL: in all).
static void score(struct judging *j, struct look *look, struct model_scores *scores) {
    look_classes(j->triage, j->detected.language, look);
    struct model_input input = look_input(look);
    if (j->triage->model != NULL) model_score_classes(j->triage->model, &input, scores);
}

// In a long text a plea drowns among the words around it, so each part is judged alone
// too.
static void judge_part(struct judging *j, struct str part) {
    struct look *whole = j->look, *look = ARENA_NEW(j->arena, struct look);
    float whole_probability = j->probability;
    struct model_scores scores = {0};
    const struct triage_model *model = j->triage->model;
    look_text(j->triage, part, look, j->arena);
    struct model_input input = look_input(look);
    if (model != NULL) model_score_grams(model, &input, &scores);
    score(j, look, &scores);
    float probability =
        model != NULL ? model_probability(j->lane, scores.intent[HEAD_EMERGENCY]) : 0.0F;
    j->look = look;
    j->probability = probability;
    judge_rules(j);
    j->look = whole;
    j->probability = whole_probability;
    if (probability < part_threshold || j->out->intent == INTENT_EMERGENCY) return;
    j->out->intent = INTENT_EMERGENCY;
    j->out->emergency_probability = probability;
    reason(j->out, STR("model_part"), decimals(j, probability));
}

static void judge_parts(struct judging *j, struct str text) {
    if (text.n < LONG_TEXT) return;
    for (size_t from = 0; from < text.n;) {
        size_t end = length_part_end(text, from);
        if (j->out->intent == INTENT_EMERGENCY) return;
        judge_part(j, str_slice(text, from, end));
        from = end;
    }
}

// What the thread makes of words. Beside our question about danger a text that begins
// with yes is danger, and so is doubt that does not begin with no. In an emergency
// nothing is chatter.
static void judge_thread(struct judging *j) {
    struct triage_result *out = j->out;
    if (j->input->thread_is_emergency) raise(out, INTENT_UNCLEAR);
    if (!is_about_danger(j->input->question)) return;
    enum answer lead = command_answer_lead(j->triage->set, j->bare);
    bool is_likely = j->lane != NULL && j->probability >= j->lane->threshold_low;
    out->is_answer = lead != ANSWER_NONE;
    if (out->is_answer) raise(out, INTENT_UNCLEAR);
    if (lead == ANSWER_NO || (lead == ANSWER_NONE && !is_likely)) return;
    if (out->intent != INTENT_EMERGENCY)
        reason(out, lead == ANSWER_YES ? STR("answer:yes") : STR("thread"), j->bare);
    out->intent = INTENT_EMERGENCY;
    urgency_raise(out, 3);
    if (out->emergency_probability < rule_probability)
        out->emergency_probability = rule_probability;
}

static bool scores_are_figures(const struct model_scores *scores) {
    return isfinite(scores->intent[HEAD_EMERGENCY]) &&
           isfinite(scores->intent[HEAD_CONSULTATION]) &&
           isfinite(scores->intent[HEAD_OTHER]);
}

static void judge_text(struct judging *j) {
    struct look *look = j->look;
    const struct triage *triage = j->triage;
    struct model_input input = look_input(look);
    if (triage->model != NULL) model_score_grams(triage->model, &input, &j->scores);
    j->detected = detect_language(triage, look, triage->model != NULL ? &j->scores : NULL,
                                  j->input->known_language);
    score(j, look, &j->scores);
    language_set_result(j);
    j->has_model = triage->model != NULL && scores_are_figures(&j->scores);
    if (triage->model != NULL) j->lane = model_lane(triage->model, j->out->language);
    judge_model(j);
    judge_rules(j);
    judge_word(j);
    judge_parts(j, j->text);
    judge_foreign(j);
    judge_thread(j);
    reasons_words(j);
    urgency_raise(j->out, urgency_of(j->out->intent, j->out->category));
}

// A long text is judged by its beginning and its end: the plea may be the last line.
static struct str bounded(struct str text, struct arena *arena) {
    if (text.n <= LOOK_TEXT_MAX) return text;
    size_t head = LOOK_TEXT_MAX / 2, tail = text.n - LOOK_TEXT_MAX / 2;
    // Not in the middle of a character.
    while (head > 0 && ((unsigned char)text.p[head] & 0xC0) == 0x80) head--;
    while (tail < text.n && ((unsigned char)text.p[tail] & 0xC0) == 0x80) tail++;
    struct str first = arena_join(arena, str_slice(text, 0, head), STR(" "));
    return arena_join(arena, first, str_slice(text, tail, text.n));
}

void triage_run(const struct triage *triage, const struct triage_input *input,
                struct triage_result *out, struct arena *arena) {
    struct look look;
    struct str text = bounded(input->text, arena);
    *out = unjudged(triage, input);
    struct judging j = {.triage = triage,
                        .input = input,
                        .out = out,
                        .arena = arena,
                        .look = &look,
                        .text = text};
    look_text(triage, text, &look, arena);
    j.bare = str_slice(look.text, 1, look.text.n - 1);
    bool is_judged = judge_kind(&j) || judge_answer(&j) || judge_plea(&j) ||
                     judge_command(&j);
    if (!is_judged) judge_text(&j);
    out->numbers = country_numbers(triage->country, out->category);
}
