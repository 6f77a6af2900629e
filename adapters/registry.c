// SPDX-License-Identifier: Apache-2.0
//
// The adapters there are.
#include "adapters/registry.h"

#include <stddef.h>

#include "adapters/cap.h"
#include "adapters/line.h"
#include "adapters/twilio.h"
#include "adapters/webchat.h"
#include "adapters/webhook.h"

static const struct adapter *const adapters[] = {
    &cap_adapter, &line_adapter, &twilio_adapter, &webchat_adapter, &webhook_adapter,
};

const struct adapter *adapter_at(size_t i) {
    return i < ARRAY_LEN(adapters) ? adapters[i] : NULL;
}

const struct adapter *adapter_find(struct str name) {
    for (size_t i = 0; i < ARRAY_LEN(adapters); i++) {
        if (str_eq(name, str_of(adapters[i]->name))) return adapters[i];
    }
    return NULL;
}

const char *adapter_registry_check(void) {
    for (size_t i = 0; i < ARRAY_LEN(adapters); i++) {
        const struct adapter *adapter = adapters[i];
        bool sends = adapter->is_local ||
                     (adapter->build != NULL && adapter->parse_response != NULL);
        if (adapter->verify == NULL || adapter->parse == NULL || !sends ||
            adapter->body_limit == 0)
            return adapter->name;
    }
    return NULL;
}
