// SPDX-License-Identifier: Apache-2.0
//
// The model a site has trained with its officers' corrections: one file at `site_model`,
// the one before it beside it. It belongs to the model that shipped when it was trained;
// with another it is left aside.
//
// File: 8 bytes of magic, 8 of the shipped model's own hash, the model.
#ifndef GATEWAY_SITE_MODEL_H
#define GATEWAY_SITE_MODEL_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/str.h"
#include "gateway/config.h"

// The site's model for this shipped one. False when there is none; a line in errors when
// there is one that cannot serve.
bool site_model_read(const struct config *config, struct str shipped, struct arena *arena,
                     struct str *model, struct buf *errors) MUSTCHECK;

// Puts a model in place, whole or not at all; the one before is kept. A line in errors.
bool site_model_put(const struct config *config, struct str shipped, struct str model,
                    struct buf *errors) MUSTCHECK;

// Back to the one before; without one, to the shipped model. What serves from the next
// start on in `now` ("the one before", ...). False with a line in errors.
bool site_model_rollback(const struct config *config, const char **now,
                         struct buf *errors) MUSTCHECK;

#endif
