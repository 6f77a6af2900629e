// SPDX-License-Identifier: Apache-2.0
//
// Two models by the same messages, which neither was trained on: may the next one take
// the place of the one that serves? Language by language, because a gain in one is no
// excuse for a loss in another.
#ifndef HANDLERS_TRIAGE_COMPARE_H
#define HANDLERS_TRIAGE_COMPARE_H

#include "handlers/triage/corpus.h"
#include "handlers/triage/triage.h"

// Judges the rows by both and writes a table with the verdict into report. True when in
// no language fewer emergencies are found, more of them are lost as chatter, or more than
// one other message in thirty (at least one) is newly alarmed. False without rows.
bool compare_models(const struct triage *now, const struct triage *next,
                    const struct corpus *rows, struct buf *report) MUSTCHECK;

#endif
