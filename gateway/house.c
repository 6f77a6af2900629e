// SPDX-License-Identifier: Apache-2.0
//
// Data files into values.
#include "gateway/house.h"

#include <stdlib.h>

#include "gateway/file.h"
#include "gateway/site_model.h"
#include "handlers/house_check.h"

static struct str path_of(struct arena *arena, const char *folder, struct str name) {
    return arena_printf(arena, "%s/%.*s", folder, (int)name.n, name.p);
}

// The site's language first: it is the one people who are understood by nobody get.
static void languages_add(struct language_set *set, const struct language **all,
                          size_t count, struct str first) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(all[i]->tag, first)) (void)!language_add(set, all[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(all[i]->tag, first)) (void)!language_add(set, all[i]);
    }
}

static struct language_set *languages_read(const struct config *config,
                                           const struct country *country,
                                           struct arena *arena, struct buf *errors) {
    struct str *names = ARENA_ARRAY(arena, struct str, FILE_LIST_MAX);
    const struct language **all =
        ARENA_ARRAY(arena, const struct language *, LANGUAGE_SET_MAX);
    size_t found = 0;
    size_t count = file_list(config->languages, ".json", arena, names, FILE_LIST_MAX);
    struct language_set *set = ARENA_NEW(arena, struct language_set);
    struct str danger = {0}, danger_name = {0}, phrases = {0}, phrases_name = {0};
    for (size_t i = 0; i < count && found < LANGUAGE_SET_MAX; i++) {
        struct str bytes, path = path_of(arena, config->languages, names[i]);
        if (!file_read(arena_cstr(arena, path), arena, &bytes)) {
            buf_addf(errors, "%.*s: cannot be read\n", (int)path.n, path.p);
        } else if (str_eq(names[i], STR("danger.json"))) {
            danger = bytes;
            danger_name = path;
        } else if (str_eq(names[i], STR("phrases.json"))) {
            phrases = bytes;
            phrases_name = path;
        } else {
            const struct language *language = language_read(bytes, path, arena, errors);
            if (language != NULL) all[found++] = language;
        }
    }
    if (found == 0) buf_addf(errors, "%s: no language file\n", config->languages);
    bool is_known = country != NULL && country->language_count > 0;
    struct str first = is_known ? country->languages[0] : STR("en");
    languages_add(set, all, found, first);
    if (danger.n > 0)
        (void)!language_danger_read(danger, danger_name, set, arena, errors);
    if (phrases.n > 0)
        (void)!language_phrases_read(phrases, phrases_name, set, arena, errors);
    return set;
}

static void rungs_override(struct country *country, long rung_ms) {
    if (rung_ms == 0) return;
    for (size_t i = 0; i < COUNTRY_RUNGS; i++) country->rung_ms[i] = rung_ms;
    country->told_first_ms = rung_ms * 2;
    country->told_second_ms = rung_ms * 6;
    country->attention_ms = rung_ms * 6;
    country->unseen_ms = rung_ms * 4;
    country->on_the_way_ms = rung_ms * 40;
    country->console_gone_ms = rung_ms * 2;
}

// Everything wrong in one run: the languages are read without a pack, too.
static bool packs_read(struct house *house, const struct config *config,
                       struct arena *arena, struct buf *errors) {
    struct str bytes;
    const struct country *read = NULL;
    if (file_read(config->country_pack, arena, &bytes))
        read = country_read(bytes, str_of(config->country_pack), arena, errors);
    else buf_addf(errors, "%s: cannot be read\n", config->country_pack);
    house->languages = languages_read(config, read, arena, errors);
    if (read == NULL) return false;
    struct country *country = ARENA_NEW(arena, struct country);
    *country = *read;
    rungs_override(country, config->rung_ms);
    house->country = country;
    (void)house_check(country, house->languages, arena, errors);
    return errors->n == 0;
}

bool house_read(struct house *house, const struct config *config, struct arena *arena,
                struct buf *errors) {
    struct str model = {0};
    *house = (struct house){.public_url = str_of(config->public_url)};
    if (!packs_read(house, config, arena, errors)) return false;
    if (!file_read(config->model, arena, &model))
        buf_addf(errors, "%s: cannot be read\n", config->model);
    struct str site;
    house->has_site_model = site_model_read(config, model, arena, &site, errors);
    if (house->has_site_model) model = site;
    house->triage = triage_new(model, house->languages, house->country, arena, errors);
    return true;
}
