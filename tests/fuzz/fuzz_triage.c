// SPDX-License-Identifier: Apache-2.0
//
// Covers handlers/triage/ and handlers/fold.c: any text is judged within its bounds, and
// a plea in front of it is never other. Without a model (a target reads no files), with
// small lists of its own.
#include "core/utf8.h"
#include "handlers/triage/explain.h"
#include "handlers/triage/triage.h"
#include "tests/fuzz/fuzz.h"

static const char pack[] =
    "{\"country\":\"jp\",\"time_zone\":\"Asia/Tokyo\",\"languages\":[\"en\"],"
    "\"names\":{\"country\":{\"en\":\"x\"},\"box\":{\"en\":\"x\"},\"officer\":{\"en\":"
    "\"x\"},"
    "\"supervisor\":{\"en\":\"x\"},\"volunteer\":{\"en\":\"x\"}},"
    "\"topics\":[{\"id\":1,\"code\":\"x\",\"names\":{\"en\":\"x\"}}],"
    "\"numbers\":{\"police\":\"110\"},"
    "\"number_by_category\":{},\"ladder_s\":[1,1,1,1,1],\"told_s\":[1,2],"
    "\"attention_s\":1,\"unseen_s\":1,\"on_the_way_s\":1,\"surge_limit\":1,\"chat_alarm_"
    "limit\":1,"
    "\"console_gone_s\":1,"
    "\"receipt_minutes\":1,\"opening_hour\":1,\"quiet_hours\":[1,2],"
    "\"strikes_quiet\":1,\"numbering\":{\"country_code\":\"81\"},"
    "\"retention_days\":{\"body\":1,\"address\":1,\"raw_event\":1,\"event_key\":1,"
    "\"quarantine\":1}}";

static const struct str pleas[] = {STR_INIT("help"), STR_INIT("助けて")};
static const struct str knives[] = {STR_INIT(" knife "), STR_INIT("?"), STR_INIT("火")};
static const struct str stops[] = {STR_INIT("stop"), STR_INIT("停止")};
static const struct str yes[] = {STR_INIT("1")};

static const struct raising_rule rules[] = {{.code = STR_INIT("knife"),
                                             .any = {knives, 3},
                                             .intent = INTENT_EMERGENCY,
                                             .urgency = 3}};

static const struct language english = {
    .tag = STR_INIT("en"),
    .has_spaces = true,
    .keywords = {[WORD_STOP] = {stops, 2}, [WORD_MOVE] = {stops, 1}},
    .yes = {yes, 1},
    .pleas = {pleas, 2},
    .rules = rules,
    .rule_count = 1,
    .classes = {{knives, 3}, {stops, 2}},
};

static void check(const struct triage_result *result) {
    FUZZ_CHECK(result->reason_count <= TRIAGE_REASONS_MAX);
    FUZZ_CHECK(result->emergency_probability >= 0 && result->emergency_probability <= 1);
    FUZZ_CHECK(result->language.n > 0 && result->numbers.n > 0);
    FUZZ_CHECK((result->command != WORD_NONE) == (result->intent == INTENT_COMMAND));
    // Without a model nothing is chatter.
    FUZZ_CHECK(result->intent != INTENT_OTHER || result->reason_count > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    struct arena *arena = arena_new(1 << 16);
    struct buf errors;
    buf_init(&errors, 4096);
    struct language_set set = {.languages = {&english}, .count = 1};
    const struct country *country =
        country_read(str_of(pack), STR("pack"), arena, &errors);
    FUZZ_CHECK(country != NULL);
    const struct triage *triage =
        triage_new((struct str){0}, &set, country, arena, &errors);
    bool changed;
    struct str bytes = {(const char *)data + 1, size - 1};
    struct triage_input input = {.text = utf8_repair(bytes, arena, &changed)};
    input.question = (enum question)(data[0] % QUESTION_COUNT);
    input.thread_is_emergency = (data[0] & 0x80) != 0;
    struct triage_result result;
    triage_run(triage, &input, &result, arena);
    check(&result);
    (void)triage_reasons_json(&result, (struct place_names){0}, arena);
    input.text = arena_join(arena, STR("a knife "), input.text);
    triage_run(triage, &input, &result, arena);
    check(&result);
    FUZZ_CHECK(input.text.n > TRIAGE_TEXT_MAX || result.intent == INTENT_EMERGENCY);
    buf_free(&errors);
    arena_free(arena);
    return 0;
}
