// SPDX-License-Identifier: Apache-2.0
#include "gateway/lease.h"

void lease_take(struct db_batch *batch, const struct gateway *gateway, struct str name) {
    db_call(batch, QUERY_LEASE_TAKE);
    db_text(batch, name);
    db_int4(batch, gateway->node_id);
    db_int4(batch, LEASE_MS);
}
