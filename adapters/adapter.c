// SPDX-License-Identifier: Apache-2.0
//
// What all adapters share: header look-up and the error table.
#include "adapters/adapter.h"

#include "core/text_table.h"

struct str webhook_field(const struct webhook_request *request, const char *name) {
    struct str value = {0};
    bool is_found = false;
    for (size_t i = 0; i < request->field_count; i++) {
        if (!str_eq_nocase(request->fields[i].name, str_of(name))) continue;
        if (is_found) return (struct str){0};
        is_found = true;
        value = request->fields[i].value;
    }
    return value;
}

const char *adapter_error_text(enum adapter_error error) {
    static const char *const texts[ADAPTER_ERROR_COUNT] = {
        [ADAPTER_OK] = "ok",
        [ADAPTER_FORGED] = "forged",
        [ADAPTER_STALE] = "stale",
        [ADAPTER_UNREADABLE] = "unreadable",
        [ADAPTER_CHALLENGE] = "challenge",
    };
    return text_of(texts, ADAPTER_ERROR_COUNT, (int)error);
}
