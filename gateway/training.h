// SPDX-License-Identifier: Apache-2.0
//
// What both ways of training share: `koban train` from the corpus alone (cmd_train.c),
// and with what officers said (cmd_learn.c).
#ifndef GATEWAY_TRAINING_H
#define GATEWAY_TRAINING_H

#include "gateway/config.h"
#include "handlers/triage/corpus.h"

enum { TRAINING_MEMORY = 1 << 24, TRAINING_TEXT = 1 << 16, TRAINING_EXIT_REFUSED = 3 };

// A folder beside the model ("corpus").
struct str training_beside(const char *model, const char *name, struct arena *arena);

// The rows of <folder>/<language>/*.tsv. False with lines in errors when one is wrong or
// there is none.
bool training_read(struct str folder, struct corpus *corpus, struct arena *arena,
                   struct buf *errors) MUSTCHECK;

// cmd_learn.c: --with-corrections and --rollback; the exit code.
int training_learn(const struct config *config);
int training_rollback(const struct config *config);

#endif
