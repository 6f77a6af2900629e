// SPDX-License-Identifier: Apache-2.0
//
// Scripts: hangul, Thai, Devanagari, Arabic, Myanmar and Cyrillic are none of ours; kana
// is Japanese. Han alone and Latin letters are for the model.
#include "handlers/triage/detect.h"

#include <math.h>

#include "core/utf8.h"

enum script {
    LATIN,
    KANA,
    HAN,
    HANGUL,
    THAI,
    DEVANAGARI,
    ARABIC,
    MYANMAR,
    CYRILLIC,
    SCRIPT_OTHER,
    SCRIPT_COUNT
};

struct letters {
    size_t of[SCRIPT_COUNT];
    size_t total;
    size_t vietnamese; // letters that only Vietnamese writes
};

struct range {
    uint32_t from, to;
    enum script script;
};

static const struct range ranges[] = {
    {'a', 'z', LATIN},
    {0x00DF, 0x024F, LATIN},
    {0x0400, 0x052F, CYRILLIC},
    {0x0600, 0x06FF, ARABIC},
    {0x0750, 0x077F, ARABIC},
    {0x0900, 0x097F, DEVANAGARI},
    {0x0E00, 0x0E7F, THAI},
    {0x1000, 0x109F, MYANMAR},
    {0x1100, 0x11FF, HANGUL},
    {0x1E00, 0x1EFF, LATIN},
    {0x3041, 0x309F, KANA},
    {0x30A0, 0x30FF, KANA},
    {0x3130, 0x318F, HANGUL},
    {0x3400, 0x4DBF, HAN},
    {0x4E00, 0x9FFF, HAN},
    {0xAC00, 0xD7AF, HANGUL},
    {0xF900, 0xFAFF, HAN},
    {0x0250, 0x03FF, SCRIPT_OTHER},
    {0x0530, 0x05FF, SCRIPT_OTHER},
    {0x0980, 0x0DFF, SCRIPT_OTHER},
    {0x0E80, 0x0FFF, SCRIPT_OTHER},
    {0x10A0, 0x10FF, SCRIPT_OTHER},
    {0x1200, 0x1DFF, SCRIPT_OTHER},
};

static bool is_vietnamese(uint32_t point) {
    return (point >= 0x1EA0 && point <= 0x1EF9) || point == 0x0103 || point == 0x0111 ||
           point == 0x01A1 || point == 0x01B0;
}

static struct letters letters_count(struct str text) {
    struct letters letters = {0};
    for (size_t i = 0; i < text.n;) {
        uint32_t point = utf8_next(text, &i);
        if (is_vietnamese(point)) letters.vietnamese++;
        for (size_t r = 0; r < ARRAY_LEN(ranges); r++) {
            if (point < ranges[r].from || point > ranges[r].to) continue;
            letters.of[ranges[r].script]++;
            letters.total++;
            break;
        }
    }
    return letters;
}

// A language that its script alone tells and that is none of ours; empty: none.
static struct str foreign_script(const struct letters *letters) {
    static const struct {
        enum script script;
        const char *tag;
    } scripts[] = {{HANGUL, "ko"},       {THAI, "th"},    {DEVANAGARI, "hi"},
                   {ARABIC, "ar"},       {MYANMAR, "my"}, {CYRILLIC, "ru"},
                   {SCRIPT_OTHER, "und"}};
    for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
        if (letters->of[scripts[i].script] * 3 > letters->total)
            return str_of(scripts[i].tag);
    }
    // A name alone does not make the text Vietnamese.
    if (letters->vietnamese * 14 > letters->total) return STR("vi");
    return (struct str){0};
}

// Decision values of the best head, from which it is believed.
static const float strength_least = -0.8F, strength_known = -1.5F;
// Nearer than this to the next one is close; to one that is not ours: doubtful.
static const float margin_least = 0.7F, margin_foreign = 1.2F;

static struct str tag_of(const struct triage_model *model, size_t index) {
    return str_of(model->languages[index]);
}

// How many classes of a language's words stand in the text.
static size_t classes_hit(const struct triage *triage, const struct look *look,
                          struct str tag) {
    size_t count = 0;
    for (size_t l = 0; l < triage->set->count; l++) {
        const struct look_language *language = &triage->languages[l];
        if (!str_eq(language->language->tag, tag)) continue;
        for (size_t i = 0; i < LANGUAGE_CLASSES_MAX; i++)
            count += words_has(&look->hits, language->classes[i]);
    }
    return count;
}

// The heads of a text among those its script allows.
struct ranking {
    struct str tag; // the best
    float best, second;
    float foreign; // the best of languages that are not ours
};

// What a class of known words speaks for a language whose words stand apart, and how many
// of them are counted.
static const float class_worth = 0.25F;
enum { CLASSES_COUNTED = 4 };

static float words_worth(const struct triage *triage, const struct look *look,
                         struct str tag) {
    const struct language *language = language_find(triage->set, tag);
    if (language == NULL || !language->has_spaces) return 0.0F;
    size_t hit = classes_hit(triage, look, tag);
    return class_worth * (float)(hit < CLASSES_COUNTED ? hit : CLASSES_COUNTED);
}

static struct ranking heads_rank(const struct triage *triage, const struct look *look,
                                 const struct model_scores *scores, bool is_han) {
    const struct triage_model *model = triage->model;
    struct ranking ranking = {
        .best = -INFINITY, .second = -INFINITY, .foreign = -INFINITY};
    for (size_t i = 0; i < model->header.language_count; i++) {
        struct str head = tag_of(model, i);
        bool is_eastern = str_eq(head, STR("ja")) || str_eq(head, STR("zh"));
        if (is_han && !is_eastern) continue;
        float score = scores->narrow[model->header.category_count + i];
        if (!is_han) score += words_worth(triage, look, head);
        if (language_find(triage->set, head) == NULL && score > ranking.foreign)
            ranking.foreign = score;
        if (score > ranking.best) {
            ranking.second = ranking.best;
            ranking.best = score;
            ranking.tag = head;
        } else if (score > ranking.second) {
            ranking.second = score;
        }
    }
    return ranking;
}

static struct detected of_tag(const struct triage *triage, struct str tag) {
    struct detected found = {0};
    found.language = language_find(triage->set, tag);
    if (found.language == NULL && !str_eq(tag, STR("und"))) found.guess = tag;
    return found;
}

static struct detected too_short(const struct triage *triage, struct str known) {
    return (struct detected){.language = language_find(triage->set, known),
                             .is_short = true};
}

// What the writing alone tells; false: it does not.
static bool script_decides(const struct triage *triage, const struct letters *letters,
                           struct str known, struct detected *out) {
    struct str foreign = foreign_script(letters);
    size_t dense = letters->of[KANA] + letters->of[HAN];
    bool is_short = letters->of[LATIN] < 2 && dense < 2;
    bool is_kana = letters->of[KANA] > 0 && dense * 4 >= letters->of[LATIN];
    if (letters->total > 0 && foreign.n > 0) *out = of_tag(triage, foreign);
    else if (is_short) *out = too_short(triage, known);
    else if (is_kana) *out = of_tag(triage, STR("ja"));
    else return false;
    return true;
}

struct detected detect_language(const struct triage *triage, const struct look *look,
                                const struct model_scores *scores, struct str known) {
    struct letters letters = letters_count(look->text);
    struct detected written;
    if (script_decides(triage, &letters, known, &written)) return written;
    bool is_han = letters.of[HAN] * 4 >= letters.of[LATIN] && letters.of[HAN] > 0;
    if (triage->model == NULL || scores == NULL)
        return of_tag(triage, is_han ? STR("ja") : STR("und"));
    struct ranking ranking = heads_rank(triage, look, scores, is_han);
    // No head believes in itself and the words are none we know: some other language.
    bool has_words = classes_hit(triage, look, ranking.tag) >= 1;
    if (ranking.best < (has_words ? strength_known : strength_least))
        return of_tag(triage, STR("und"));
    // Close: what the contact spoke before decides.
    bool is_close = ranking.best - ranking.second < margin_least;
    if (is_close && language_find(triage->set, known) != NULL)
        return of_tag(triage, known);
    struct detected detected = of_tag(triage, ranking.tag);
    detected.is_doubtful = detected.language != NULL &&
                           ranking.best - ranking.foreign < margin_foreign;
    return detected;
}
