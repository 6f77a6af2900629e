// SPDX-License-Identifier: Apache-2.0
//
// Which language a text is in: the script decides where it can, else the model's
// language heads. What we do not speak or cannot tell is "und", with a guess.
#ifndef HANDLERS_TRIAGE_DETECT_H
#define HANDLERS_TRIAGE_DETECT_H

#include "handlers/triage/look.h"

struct detected {
    const struct language *language; // NULL: und
    struct str guess;                // of und: "vi", "ko", ...; empty: no idea
    bool is_short;                   // too few letters to tell
    bool is_doubtful;                // may well be one that we do not speak
};

// `scores`: of the n-grams, NULL without a model. `known`: of the contact; decides where
// the text is too short or too close.
struct detected detect_language(const struct triage *triage, const struct look *look,
                                const struct model_scores *scores, struct str known);

#endif
