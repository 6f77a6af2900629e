// SPDX-License-Identifier: Apache-2.0
//
// Which koban a message without a pin goes to, by the listed names in it, the page or the
// channel it came by, and what is known of the contact (people.md 5). Pure.
#ifndef HANDLERS_WHERE_H
#define HANDLERS_WHERE_H

#include "core/facts.h"

// Keeps the names of the channel's force, and of each the koban of that force; how many.
size_t where_keep_own(const struct facts *facts, struct place_name *names, size_t count);

// Sets place and place_koban_id by facts->names and, where they leave several koban,
// place_choice. The longest name decides; another name that only some of its koban have
// narrows it. `page_koban_id`: whose page it was written on; 0: none.
void where_find(struct facts *facts, int32_t page_koban_id);

#endif
