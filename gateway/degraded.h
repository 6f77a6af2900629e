// SPDX-License-Identifier: Apache-2.0
//
// The degraded path: PostgreSQL is away, hangs, or comes back. POSTs are kept in the
// local journal and answered; an emergency rings from memory on connected consoles and
// its sender gets the emergency sentence once, directly; when the database is back the
// journal is settled in order, with what was already said.
#ifndef GATEWAY_DEGRADED_H
#define GATEWAY_DEGRADED_H

#include <stdbool.h>

#include "gateway/gateway.h"
#include "gateway/intake.h"

struct degraded *degraded_new(struct gateway *gateway);
void degraded_free(struct degraded *degraded);

// Something is in the journal and the database is there: replay it. Called each second.
void degraded_pulse(struct degraded *degraded);
// Keeps the newest directory beside the journal, for a start without the database.
void degraded_mirror(struct degraded *degraded, struct str roster, struct str channels,
                     struct str territory);
// Rows in the journal that are not replayed yet.
size_t degraded_depth(const struct degraded *degraded);
bool degraded_has_journal(const struct degraded *degraded);

#endif
