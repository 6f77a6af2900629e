// SPDX-License-Identifier: Apache-2.0
//
// The service manager's side: a listening socket it may hand over, and what it is told.
// Spoken by the protocols of sd_listen_fds(3) and sd_notify(3) alone; without a manager
// nothing happens.
#ifndef GATEWAY_SERVICE_H
#define GATEWAY_SERVICE_H

#include <stdint.h>

enum { SERVICE_NO_SOCKET = -1, SERVICE_BAD_SOCKET = -2 };

// The listening socket handed to this process, once; SERVICE_NO_SOCKET when none was,
// SERVICE_BAD_SOCKET when it is not exactly one that listens.
int service_socket(void);

// Tells one state, "READY=1"; lost when nobody listens. See sd_notify(3).
void service_tell(const char *state);

// How often the watchdog wants to hear "WATCHDOG=1": half of its limit; 0 without one.
int64_t service_watchdog_ms(void);

#endif
