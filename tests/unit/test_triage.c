// SPDX-License-Identifier: Apache-2.0
//
// What must hold whatever the model has learnt: commands, pleas, answers, manner, doubt.
// How well it judges is another matter (tests/cases/triage).
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <stdio.h>

#include "handlers/triage/explain.h"
#include "handlers/triage/model.h"
#include "tests/unit/triage_fixture.h"

static int set_up(void **state) {
    *state = triage_fixture_new(true);
    return 0;
}

static int tear_down(void **state) {
    triage_fixture_free(*state);
    return 0;
}

static struct triage_result judge_with(struct triage_fixture *f,
                                       struct triage_input input) {
    struct triage_result result;
    triage_run(f->triage, &input, &result, f->arena);
    assert_true(result.reason_count <= TRIAGE_REASONS_MAX);
    assert_true(result.emergency_probability >= 0.0F);
    assert_true(result.emergency_probability <= 1.0F);
    assert_true(result.numbers.n > 0);
    assert_true(result.language.n > 0);
    return result;
}

static struct triage_result judge(void *state, const char *text) {
    return judge_with(state, (struct triage_input){.text = str_of(text)});
}

static void is(struct str text, const char *wanted) {
    assert_true(str_eq(text, str_of(wanted)));
}

static void expect_command(void *state, const char *text, enum command_word word,
                           const char *argument) {
    struct triage_result result = judge(state, text);
    assert_int_equal(result.intent, INTENT_COMMAND);
    assert_int_equal(result.command, word);
    is(result.command_argument, argument);
    // Whoever asks why is told by whom and of what.
    assert_non_null(result.triage);
    is(result.text, text);
}

static void a_command_is_the_whole_text(void **state) {
    expect_command(*state, "STOP", WORD_STOP, "");
    expect_command(*state, "ＳＴＯＰ！", WORD_STOP, "");
    expect_command(*state, " 停止。", WORD_STOP, "");
    expect_command(*state, "berhenti", WORD_STOP, "");
    expect_command(*state, "再開", WORD_START, "");
    expect_command(*state, "JOIN SAKURA", WORD_JOIN, "sakura");
    expect_command(*state, "参加 桜町", WORD_JOIN, "桜町");
    expect_command(*state, "引越し 南町", WORD_MOVE, "南町");
    expect_command(*state, "PINDAH Tebet Barat", WORD_MOVE, "tebet barat");
    expect_command(*state, "LANG ID", WORD_LANG, "id");
    expect_command(*state, "言語 EN", WORD_LANG, "en");
    expect_command(*state, "English", WORD_LANG, "en");
    expect_command(*state, "TAKE 12", WORD_TAKE, "12");
    expect_command(*state, "ON", WORD_ON, "");
    expect_command(*state, "案内", WORD_INFO, "");
}

static void a_command_with_more_behind_is_none(void **state) {
    static const char *const texts[] = {
        "STOP he is hitting me",
        "stop following me please help",
        "停止線で車がぶつかった",
        "join us he has a knife",
        "take my brother to the hospital now please",
        "LANG of my neighbour",
        "berhenti pukul saya tolong",
        "on fire",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_not_equal(judge(*state, texts[i]).intent, INTENT_COMMAND);
    assert_int_equal(judge(*state, texts[0]).intent, INTENT_EMERGENCY);
}

static void nothing_is_a_command_in_an_emergency_or_beside_a_question(void **state) {
    struct triage_input input = {.text = STR("STOP"), .thread_is_emergency = true};
    assert_int_equal(judge_with(*state, input).intent, INTENT_UNCLEAR);
    input = (struct triage_input){.text = STR("STOP"), .question = QUESTION_WHERE};
    assert_int_equal(judge_with(*state, input).intent, INTENT_UNCLEAR);
}

static void a_plea_alone_goes_to_a_person(void **state) {
    static const char *const texts[] = {
        "HELP",   "help!!!!", "ヘルプ",   "助けて", "たすけてー", "ﾀｽｹﾃ",
        "TOLONG", "bantuan",  "tolooong", "🆘",     "110",        "た\xE2\x80\x8Bすけて"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct triage_result result = judge(*state, texts[i]);
        assert_true(result.is_plea_alone);
        assert_true(intent_rank(result.intent) >= intent_rank(INTENT_UNCLEAR));
        is(result.numbers, "110/119/118");
    }
    is(judge(*state, "TOLONG").language, "id");
    is(judge(*state, "助けて").language, "ja");
    is(judge(*state, "HELP").language, "en");
}

static void an_answer_belongs_to_the_open_question(void **state) {
    static const char *const yes[] = {"1", "１", "はい", "YES", "ya", "います", "ada"};
    struct triage_input input = {.question = QUESTION_DANGER,
                                 .known_language = STR("id")};
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        input.text = str_of(yes[i]);
        struct triage_result result = judge_with(*state, input);
        assert_int_equal(result.intent, INTENT_EMERGENCY);
        is(result.language, "id");
    }
    static const char *const no[] = {"2", "いいえ", "no", "tidak"};
    for (size_t i = 0; i < ARRAY_LEN(no); i++) {
        input.text = str_of(no[i]);
        assert_int_equal(judge_with(*state, input).intent, INTENT_UNCLEAR);
    }
    // The answer to a survey is no alarm; words beyond the answer are judged as words.
    input = (struct triage_input){.text = STR("1"), .question = QUESTION_SURVEY};
    assert_int_equal(judge_with(*state, input).intent, INTENT_OTHER);
    input = (struct triage_input){.text = STR("2 men with knives in my shop now"),
                                  .question = QUESTION_DANGER};
    assert_int_equal(judge_with(*state, input).intent, INTENT_EMERGENCY);
}

static struct triage_result judge_beside(void *state, enum question question,
                                         const char *text) {
    struct triage_input input = {.text = str_of(text), .question = question};
    return judge_with(state, input);
}

// Told as past, with no word of when: a person asks. With a day, it is a report at least.
static void harm_done_to_the_writer_is_never_chatter(void **state) {
    static const char *const texts[] = {
        "I was raped",    "I was robbed",     "someone robbed me", "he beat me up",
        "痴漢されました", "レイプされました", "強盗にあいました",  "殴られました",
        "saya dirampok",  "aku diperkosa",    "saya dilecehkan",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_true(judge(*state, texts[i]).intent >= INTENT_UNCLEAR);
    static const char *const reports[] = {
        "I was raped three years ago", "My bike was stolen", "先週 殴られました",
        "自転車が盗まれました", "minggu lalu saya dirampok"};
    for (size_t i = 0; i < ARRAY_LEN(reports); i++)
        assert_true(judge(*state, reports[i]).intent >= INTENT_CONSULTATION);
}

static void an_answer_may_go_on(void **state) {
    static const char *const yes[] = {"Yes, my son",      "はい、母がいます",
                                      "はい隣の部屋です", "iya pak, ibu saya",
                                      "ya di dapur",      "1 orang"};
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        struct triage_result result = judge_beside(*state, QUESTION_DANGER, yes[i]);
        if (result.intent != INTENT_EMERGENCY) fail_msg("%s is no danger", yes[i]);
        assert_true(result.is_answer);
        assert_int_equal(result.urgency, 3);
    }
    // Nobody asked: the same words are no alarm.
    assert_int_not_equal(judge(*state, "Yes, my son").intent, INTENT_EMERGENCY);
    static const char *const no[] = {"No, thank you", "いいえ、だれもいません",
                                     "tidak pak, aman"};
    for (size_t i = 0; i < ARRAY_LEN(no); i++) {
        struct triage_result result = judge_beside(*state, QUESTION_DANGER, no[i]);
        assert_true(result.is_answer);
        if (result.intent != INTENT_UNCLEAR) fail_msg("%s is not a person's", no[i]);
    }
    // A no in front takes nothing from what follows.
    assert_int_equal(judge_beside(*state, QUESTION_DANGER, "No, he has a knife!").intent,
                     INTENT_EMERGENCY);
    // Where the question was another one, a yes is no danger.
    assert_int_not_equal(
        judge_beside(*state, QUESTION_SURVEY, "Yes, thank you officer").intent,
        INTENT_EMERGENCY);
    assert_false(judge_beside(*state, QUESTION_DANGER, "yesterday at noon").is_answer);
}

// A long text is judged by its parts too, and what the last of them says stands for none
// of the others.
static void doubt_of_a_long_answer_is_danger(void **state) {
    struct triage_result result = judge_beside(
        *state, QUESTION_DANGER,
        "that man is back and we had a quiet day at home and he keeps staring at my "
        "window and my chest feels odd and my sister called about the weekend and he "
        "keeps staring at my window and we had a quiet day at home and he says he will "
        "come tonight and the weather was nice this morning and he says he will come "
        "tonight. Thank you and good night to all of you at the station.");
    assert_int_equal(result.intent, INTENT_EMERGENCY);
}

static void doubt_beside_the_question_is_danger(void **state) {
    static const char *const doubts[] = {"that man is back", "ようすがおかしいです"};
    for (size_t i = 0; i < ARRAY_LEN(doubts); i++) {
        if (judge(*state, doubts[i]).intent == INTENT_EMERGENCY)
            fail_msg("%s rings unasked", doubts[i]);
        if (judge_beside(*state, QUESTION_DANGER, doubts[i]).intent != INTENT_EMERGENCY)
            fail_msg("%s does not ring when asked", doubts[i]);
    }
}

static void nothing_in_an_emergency_is_chatter(void **state) {
    static const char *const texts[] = {"good morning", "おやすみ", "makasih ya pak",
                                        "where can I renew my licence?"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct triage_input input = {.text = str_of(texts[i]),
                                     .thread_is_emergency = true};
        assert_int_equal(judge_with(*state, input).intent, INTENT_UNCLEAR);
    }
}

static void who_cannot_talk_is_answered_discreetly(void **state) {
    static const char *const texts[] = {"声が出せません、隣に夫がいます",
                                        "ｺｴ ﾀﾞｾﾅｲ",
                                        "電話しないで",
                                        "I can't talk, he is here",
                                        "dont call me please he will hear",
                                        "ga bisa ngomong pak, dia di sebelah",
                                        "jgn telp nanti kedengeran"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(judge(*state, texts[i]).manner, MANNER_DISCREET);
    static const char *const deaf[] = {"耳が聞こえません。煙が部屋に入ってきます",
                                       "I am deaf, there is smoke",
                                       "saya tuli, ada asap"};
    for (size_t i = 0; i < ARRAY_LEN(deaf); i++)
        assert_int_equal(judge(*state, deaf[i]).manner, MANNER_TEXT_ONLY);
    assert_int_equal(judge(*state, "日本語が話せません").manner, MANNER_NORMAL);
    assert_int_equal(judge(*state, "財布を落としました").manner, MANNER_NORMAL);
}

static void a_language_we_do_not_speak_is_at_least_unclear(void **state) {
    static const char *const chatter[] = {
        "cảm ơn anh rất nhiều", "감사합니다",   "ขอบคุณครับ",       "धन्यवाद",
        "شكرا جزيلا",           "ကျေးဇူးတင်ပါတယ်", "спасибо большое"};
    for (size_t i = 0; i < ARRAY_LEN(chatter); i++) {
        struct triage_result result = judge(*state, chatter[i]);
        assert_int_equal(result.intent, INTENT_UNCLEAR);
        is(result.language, "und");
    }
    static const char *const pleas[] = {"Cứu tôi với, chồng tôi đánh tôi",
                                        "살려주세요 칼을 들고 있어요",
                                        "救命，有人打我",
                                        "ช่วยด้วย ไฟไหม้",
                                        "मुझे बचाओ, वह मार रहा है",
                                        "النجدة حريق",
                                        "ကယ်ပါ မီးလောင်နေတယ်",
                                        "tulungan nyo ako may sunog",
                                        "socorro estão me roubando",
                                        "बचाउनुहोस् घरमा आगो लाग्यो"};
    for (size_t i = 0; i < ARRAY_LEN(pleas); i++) {
        struct triage_result result = judge(*state, pleas[i]);
        if (result.intent != INTENT_EMERGENCY) (void)printf("%s\n", pleas[i]);
        assert_int_equal(result.intent, INTENT_EMERGENCY);
        is(result.language, "und");
    }
}

static void too_short_to_tell_is_unclear(void **state) {
    static const char *const texts[] = {"a", "…", "?", "!!", "7", "\xF0\x9F\x98\xB1",
                                        ".", ""};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(judge(*state, texts[i]).intent, INTENT_UNCLEAR);
}

static void too_short_to_tell_is_unclear_whatever_was_spoken_before(void **state) {
    struct triage_input input = {.text = STR("ん"), .known_language = STR("ja")};
    struct triage_result result = judge_with(*state, input);
    assert_int_equal(result.intent, INTENT_UNCLEAR);
    is(result.language, "ja");
}

static void what_is_no_text_is_unclear(void **state) {
    struct triage_input input = {.message_kind = MESSAGE_LOCATION,
                                 .known_language = STR("en")};
    struct triage_result result = judge_with(*state, input);
    assert_int_equal(result.intent, INTENT_UNCLEAR);
    is(result.language, "en");
}

static void without_a_model_everything_is_a_persons(void **state) {
    (void)state;
    struct triage_fixture *f = triage_fixture_new(false);
    assert_true(f->errors.n > 0);
    assert_int_equal(judge(f, "good morning").intent, INTENT_UNCLEAR);
    assert_int_equal(judge(f, "財布を落としました").intent, INTENT_UNCLEAR);
    assert_int_equal(judge(f, "火事です").intent, INTENT_EMERGENCY);
    assert_int_equal(judge(f, "STOP").intent, INTENT_COMMAND);
    triage_fixture_free(f);
}

// A figure that is none, in a file that is whole: every text would be chatter.
static void a_model_without_figures_is_refused(void **state) {
    struct triage_fixture *f = *state;
    struct str file = fixture_file("handlers/triage/model.bin", f->arena);
    struct triage_model *model = ARENA_NEW(f->arena, struct triage_model);
    struct buf errors, broken;
    buf_init(&errors, 4096);
    buf_init(&broken, MODEL_BYTES_MAX);
    memcpy(model, file.p, sizeof *model);
    model->net.layers.out_bias[0] = NAN;
    model_write(model, &broken);
    assert_null(model_read(buf_str(&broken), f->arena, &errors));
    model->net.layers.out_bias[0] = 0.5F;
    broken.n = 0;
    model_write(model, &broken);
    assert_non_null(model_read(buf_str(&broken), f->arena, &errors));
    buf_free(&broken);
    buf_free(&errors);
}

static void a_damaged_model_is_refused(void **state) {
    struct triage_fixture *f = *state;
    struct str model = fixture_file("handlers/triage/model.bin", f->arena);
    struct buf errors;
    buf_init(&errors, 4096);
    char *bytes = (char *)(uintptr_t)model.p;
    bytes[model.n / 2] ^= 1;
    (void)triage_new(model, &f->languages, f->country, f->arena, &errors);
    assert_true(str_contains(buf_str(&errors), STR("damaged")));
    buf_free(&errors);
}

static void the_end_of_a_long_story_counts(void **state) {
    struct triage_fixture *f = *state;
    char *text = arena_alloc(f->arena, 40000);
    size_t n = 0;
    while (n < 30000)
        n += (size_t)snprintf(text + n, 40000 - n, "we had a quiet day at home. ");
    n += (size_t)snprintf(text + n, 40000 - n,
                          "now he has a knife and is kicking the door");
    struct triage_input input = {.text = {text, n}};
    assert_int_equal(judge_with(f, input).intent, INTENT_EMERGENCY);
}

static void reasons_are_json(void **state) {
    struct triage_fixture *f = *state;
    struct triage_result result = judge(f, "声が出せない 殴られてる");
    struct str json = triage_reasons_json(&result, (struct place_names){0}, f->arena);
    assert_true(str_starts(json, STR("[{\"code\":\"model\",\"word\":\"")));
    assert_true(
        str_contains(json, STR("{\"code\":\"rule:cannot_talk\",\"word\":\"声が出せ\",")));
    struct triage_result none = {0};
    is(triage_reasons_json(&none, (struct place_names){0}, f->arena), "[]");
}

// The same words, dressed up: the lane and the language are those of the plain text.
static void unicode_tricks_change_no_lane(void **state) {
    static const char *const pairs[][2] = {
        {"someone is breaking in, help", "someone is bre\xE2\x80\x8B"
                                         "aking in, h\xE2\x81\xA0"
                                         "elp"},
        {"someone is breaking in, help",
         "ｓｏｍｅｏｎｅ　ｉｓ　ｂｒｅａｋｉｎｇ　ｉｎ，　ｈｅｌｐ"},
        {"someone is breaking in, help", "s\xD0\xBEm\xD0\xB5one is br\xD0\xB5"
                                         "\xD0\xB0king in, h\xD0\xB5lp"},
        {"someone is breaking in, help",
         "\xE2\x81\xA7someone is breaking in, help\xE2\x81\xA9"},
        {"someone is breaking in, help", "someone is breaking in, help\xF3\xA0\x81\xA5"},
        {"someone is breaking in, help", "𝐬𝐨𝐦𝐞𝐨𝐧𝐞 𝐢𝐬 𝐛𝐫𝐞𝐚𝐤𝐢𝐧𝐠 𝐢𝐧, 𝐡𝐞𝐥𝐩"},
        {"知らない男が家に入ってきた助けて",
         "知らない男が家に入ってきたた\xE2\x80\x8Bすけて"},
        {"タスケテ ヘヤニダレカイル", "ﾀｽｹﾃ ﾍﾔﾆﾀﾞﾚｶｲﾙ"},
        {"tolong ada maling di dalam rumah",
         "t\xD0\xBElong ada m\xD0\xB0ling di dalam rumah"},
        {"財布を落としました", "財\xEF\xB8\x80"
                               "布を落と\xE2\x80\x8Dしました"},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        struct triage_result plain = judge(*state, pairs[i][0]);
        struct triage_result dressed = judge(*state, pairs[i][1]);
        assert_int_equal(dressed.intent, plain.intent);
        assert_true(str_eq(dressed.language, plain.language));
    }
    assert_int_equal(judge(*state, pairs[0][0]).intent, INTENT_EMERGENCY);
}

static void the_same_text_is_judged_the_same(void **state) {
    struct triage_result one = judge(*state, "someone is following me");
    struct triage_result two = judge(*state, "someone is following me");
    assert_memory_equal(&one.emergency_probability, &two.emergency_probability,
                        sizeof one.emergency_probability);
}

// As people answer a question that triage has not heard: an officer's, by telephone.
static void a_bare_word_of_no_kind_is_doubt_and_no_alarm(void **state) {
    static const char *const words[] = {
        "yes",    "no",       "tidak",   "semua",        "belum",         "sudah",
        "いいえ", "di rumah", "at home", "聞いてるかー", "ayo minum lagi"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        struct triage_result result = judge(*state, words[i]);
        if (result.intent == INTENT_EMERGENCY) fail_msg("%s rings", words[i]);
    }
    assert_int_equal(judge(*state, "gun").intent, INTENT_EMERGENCY);
    assert_int_equal(judge(*state, "火事").intent, INTENT_EMERGENCY);
}

// Whatever the model thinks of one word: if it is one of danger, in any language of ours,
// a person asks. Doubled letters hide nothing.
static void one_word_of_danger_is_never_chatter(void **state) {
    static const char *const texts[] = {
        "通り魔",     "誘拐",       "爆弾",       "リンチ", "発砲",    "刃物",
        "遭難",       "bomb",       "kidnap",     "riot",   "knife",   "gun",
        "drowning",   "FIREE",      "bom",        "culik",  "tsunami", "pisau",
        "tusukk",     "longsor",    "pembunuhan", "bomb?",  "fire?",   "通り魔？",
        "たてこもり", "ひったくり",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct triage_result result = judge(*state, texts[i]);
        assert_true(intent_rank(result.intent) >= intent_rank(INTENT_UNCLEAR));
    }
}

// A word of danger in a longer text of which the model is as good as certain says
// nothing; beside a cry for help it still does.
static void a_word_of_danger_is_silent_before_a_sure_model(void **state) {
    const char *text = "no spoilers but WHY did they stab the good one";
    assert_int_equal(judge(*state, text).intent, INTENT_OTHER);
    text = "help, no spoilers but WHY did they stab the good one";
    assert_int_not_equal(judge(*state, text).intent, INTENT_OTHER);
}

// However sure the model is of the opposite.
static void harm_beside_a_cry_for_help_is_an_emergency(void **state) {
    static const char *const texts[] = {
        "桜町公園で襲われた 助けて",
        "i was attacked in rose park, help",
        "saya dirampok di taman, tolong",
        "help i got robbed at the market",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (judge(*state, texts[i]).intent != INTENT_EMERGENCY)
            fail_msg("%s does not ring", texts[i]);
    }
    assert_int_equal(judge(*state, "危ない").intent, INTENT_UNCLEAR);
    assert_true(judge(*state, "危ない").is_plea_alone);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_of_danger_is_silent_before_a_sure_model),
        cmocka_unit_test(harm_beside_a_cry_for_help_is_an_emergency),
        cmocka_unit_test(one_word_of_danger_is_never_chatter),
        cmocka_unit_test(a_command_is_the_whole_text),
        cmocka_unit_test(a_command_with_more_behind_is_none),
        cmocka_unit_test(nothing_is_a_command_in_an_emergency_or_beside_a_question),
        cmocka_unit_test(a_plea_alone_goes_to_a_person),
        cmocka_unit_test(an_answer_belongs_to_the_open_question),
        cmocka_unit_test(harm_done_to_the_writer_is_never_chatter),
        cmocka_unit_test(an_answer_may_go_on),
        cmocka_unit_test(doubt_beside_the_question_is_danger),
        cmocka_unit_test(nothing_in_an_emergency_is_chatter),
        cmocka_unit_test(who_cannot_talk_is_answered_discreetly),
        cmocka_unit_test(a_language_we_do_not_speak_is_at_least_unclear),
        cmocka_unit_test(too_short_to_tell_is_unclear),
        cmocka_unit_test(a_bare_word_of_no_kind_is_doubt_and_no_alarm),
        cmocka_unit_test(too_short_to_tell_is_unclear_whatever_was_spoken_before),
        cmocka_unit_test(what_is_no_text_is_unclear),
        cmocka_unit_test(without_a_model_everything_is_a_persons),
        cmocka_unit_test(doubt_of_a_long_answer_is_danger),
        cmocka_unit_test(a_model_without_figures_is_refused),
        cmocka_unit_test(a_damaged_model_is_refused),
        cmocka_unit_test(the_end_of_a_long_story_counts),
        cmocka_unit_test(reasons_are_json),
        cmocka_unit_test(unicode_tricks_change_no_lane),
        cmocka_unit_test(the_same_text_is_judged_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
