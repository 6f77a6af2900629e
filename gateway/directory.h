// SPDX-License-Identifier: Apache-2.0
//
// What changes seldom and is needed always: roster, channels with their secrets,
// territories. One immutable snapshot, made from the documents of roster_read(),
// channel_read() and territory_read(), swapped as a whole, counted by reference. The
// same documents are mirrored in the journal, so that a process starts while the
// database is away.
#ifndef GATEWAY_DIRECTORY_H
#define GATEWAY_DIRECTORY_H

#include <stdint.h>

#include "core/channel.h"
#include "core/koban.h"
#include "core/str.h"
#include "gateway/config.h"
#include "gateway/territory.h"

struct directory {
    int references;
    struct arena *arena;
    struct directory *base; // owns channels and territory; NULL: this one does
    const struct roster *roster;
    struct territory *territory;
    const struct channel *channels; // by id
    size_t channel_count;
    int64_t roster_version, channel_version;
};

// NULL when a document cannot be read. One reference is the caller's.
struct directory *directory_new(struct str roster, struct str channels,
                                struct str territory, const uint8_t master_key[32],
                                const struct config *config);
// A snapshot with a newer roster and the channels and territory of `directory`, which are
// neither read nor unsealed again. NULL when the document cannot be read.
struct directory *directory_renew(struct directory *directory, struct str roster);
struct directory *directory_ref(struct directory *directory);
void directory_unref(struct directory *directory); // NULL is fine

// NULL when there is none.
const struct channel *directory_channel(const struct directory *directory,
                                        struct str name);
const struct channel *directory_channel_by_id(const struct directory *directory,
                                              int32_t id);
// The local web chat that serves a koban: its own, else one of its force.
const struct channel *directory_chat(const struct directory *directory,
                                     const struct koban *koban);

// Reads the 32 byte key in hex; false when the file is not that.
bool directory_master_key(const char *file, uint8_t out[32]) MUSTCHECK;

#endif
