// SPDX-License-Identifier: Apache-2.0
//
// One reading function a part of the pack. A category the pack does not name gets all
// numbers: doubt names them all.
#include "handlers/country.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "handlers/data_file.h"
#include "handlers/fold.h"

enum { RUNG_MAX_S = 600 };

static const int64_t a_day_s = 24 * 60 * 60;

// What the pack calls things, in each of its languages; "topic:<code>" besides.
static const char *const name_keys[] = {"country",   "box",       "officer", "supervisor",
                                        "volunteer", "signature", NULL};

// What sql/functions/retention_run.sql erases.
static const char *const retention_keys[] = {"body",      "address",    "raw_event",
                                             "event_key", "quarantine", NULL};

static void name_add(struct data_node node, const char *tag, struct str what,
                     struct country *country) {
    struct arena *arena = node.file->arena;
    if (country->name_count == COUNTRY_NAMES_MAX) {
        data_error(node, "has too many names");
        return;
    }
    country->names[country->name_count++] = (struct country_name){
        arena_dup(arena, what), arena_dup(arena, str_of(tag)), data_str(node, tag, true)};
}

// In every language of the pack, and in no other.
static void tags_check(struct data_node names, const struct country *country) {
    const char *tag;
    json_t *text;
    for (size_t i = 0; i < country->language_count; i++) {
        const char *language = arena_cstr(names.file->arena, country->languages[i]);
        if (json_object_get(names.json, language) == NULL)
            data_error(names, "has no name in \"%s\"", language);
    }
    json_object_foreach((json_t *)(uintptr_t)names.json, tag, text) {
        (void)text;
        bool is_known = false;
        for (size_t i = 0; i < country->language_count; i++)
            is_known = is_known || str_eq(country->languages[i], str_of(tag));
        if (!is_known)
            data_error(data_member(names, tag), "is not a language of the pack");
    }
}

static void names_read(struct data_node root, struct country *country) {
    struct data_node names = data_object(root, "names");
    const char *what, *tag;
    json_t *by_language, *text;
    json_object_foreach((json_t *)(uintptr_t)names.json, what, by_language) {
        struct data_node node = data_object(names, what);
        json_object_foreach((json_t *)(uintptr_t)node.json, tag, text) {
            (void)text;
            name_add(node, tag, str_of(what), country);
        }
        tags_check(node, country);
    }
    for (size_t i = 0; name_keys[i] != NULL; i++) {
        // How an officer signs is said by say.c where the pack is silent.
        if (str_eq(str_of(name_keys[i]), STR("signature"))) continue;
        if (country_name(country, str_of(name_keys[i]), (struct str){0}).n == 0)
            data_error(data_member(names, name_keys[i]), "is missing");
    }
    data_only(names, name_keys);
}

// One topic: its id is stored in subscriptions and alerts.
static void topic_read(struct data_node node, struct country *country) {
    static const char *const keys[] = {"id", "code", "names", NULL};
    struct country_topic topic = {(int)data_int(node, "id", 1, 23),
                                  data_str(node, "code", true)};
    for (size_t i = 0; i < country->topic_count; i++) {
        if (country->topics[i].id == topic.id ||
            str_eq(country->topics[i].code, topic.code))
            data_error(node, "stands twice");
    }
    country->topics[country->topic_count++] = topic;
    struct data_node names = data_object(node, "names");
    const char *tag;
    json_t *text;
    json_object_foreach((json_t *)(uintptr_t)names.json, tag, text) {
        (void)text;
        name_add(
            names, tag,
            arena_printf(node.file->arena, "topic:%.*s", (int)topic.code.n, topic.code.p),
            country);
    }
    tags_check(names, country);
    data_only(node, keys);
}

static void topics_read(struct data_node root, struct country *country) {
    struct data_node list = data_array(root, "topics");
    size_t count = list.json != NULL ? json_array_size(list.json) : 0;
    if (count == 0 || count > COUNTRY_TOPICS_MAX) {
        data_error(list, "must name 1 to %d topics", COUNTRY_TOPICS_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) topic_read(data_element(list, i), country);
}

static void languages_read(struct data_node root, struct country *country) {
    size_t count;
    const struct str *tags = data_strs(root, "languages", &count);
    if (count == 0 || count > COUNTRY_LANGUAGES_MAX) {
        data_error(data_member(root, "languages"), "must name 1 to %d languages",
                   COUNTRY_LANGUAGES_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (str_eq(tags[k], tags[i]))
                data_error(data_element(data_member(root, "languages"), i),
                           "stands twice");
        }
        country->languages[i] = tags[i];
    }
    country->language_count = count;
}

static struct str number_of_group(const struct country *country, struct str group) {
    for (size_t i = 0; i < country->number_count; i++) {
        if (str_eq(country->numbers[i].group, group)) return country->numbers[i].number;
    }
    return (struct str){0};
}

// What a telephone can dial.
static void dialled_check(struct data_node node, struct str number) {
    for (size_t i = 0; i < number.n; i++) {
        if (strchr("0123456789#*", number.p[i]) == NULL) {
            data_error(node, "must be digits, # or *");
            return;
        }
    }
}

static struct str joined(struct arena *arena, struct str list, struct str number) {
    if (list.n == 0) return number;
    return arena_printf(arena, "%.*s/%.*s", (int)list.n, list.p, (int)number.n, number.p);
}

static void numbers_read(struct data_node root, struct country *country) {
    struct data_node numbers = data_object(root, "numbers");
    const char *group;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)numbers.json, group, value) {
        (void)value;
        struct str number = data_str(numbers, group, true);
        dialled_check(data_member(numbers, group), number);
        if (country->number_count == COUNTRY_NUMBERS_MAX) {
            data_error(numbers, "has more than %d numbers", COUNTRY_NUMBERS_MAX);
            return;
        }
        country->numbers[country->number_count++] =
            (struct country_number){arena_dup(root.file->arena, str_of(group)), number};
        country->numbers_all = joined(root.file->arena, country->numbers_all, number);
    }
    if (country->number_count == 0) data_error(numbers, "must name an emergency number");
}

static void category_numbers_read(struct data_node node, const char *key,
                                  struct country *country) {
    enum category category;
    struct data_node member = data_member(node, key);
    if (!category_from_text(str_of(key), &category)) {
        data_error(member, "is not a category");
        return;
    }
    size_t count;
    const struct str *groups = data_strs(node, key, &count);
    struct str list = {0};
    for (size_t i = 0; i < count; i++) {
        struct str number = number_of_group(country, groups[i]);
        if (number.n == 0)
            data_error(data_element(member, i), "is not a group of \"numbers\"");
        else list = joined(node.file->arena, list, number);
    }
    if (count == 0) data_error(member, "must name a group");
    else country->numbers_by_category[category] = list;
}

static void categories_read(struct data_node root, struct country *country) {
    struct data_node node = data_object(root, "number_by_category");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)node.json, key, value) {
        (void)value;
        category_numbers_read(node, key, country);
    }
    for (int i = 0; i < CATEGORY_COUNT; i++) {
        if (country->numbers_by_category[i].n == 0)
            country->numbers_by_category[i] = country->numbers_all;
    }
}

// Whole numbers of a list with an exact length.
static void list_read(struct data_node root, const char *key, size_t count, int64_t most,
                      int64_t *out) {
    struct data_node array = data_array(root, key);
    if (array.json == NULL || json_array_size(array.json) != count) {
        data_error(array, "must be a list of %zu whole numbers", count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct data_node element = data_element(array, i);
        out[i] = json_is_integer(element.json) ? json_integer_value(element.json) : -1;
        if (out[i] < 0 || out[i] > most) {
            data_error(element, "must be a whole number, 0 to %lld", (long long)most);
            out[i] = 0;
        }
    }
}

static void times_read(struct data_node root, struct country *country) {
    int64_t rungs[COUNTRY_RUNGS] = {0}, told[2] = {0}, quiet[2] = {0};
    list_read(root, "ladder_s", COUNTRY_RUNGS, RUNG_MAX_S, rungs);
    list_read(root, "told_s", 2, a_day_s, told);
    list_read(root, "quiet_hours", 2, 23, quiet);
    for (size_t i = 0; i < COUNTRY_RUNGS; i++) country->rung_ms[i] = rungs[i] * 1000;
    // The last rung repeats until a person opens: never without a pause.
    if (rungs[COUNTRY_RUNGS - 1] < 1)
        data_error(data_member(root, "ladder_s"), "must end with 1 or more");
    if (told[1] <= told[0])
        data_error(data_member(root, "told_s"), "must be told later the second time");
    country->told_first_ms = told[0] * 1000;
    country->told_second_ms = told[1] * 1000;
    country->quiet_from_hour = (int32_t)quiet[0];
    country->quiet_to_hour = (int32_t)quiet[1];
    country->attention_ms = data_int(root, "attention_s", 1, a_day_s) * 1000;
    country->unseen_ms = data_int(root, "unseen_s", 1, a_day_s) * 1000;
    country->on_the_way_ms = data_int(root, "on_the_way_s", 1, a_day_s) * 1000;
    country->console_gone_ms = data_int(root, "console_gone_s", 1, a_day_s) * 1000;
    if (country->on_the_way_ms < country->attention_ms)
        data_error(data_member(root, "on_the_way_s"),
                   "is shorter than attention_s: officers under way are asked first");
}

static void limits_read(struct data_node root, struct country *country) {
    country->surge_limit = (int32_t)data_int(root, "surge_limit", 1, 100000);
    country->page_limit = (int32_t)data_int(root, "chat_alarm_limit", 1, 100000);
    country->receipt_minutes = (int32_t)data_int(root, "receipt_minutes", 1, 999);
    country->opening_hour = (int32_t)data_int(root, "opening_hour", 0, 23);
    country->strikes_quiet = (int32_t)data_int(root, "strikes_quiet", 1, 1000);
}

static void numbering_read(struct data_node root, struct country *country) {
    static const char *const keys[] = {"country_code", "trunk_prefix",
                                       "international_prefix", NULL};
    struct data_node node = data_object(root, "numbering");
    if (node.json == NULL) {
        data_error(node, "is missing");
        return;
    }
    country->country_code = data_str(node, "country_code", true);
    country->trunk_prefix = data_str(node, "trunk_prefix", false);
    country->international_prefix = data_str(node, "international_prefix", false);
    dialled_check(data_member(node, "country_code"), country->country_code);
    dialled_check(data_member(node, "trunk_prefix"), country->trunk_prefix);
    dialled_check(data_member(node, "international_prefix"),
                  country->international_prefix);
    data_only(node, keys);
}

static int longer_first(const void *one, const void *other) {
    const struct str *a = one, *b = other;
    if (a->n != b->n) return a->n < b->n ? 1 : -1;
    return a->n > 0 ? memcmp(a->p, b->p, a->n) : 0;
}

static void place_list_read(struct data_node node, const char *key,
                            struct place_words *list) {
    size_t count, kept = 0;
    const struct str *raw = data_strs(node, key, &count);
    struct str *out = ARENA_ARRAY(node.file->arena, struct str, count);
    for (size_t i = 0; i < count; i++) {
        struct data_node element = data_element(data_member(node, key), i);
        struct str folded = fold_text(raw[i], node.file->arena);
        if (folded.n == 0) data_error(element, "folds to nothing");
        for (size_t k = 0; k < kept; k++) {
            if (str_eq(out[k], folded)) data_error(element, "stands twice");
        }
        out[kept++] = folded;
    }
    if (kept > 0) qsort(out, kept, sizeof *out, longer_first);
    *list = (struct place_words){out, kept};
}

static void place_words_read(struct data_node root, struct country *country) {
    static const char *const keys[] = {
        "before_name",   "before_number", "after_name", "after_number",
        "before_person", "after_person",  NULL};
    struct data_node node = data_object(root, "place_words");
    for (size_t i = 0; i < PLACE_WORD_COUNT; i++)
        place_list_read(node, keys[i], &country->place_words[i]);
    data_only(node, keys);
}

static void retention_read(struct data_node root, struct country *country) {
    struct data_node node = data_object(root, "retention_days");
    data_only(node, retention_keys);
    for (size_t i = 0; retention_keys[i] != NULL; i++) {
        if (json_object_get(node.json, retention_keys[i]) == NULL)
            data_error(data_member(node, retention_keys[i]), "is missing");
    }
    const char *class;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)node.json, class, value) {
        (void)value;
        if (country->retention_count == COUNTRY_RETENTION_MAX) {
            data_error(node, "has more than %d classes", COUNTRY_RETENTION_MAX);
            return;
        }
        country->retention[country->retention_count++] =
            (struct country_retention){arena_dup(root.file->arena, str_of(class)),
                                       (int32_t)data_int(node, class, 1, 36500)};
    }
}

const struct country *country_read(struct str bytes, struct str name, struct arena *arena,
                                   struct buf *errors) {
    static const char *const keys[] = {"country",
                                       "time_zone",
                                       "languages",
                                       "names",
                                       "numbers",
                                       "consultation_number",
                                       "number_by_category",
                                       "ladder_s",
                                       "told_s",
                                       "attention_s",
                                       "unseen_s",
                                       "on_the_way_s",
                                       "surge_limit",
                                       "chat_alarm_limit",
                                       "receipt_minutes",
                                       "opening_hour",
                                       "quiet_hours",
                                       "console_gone_s",
                                       "strikes_quiet",
                                       "numbering",
                                       "retention_days",
                                       "topics",
                                       "place_words",
                                       NULL};
    struct data_file file = {bytes, name, arena, errors, 0};
    json_auto_t *json = data_open(&file);
    if (json == NULL) return NULL;
    struct data_node root = data_root(&file, json);
    struct country *country = ARENA_NEW(arena, struct country);
    country->file = name;
    country->bytes = bytes;
    country->tag = data_str(root, "country", true);
    country->time_zone = data_str(root, "time_zone", true);
    country->consultation_number = data_str(root, "consultation_number", false);
    dialled_check(data_member(root, "consultation_number"), country->consultation_number);
    languages_read(root, country);
    names_read(root, country);
    topics_read(root, country);
    numbers_read(root, country);
    categories_read(root, country);
    times_read(root, country);
    limits_read(root, country);
    numbering_read(root, country);
    place_words_read(root, country);
    retention_read(root, country);
    data_only(root, keys);
    return file.error_count == 0 ? country : NULL;
}

struct str country_numbers(const struct country *country, enum category category) {
    if (category < 0 || category >= CATEGORY_COUNT) return country->numbers_all;
    return country->numbers_by_category[category];
}

struct str country_name(const struct country *country, struct str what,
                        struct str language) {
    struct str fallback = {0};
    for (size_t i = 0; i < country->name_count; i++) {
        const struct country_name *name = &country->names[i];
        if (!str_eq(name->what, what)) continue;
        if (str_eq(name->language, language)) return name->text;
        bool is_site = country->language_count > 0 &&
                       str_eq(name->language, country->languages[0]);
        if (fallback.n == 0 || is_site) fallback = name->text;
    }
    return fallback;
}

struct str country_topic_name(const struct country *country, int topic,
                              struct str language) {
    for (size_t i = 0; i < country->topic_count; i++) {
        if (country->topics[i].id != topic) continue;
        char what[64] = "topic:";
        struct str code = country->topics[i].code;
        if (code.n > sizeof what - 8) return (struct str){0};
        memcpy(what + 6, code.p, code.n);
        return country_name(country, (struct str){what, 6 + code.n}, language);
    }
    return (struct str){0};
}

int32_t country_retention_days(const struct country *country, struct str class) {
    for (size_t i = 0; i < country->retention_count; i++) {
        if (str_eq(country->retention[i].class, class)) return country->retention[i].days;
    }
    return 0;
}

enum { PHONE_LEAST = 8, PHONE_MOST = 15 };

static bool is_separator(char c) {
    return c == ' ' || c == '-' || c == '(' || c == ')' || c == '.';
}

// Digits alone, full width too; a plus in front is kept apart. Empty: something else.
static struct str digits_of(struct str written, bool *has_plus, struct arena *arena) {
    struct buf out;
    buf_init_arena(&out, arena, 64);
    struct str text = utf8_fold(written, arena);
    *has_plus = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '+' && out.n == 0) *has_plus = true;
        else if (c >= '0' && c <= '9') buf_add_char(&out, c);
        else if (!is_separator(c)) return (struct str){0};
    }
    if (out.failed) return (struct str){0};
    return buf_str(&out);
}

struct str country_phone(const struct country *country, struct str written,
                         struct arena *arena) {
    bool is_international;
    struct str digits = digits_of(written, &is_international, arena);
    struct str abroad = country->international_prefix, trunk = country->trunk_prefix;
    if (!is_international && abroad.n > 0 && str_starts(digits, abroad)) {
        digits = str_slice(digits, abroad.n, digits.n);
        is_international = true;
    }
    if (!is_international) {
        if (trunk.n == 0 || !str_starts(digits, trunk)) return (struct str){0};
        digits = arena_join(arena, country->country_code,
                            str_slice(digits, trunk.n, digits.n));
    }
    if (digits.n < PHONE_LEAST || digits.n > PHONE_MOST || digits.p[0] == '0')
        return (struct str){0};
    return arena_join(arena, STR("+"), digits);
}
