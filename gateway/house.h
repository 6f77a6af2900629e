// SPDX-License-Identifier: Apache-2.0
//
// Reading the site's data files at start: country pack, language files, triage model.
// Everything wrong is told with file and line, in one run.
#ifndef GATEWAY_HOUSE_H
#define GATEWAY_HOUSE_H

#include "core/arena.h"
#include "core/buf.h"
#include "gateway/config.h"
#include "handlers/handler.h"

// False with the problems in errors. The values live in the arena (of the process).
bool house_read(struct house *house, const struct config *config, struct arena *arena,
                struct buf *errors) MUSTCHECK;

#endif
