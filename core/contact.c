// SPDX-License-Identifier: Apache-2.0
//
// Text table of contact.h.
#include "core/contact.h"

#include "core/text_table.h"

static const char *const manner_texts[MANNER_COUNT] = {
    [MANNER_NORMAL] = "normal",
    [MANNER_TEXT_ONLY] = "text_only",
    [MANNER_DISCREET] = "discreet",
};

const char *manner_text(enum manner manner) {
    return text_of(manner_texts, MANNER_COUNT, (int)manner);
}

bool manner_from_text(struct str text, enum manner *out) {
    int code;
    if (!text_find(manner_texts, MANNER_COUNT, text, &code)) return false;
    *out = (enum manner)code;
    return true;
}
