// SPDX-License-Identifier: Apache-2.0
//
// What one process of all does at a time (sending on a channel, queueing an alert,
// sealing the audit) is held under a lease in the database.
#ifndef GATEWAY_LEASE_H
#define GATEWAY_LEASE_H

#include "gateway/gateway.h"

// Who has not renewed a lease for this long has lost it.
enum { LEASE_MS = 10000 };

// Adds one call to the batch that takes or renews the lease called name for this process;
// its result is the fence, 0 while another has it (sql/functions/lease_take.sql).
void lease_take(struct db_batch *batch, const struct gateway *gateway, struct str name);

#endif
