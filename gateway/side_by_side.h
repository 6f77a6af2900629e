// SPDX-License-Identifier: Apache-2.0
//
// Work that may be shared out among the machine's processors.
#ifndef GATEWAY_SIDE_BY_SIDE_H
#define GATEWAY_SIDE_BY_SIDE_H

// Calls work(argument) once a processor (33 at most), once in the calling thread, and
// returns when all have ended. The work takes its parts itself, one after the other;
// where no thread can be begun the calling one does it all.
void side_by_side(void (*work)(void *argument), void *argument);

#endif
