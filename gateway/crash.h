// SPDX-License-Identifier: Apache-2.0
//
// Named points where a test may make the process die at once, as kill -9 would: the
// environment variable KOBAN_CRASH_AT holds one name. Without it a point costs one load.
#ifndef GATEWAY_CRASH_H
#define GATEWAY_CRASH_H

void crash_init(void);
void crash_point(const char *name);

#endif
