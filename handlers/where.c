// SPDX-License-Identifier: Apache-2.0
//
// A name of several koban never guesses: who wrote it is near one of them, and is asked.
#include "handlers/where.h"

// The koban that a place may belong to.
struct choice {
    int32_t kobans[PLACE_KOBANS_MAX];
    size_t count;
};

static bool has(const int32_t *kobans, size_t count, int32_t koban_id) {
    for (size_t i = 0; i < count; i++) {
        if (kobans[i] == koban_id) return true;
    }
    return false;
}

static const struct area *area_of(const struct facts *facts, int32_t koban_id) {
    const struct koban *koban = roster_koban(facts->roster, koban_id);
    return koban != NULL ? roster_area(facts->roster, koban->area_id) : NULL;
}

// Without the koban of other forces, which list places in the same tables.
static struct place_name own_part(const struct facts *facts, struct place_name name) {
    size_t count = name.koban_count;
    name.koban_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct area *area = area_of(facts, name.kobans[i]);
        if (area != NULL && area->force_id == facts->channel->force_id)
            name.kobans[name.koban_count++] = name.kobans[i];
    }
    return name;
}

size_t where_keep_own(const struct facts *facts, struct place_name *names, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        names[kept] = own_part(facts, names[i]);
        if (names[kept].koban_count > 0) kept++;
    }
    return kept;
}

static void add(struct choice *choice, const struct place_name *name) {
    for (size_t i = 0; i < name->koban_count && choice->count < PLACE_KOBANS_MAX; i++) {
        if (!has(choice->kobans, choice->count, name->kobans[i]))
            choice->kobans[choice->count++] = name->kobans[i];
    }
}

// Down to those that this name has too, if any.
static void narrow(struct choice *choice, const struct place_name *name) {
    struct choice both = {0};
    for (size_t i = 0; i < choice->count; i++) {
        if (has(name->kobans, name->koban_count, choice->kobans[i]))
            both.kobans[both.count++] = choice->kobans[i];
    }
    if (both.count > 0) *choice = both;
}

// The longest name's koban, with those of another that is as long.
static struct choice choose(struct place_names names) {
    struct choice choice = {0};
    uint32_t longest = 0;
    for (size_t i = 0; i < names.count; i++) {
        if (names.list[i].length > longest) longest = names.list[i].length;
    }
    for (size_t i = 0; i < names.count; i++) {
        if (names.list[i].length == longest) add(&choice, &names.list[i]);
    }
    for (size_t i = 0; i < names.count && choice.count > 1; i++) {
        if (names.list[i].length < longest) narrow(&choice, &names.list[i]);
    }
    return choice;
}

// The desk of the area that all of them lie in; 0 when they do not lie in one.
static int32_t common_desk(const struct facts *facts, const struct choice *choice) {
    const struct area *area = area_of(facts, choice->kobans[0]);
    for (size_t i = 1; i < choice->count; i++) {
        if (area_of(facts, choice->kobans[i]) != area) return 0;
    }
    return area != NULL ? area->desk_koban_id : 0;
}

static void place_set(struct facts *facts, enum place_source place, int32_t koban_id) {
    facts->place = place;
    facts->place_koban_id = koban_id;
}

// Without a name: the page, the channel's koban, the known one, the desk.
static void by_origin(struct facts *facts, int32_t page_koban_id) {
    const struct channel *channel = facts->channel;
    if (page_koban_id != 0) place_set(facts, PLACE_CHANNEL, page_koban_id);
    else if (channel->koban_id != 0) place_set(facts, PLACE_CHANNEL, channel->koban_id);
    else if (facts->contact.known_koban_id != 0)
        place_set(facts, PLACE_KNOWN, facts->contact.known_koban_id);
    else place_set(facts, PLACE_DESK, channel->desk_koban_id);
}

// Among several, where it came from or was known to be settles it.
static void by_choice(struct facts *facts, const struct choice *choice) {
    if (has(choice->kobans, choice->count, facts->place_koban_id)) return;
    int32_t desk = facts->place == PLACE_CHANNEL ? 0 : common_desk(facts, choice);
    if (desk != 0) facts->place_koban_id = desk;
    else if (facts->place != PLACE_CHANNEL)
        facts->place_koban_id = facts->channel->desk_koban_id;
    facts->place = PLACE_WHICH;
    memcpy(facts->place_choice, choice->kobans, sizeof choice->kobans);
    facts->place_choice_count = choice->count;
}

void where_find(struct facts *facts, int32_t page_koban_id) {
    facts->place_choice_count = 0;
    by_origin(facts, page_koban_id);
    if (facts->names.count == 0) return;
    struct choice choice = choose(facts->names);
    if (choice.count == 1) place_set(facts, PLACE_TEXT, choice.kobans[0]);
    else by_choice(facts, &choice);
}
