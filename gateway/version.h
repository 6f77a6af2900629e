// SPDX-License-Identifier: Apache-2.0
//
// The version of this program towards the schema. It grows by one with a release whose
// functions or tables changed; a migration says in its line "-- serves: N" which is the
// oldest program that can still work on what it makes.
#ifndef GATEWAY_VERSION_H
#define GATEWAY_VERSION_H

enum { PROGRAM_VERSION = 2 };

#endif
