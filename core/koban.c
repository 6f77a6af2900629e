// SPDX-License-Identifier: Apache-2.0
//
// Look-ups in a roster snapshot; arrays are ordered by id, so by bisection.
#include "core/koban.h"

#include "core/text_table.h"

static const char *const role_texts[ROLE_COUNT] = {
    [ROLE_OFFICER] = "officer",
    [ROLE_SUPERVISOR] = "supervisor",
    [ROLE_ADMIN] = "admin",
    [ROLE_READER] = "reader",
};

const char *role_text(enum role role) {
    return text_of(role_texts, ROLE_COUNT, (int)role);
}

bool role_from_text(struct str text, enum role *out) {
    int code;
    if (!text_find(role_texts, ROLE_COUNT, text, &code)) return false;
    *out = (enum role)code;
    return true;
}

const struct area *roster_area(const struct roster *roster, int32_t area_id) {
    size_t low = 0, high = roster->area_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (roster->areas[middle].id < area_id) low = middle + 1;
        else high = middle;
    }
    bool found = low < roster->area_count && roster->areas[low].id == area_id;
    return found ? &roster->areas[low] : NULL;
}

const struct koban *roster_koban(const struct roster *roster, int32_t koban_id) {
    size_t low = 0, high = roster->koban_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (roster->kobans[middle].id < koban_id) low = middle + 1;
        else high = middle;
    }
    bool found = low < roster->koban_count && roster->kobans[low].id == koban_id;
    return found ? &roster->kobans[low] : NULL;
}

const struct koban *roster_koban_by_slug(const struct roster *roster, struct str slug) {
    for (size_t i = 0; i < roster->koban_count; i++) {
        if (str_eq(roster->kobans[i].slug, slug)) return &roster->kobans[i];
    }
    return NULL;
}

const struct duty *roster_duties(const struct roster *roster, int32_t koban_id,
                                 size_t *count) {
    size_t low = 0, high = roster->duty_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (roster->duties[middle].koban_id < koban_id) low = middle + 1;
        else high = middle;
    }
    size_t end = low;
    while (end < roster->duty_count && roster->duties[end].koban_id == koban_id) end++;
    *count = end - low;
    return roster->duty_count == 0 ? NULL : roster->duties + low;
}

struct str koban_name(const struct koban *koban, struct str language) {
    struct str name = {0};
    if (str_eq(language, STR("ja"))) name = koban->name_ja;
    if (str_eq(language, STR("id"))) name = koban->name_id;
    if (str_eq(language, STR("en"))) name = koban->name_en;
    return name.n > 0 ? name : koban->name;
}
