// SPDX-License-Identifier: Apache-2.0
//
// Topics, hours, languages, days as people read them.
#include "handlers/volunteer_say.h"

#include "handlers/say.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, VALUES = 6 };

static const struct koban *koban_of(const struct roster *roster,
                                    const struct subscription *value) {
    if (value->closest_koban_id != 0)
        return roster_koban(roster, value->closest_koban_id);
    if (value->koban_count > 0) return roster_koban(roster, value->kobans[0]);
    const struct area *area = roster_area(roster, value->area_id);
    return area != NULL ? roster_koban(roster, area->desk_koban_id) : NULL;
}

static struct str joined(struct arena *arena, struct str list, struct str gap,
                         struct str more) {
    return list.n == 0 ? more : arena_join(arena, arena_join(arena, list, gap), more);
}

// All topics with the digit that chooses each.
static struct str topics_offered(const struct country *country, struct str language,
                                 struct arena *arena) {
    struct str out = {0};
    for (size_t i = 0; i < country->topic_count; i++) {
        int id = country->topics[i].id;
        struct str name = country_topic_name(country, id, language);
        out = joined(arena, out, STR(" "),
                     arena_printf(arena, "%d %.*s", id, (int)name.n, name.p));
    }
    return out;
}

static struct str topics_chosen(const struct country *country, uint32_t topics,
                                struct str language, struct arena *arena) {
    struct str out = {0};
    for (size_t i = 0; i < country->topic_count; i++) {
        int id = country->topics[i].id;
        if ((topics & (1U << id)) != 0)
            out =
                joined(arena, out, STR(", "), country_topic_name(country, id, language));
    }
    return out;
}

static struct str hour_text(struct arena *arena, int minutes) {
    return minutes % 60 == 0 ? arena_printf(arena, "%d", minutes / 60)
                             : arena_printf(arena, "%d:%02d", minutes / 60, minutes % 60);
}

static struct str quiet_text(const struct country *country,
                             const struct subscription *value, bool is_offer,
                             struct arena *arena) {
    int from = value->quiet_from, to = value->quiet_to;
    if (is_offer || from == QUIET_BY_PACK) {
        from = country->quiet_from_hour * 60;
        to = country->quiet_to_hour * 60;
    }
    if (from == to) return STR("-");
    return joined(arena, hour_text(arena, from), STR("-"), hour_text(arena, to));
}

static struct str languages_text(const struct language_set *set, struct arena *arena) {
    struct str out = {0};
    for (size_t i = 0; i < set->count; i++) {
        char *tag = arena_cstr(arena, set->languages[i]->tag);
        for (char *c = tag; *c != '\0'; c++) {
            if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
        }
        out = joined(arena, out, STR(", "), str_of(tag));
    }
    return out;
}

static struct str days_text(const struct facts *facts, const struct subscription *value,
                            struct arena *arena) {
    int64_t left = value->paused_until_ms - facts->now_ms;
    return arena_printf(arena, "%d", left > 0 ? (int)((left + DAY_MS - 1) / DAY_MS) : 0);
}

void volunteer_say(const struct decision *decision, const struct event *event,
                   struct plan *plan, const struct subscription *value,
                   const char *sentence, bool is_offer) {
    const struct house *house = decision->house;
    struct arena *arena = plan->arena;
    const struct koban *koban = koban_of(decision->facts->roster, value);
    struct str tag = plan->thread.language;
    struct sentence_argument values[VALUES] = {
        {STR("list"), topics_offered(house->country, tag, arena)},
        {STR("topics"), topics_chosen(house->country, value->topics, tag, arena)},
        {STR("quiet"), quiet_text(house->country, value, is_offer, arena)},
        {STR("languages"), languages_text(house->languages, arena)},
        {STR("days"), days_text(decision->facts, value, arena)},
        {STR("koban"), koban != NULL ? koban_name(koban, tag) : (struct str){0}},
    };
    say_with(plan, decision, event, sentence, values, VALUES);
}

void volunteer_say_group(const struct decision *decision, const struct event *event,
                         struct plan *plan, const struct subscription *value) {
    struct sentence_argument values[] = {
        {STR("name"), value->led_group},
        {STR("list"), value->led_out.n > 0 ? value->led_out : STR("-")},
    };
    if (value->led_group.n > 0)
        say_with(plan, decision, event, "group_out", values, ARRAY_LEN(values));
}
