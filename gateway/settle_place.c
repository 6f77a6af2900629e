// SPDX-License-Identifier: Apache-2.0
//
// Where an event goes that has no open thread, and the number its new thread is called
// by: reserved in runs, so that a batch does not ask for each.
#include "gateway/settle_work.h"
#include "gateway/territory.h"
#include "handlers/places.h"
#include "handlers/where.h"

static void names_find(struct lane *lane, struct work *work) {
    struct facts *facts = &work->facts;
    struct place_name found[PLACE_NAMES_MAX];
    size_t count = places_find(facts->places, lane->settle->gateway->house.country,
                               work->item->event.text, lane->arena, found);
    count = where_keep_own(facts, found, count);
    if (count == 0) return;
    struct place_name *kept = ARENA_ARRAY(lane->arena, struct place_name, count);
    memcpy(kept, found, count * sizeof *kept);
    facts->names = (struct place_names){kept, count};
}

// Where an event goes that has no open thread; and what its words or pin say of a place.
void place_find(struct lane *lane, struct work *work) {
    struct facts *facts = &work->facts;
    const struct event *event = &work->item->event;
    const struct territory *territory = lane->directory->territory;
    facts->places = territory_places(territory);
    facts->names = (struct place_names){0};
    if (event->has_position) {
        int32_t desk = facts->channel->desk_koban_id;
        facts->place = territory_by_pin(territory, event->latitude, event->longitude,
                                        &facts->place_koban_id);
        if (facts->place == PLACE_OUTSIDE) facts->place_koban_id = desk;
        return;
    }
    const struct koban *page = roster_koban_by_slug(facts->roster, event->koban_slug);
    names_find(lane, work);
    where_find(facts, page != NULL ? page->id : 0);
}

// The area a new thread of this work would open in; 0 when it opens none.
static int32_t new_thread_area(const struct work *work) {
    const struct settle_item *item = work->item;
    int32_t koban_id = 0;
    // A thread that is known may be the record of a command, which nothing is added to.
    bool may_open = item->event.kind == EVENT_MESSAGE || is_visit(work);
    if (may_open && !thread_is_open(&work->facts.thread))
        koban_id = work->facts.place_koban_id;
    if (item->event.kind == EVENT_COMMAND && item->event.command.kind == COMMAND_TRANSFER)
        koban_id = item->event.command.koban_id;
    const struct koban *koban = roster_koban(work->facts.roster, koban_id);
    return koban != NULL ? koban->area_id : 0;
}

static struct numbers *numbers_of(struct lane *lane, int32_t area_id) {
    for (size_t i = 0; i < lane->number_count; i++) {
        if (lane->numbers[i].area_id == area_id) return &lane->numbers[i];
    }
    if (lane->number_count == SETTLE_AREAS_MAX) return NULL;
    struct numbers *numbers = &lane->numbers[lane->number_count++];
    *numbers = (struct numbers){.area_id = area_id, .call = SIZE_MAX};
    return numbers;
}

enum { NUMBERS_AT_ONCE = 64 };

// Reserves numbers for the areas of this batch where too few are left.
void numbers_ask(struct lane *lane, struct db_batch *batch) {
    for (size_t i = 0; i < lane->number_count; i++) {
        lane->numbers[i].wanted = 0;
        lane->numbers[i].call = SIZE_MAX;
    }
    for (size_t i = 0; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        int32_t area_id = work->is_over ? 0 : new_thread_area(work);
        struct numbers *numbers = area_id != 0 ? numbers_of(lane, area_id) : NULL;
        if (numbers != NULL) numbers->wanted++;
    }
    for (size_t i = 0; i < lane->number_count; i++) {
        struct numbers *numbers = &lane->numbers[i];
        if (numbers->wanted <= numbers->left) continue;
        numbers->call = db_batch_calls(batch);
        db_call(batch, QUERY_THREAD_NUMBERS);
        db_int4(batch, numbers->area_id);
        db_int4(batch, NUMBERS_AT_ONCE + numbers->wanted);
    }
}

void numbers_read(struct lane *lane, const struct db_result *result) {
    for (size_t i = 0; i < lane->number_count; i++) {
        struct numbers *numbers = &lane->numbers[i];
        if (numbers->call == SIZE_MAX) continue;
        numbers->next = (int32_t)db_get_int(result, numbers->call, 0, 0);
        numbers->left = NUMBERS_AT_ONCE + numbers->wanted;
        numbers->call = SIZE_MAX;
    }
}

void number_take(struct lane *lane, struct work *work) {
    int32_t area_id = new_thread_area(work);
    struct numbers *numbers = area_id != 0 ? numbers_of(lane, area_id) : NULL;
    if (numbers == NULL || numbers->left == 0) return;
    work->facts.fresh_number = 1000 + (numbers->next++ - 1000) % 9000;
    numbers->left--;
}
