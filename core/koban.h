// SPDX-License-Identifier: Apache-2.0
//
// Force, area, koban, officer, and the roster: who can be reached now. The roster is
// one immutable snapshot, read whole from the database (roster_read) about each second
// and at each change, shared by decide, by the streams and by the degraded path: with
// the database away the last one goes on serving. Order of arrays: by id, ascending.
#ifndef CORE_KOBAN_H
#define CORE_KOBAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

enum role {
    ROLE_OFFICER = 0,
    ROLE_SUPERVISOR = 1,
    ROLE_ADMIN = 2,
    ROLE_READER = 3,
    ROLE_COUNT
};

struct area {
    int32_t id;
    int32_t force_id;
    struct str name;
    struct str time_zone;       // IANA name
    int32_t utc_offset_minutes; // of time_zone now, computed by the database
    int32_t desk_koban_id;
    int32_t command_koban_id; // the force's command desk; may lie in another area
};

struct koban {
    int32_t id;
    int32_t area_id;
    struct str slug; // in URLs: /chat/sakura
    struct str name; // in the site's first language
    struct str name_ja, name_id, name_en;
    bool is_desk;
    bool has_position;
    double latitude, longitude; // WGS84
    int32_t neighbour_id;       // rings at the third rung; 0: none
    int16_t surge_limit;        // unacknowledged emergencies beyond which it is in surge
    int32_t unacknowledged;     // emergencies nobody has opened, by the last count
    int32_t consoles;           // live consoles with confirmed sound, all processes
    bool is_staffed;            // somebody is on duty here now
    int32_t phone_channel_id;   // of a desk's own phone; 0: it has none
    struct str phone_address;
};

// An officer on duty at a koban (once per koban), or a supervisor of an area.
struct duty {
    int64_t officer_id;
    int32_t area_id;
    int32_t koban_id;
    enum role role;
    struct str public_name;
    struct str language;
    bool has_console;         // a live console with confirmed sound
    int16_t emergencies;      // open ones that are theirs
    int32_t phone_channel_id; // 0: no verified phone
    int32_t phone_intake_id;
    struct str phone_address;
};

struct roster {
    int64_t version;    // of the database's counter when it was read
    int64_t read_at_ms; // database time
    const struct area *areas;
    size_t area_count;
    const struct koban *kobans;
    size_t koban_count;
    const struct duty *duties; // ordered by koban_id, officer_id
    size_t duty_count;
};

const char *role_text(enum role role);
bool role_from_text(struct str text, enum role *out);

// NULL when there is none.
const struct area *roster_area(const struct roster *roster, int32_t area_id);
const struct koban *roster_koban(const struct roster *roster, int32_t koban_id);
const struct koban *roster_koban_by_slug(const struct roster *roster, struct str slug);

// The duties of one koban: a slice of roster->duties; *count may be 0.
const struct duty *roster_duties(const struct roster *roster, int32_t koban_id,
                                 size_t *count);

// The name of the koban in a language, else its own name.
struct str koban_name(const struct koban *koban, struct str language);

#endif
