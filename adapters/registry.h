// SPDX-License-Identifier: Apache-2.0
//
// The table of adapters: one line each in registry.c. No constructors, no linker magic.
#ifndef ADAPTERS_REGISTRY_H
#define ADAPTERS_REGISTRY_H

#include <stddef.h>

#include "adapters/adapter.h"

// The adapter of this name; NULL when there is none.
const struct adapter *adapter_find(struct str name);

// Entry i of the table; NULL behind the last.
const struct adapter *adapter_at(size_t i);

// Every entry has a name, verify, parse, build (or is_local) and parse_response; called
// once at start. Returns the name of the first bad entry, or NULL.
const char *adapter_registry_check(void);

#endif
