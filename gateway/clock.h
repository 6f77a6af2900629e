// SPDX-License-Identifier: Apache-2.0
//
// The clocks of this machine. Deadlines and rates run on the monotonic one; due times are
// made and compared with the database's clock (gateway_now_ms), never with these.
#ifndef GATEWAY_CLOCK_H
#define GATEWAY_CLOCK_H

#include <stdint.h>

int64_t clock_monotonic_ms(void);
int64_t clock_real_ms(void); // since 1970

#endif
