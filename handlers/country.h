// SPDX-License-Identifier: Apache-2.0
//
// The country pack as values: names of the box, emergency numbers by category, times of
// the ladder, limits, numbering plan, retention. Another country is another file
// (deploy/country/<tag>.json), never other code. Pure: the shell reads the file and hands
// its bytes in; figures are people.md's where the pack is silent.
#ifndef HANDLERS_COUNTRY_H
#define HANDLERS_COUNTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/message.h"
#include "core/str.h"

enum {
    COUNTRY_RUNGS = 5,
    COUNTRY_NUMBERS_MAX = 8,
    COUNTRY_LANGUAGES_MAX = 16,
    COUNTRY_NAMES_MAX = 160,
    COUNTRY_TOPICS_MAX = 20,
    COUNTRY_RETENTION_MAX = 8,
};

// A word in one language ("box" in "ja" is 交番).
struct country_name {
    struct str what;     // "country", "box", "officer", "supervisor", "volunteer"
    struct str language; // tag
    struct str text;
};

// One emergency number and the group of categories it is right for.
struct country_number {
    struct str group;  // "police", "fire_medical", "sea", ...
    struct str number; // as dialled
};

// What an alert can be about. Its names are country_name(pack, "topic:<code>", language).
struct country_topic {
    int id;          // 1 to 23, stored: never renumbered; bit of a subscription
    struct str code; // "missing"
};

// How long one class of data is kept. The classes are those of
// sql/functions/retention_run.
struct country_retention {
    struct str class; // "body", "address", "raw_event", "event_key", "quarantine"
    int32_t days;
};

// Words that show where a place is named in a text, by where the name or the number of
// the place stands: "Jalan Melati", "RT 03", "花咲駅", "3丁目"; and words that show that
// the name is a person's ("Pak Melati", "山田さん"). Folded (handlers/fold.h), each once;
// the longest first, so that the first that fits is the right one.
enum place_word_kind {
    PLACE_WORD_BEFORE_NAME = 0,
    PLACE_WORD_BEFORE_NUMBER,
    PLACE_WORD_AFTER_NAME,
    PLACE_WORD_AFTER_NUMBER,
    PLACE_WORD_BEFORE_PERSON,
    PLACE_WORD_AFTER_PERSON,
    PLACE_WORD_COUNT
};

struct place_words {
    const struct str *words;
    size_t count;
};

struct country {
    struct str file, bytes;                      // where it stands, for later checks
    struct str tag;                              // "jp"
    struct str time_zone;                        // IANA name, the default of new areas
    struct str languages[COUNTRY_LANGUAGES_MAX]; // first: the site's language
    size_t language_count;
    struct country_name names[COUNTRY_NAMES_MAX];
    size_t name_count;

    struct country_topic topics[COUNTRY_TOPICS_MAX];
    size_t topic_count;

    struct country_number numbers[COUNTRY_NUMBERS_MAX];
    size_t number_count;
    struct str numbers_by_category[CATEGORY_COUNT]; // "110", "119/118"; never empty
    struct str numbers_all;                         // "110/119/118"
    struct str consultation_number;                 // "#9110"; empty: there is none

    int64_t rung_ms[COUNTRY_RUNGS]; // from ringing this rung to the next; last: repeats
    int64_t told_first_ms, told_second_ms; // resident: nobody has opened it yet
    int64_t attention_ms;                  // acknowledged without reply, status or note
    int64_t unseen_ms;                     // new message unseen
    int64_t on_the_way_ms;                 // "still on the way?"
    int64_t console_gone_ms; // the last console of a staffed koban away: an alarm
    int32_t surge_limit;     // unacknowledged emergencies of a koban
    int32_t page_limit;      // those from chat pages, beyond which they ring as one
    int32_t receipt_minutes;
    int32_t opening_hour; // local, when consultations are answered again
    int32_t quiet_from_hour, quiet_to_hour; // alerts below danger wait
    int32_t strikes_quiet;                  // prank strikes that silence automatic texts

    struct str country_code;         // "81"
    struct str trunk_prefix;         // "0"
    struct str international_prefix; // "010"; what a resident may dial before the code
    struct place_words place_words[PLACE_WORD_COUNT];
    struct country_retention retention[COUNTRY_RETENTION_MAX];
    size_t retention_count;
};

// Reads a pack. `name` is the file's name for errors. Each mistake adds a line
// `file:line: key: what is wrong` to errors. The value lives in the arena; NULL when
// there was a mistake.
const struct country *country_read(struct str bytes, struct str name, struct arena *arena,
                                   struct buf *errors);

// The emergency numbers that are right for a category, joined by "/"; all when in doubt.
struct str country_numbers(const struct country *country, enum category category);

// A word of the pack in a language; else in the site's language; else empty.
struct str country_name(const struct country *country, struct str what,
                        struct str language);

// The name of a topic in a language; empty when there is no such topic.
struct str country_topic_name(const struct country *country, int topic,
                              struct str language);

// A telephone number as people write it, as +country and digits; empty when it is none of
// this country's (or another's with its code).
struct str country_phone(const struct country *country, struct str written,
                         struct arena *arena);

// Days a class is kept; 0: the pack says nothing.
int32_t country_retention_days(const struct country *country, struct str class);

#endif
