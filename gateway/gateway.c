// SPDX-License-Identifier: Apache-2.0
//
// What every conversation asks of its process.
#include "gateway/gateway.h"

#include "gateway/clock.h"

int64_t gateway_now_ms(const struct gateway *gateway) {
    return clock_real_ms() + gateway->clock_offset_ms;
}

int64_t gateway_id(struct gateway *gateway) {
    return id_next(&gateway->ids, gateway_now_ms(gateway));
}

void gateway_directory_set(struct gateway *gateway, struct directory *directory) {
    directory_unref(gateway->directory);
    gateway->directory = directory;
}
