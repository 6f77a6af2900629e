// SPDX-License-Identifier: Apache-2.0
//
// What all adapters share: header look-up, settings that are of no one provider, the
// error table.
#include "adapters/adapter.h"

#include "core/text_table.h"

enum { RETRY_AFTER_MAX_S = 3600, CURRENCY_LETTERS = 3 };

static const struct adapter_setting price_settings[] = {
    {"price_per_part", false, false,
     "What one part of a text costs (a whole text where the provider counts none): "
     "0.0079. Alerts show their cost before they go."},
    {"currency", false, false, "Currency of that price, three letters (ISO 4217): JPY."},
};

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

const struct adapter_setting *adapter_setting_at(const struct adapter *adapter,
                                                 size_t i) {
    if (i < adapter->setting_count) return &adapter->settings[i];
    i -= adapter->setting_count;
    bool is_shared = !adapter->is_local && i < ARRAY_LEN(price_settings);
    return is_shared ? &price_settings[i] : NULL;
}

static bool is_currency(struct str value) {
    if (value.n != CURRENCY_LETTERS) return false;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] < 'A' || value.p[i] > 'Z') return false;
    }
    return true;
}

const char *adapter_setting_problem(struct str key, struct str value) {
    double price;
    if (str_eq(key, STR("price_per_part")) &&
        (!str_to_double(value, &price) || price < 0))
        return "price_per_part is a number like 0.0079";
    if (str_eq(key, STR("currency")) && !is_currency(value))
        return "currency is three capital letters like JPY";
    return NULL;
}

int64_t response_retry_after_ms(const struct provider_response *response) {
    for (size_t i = 0; i < response->field_count; i++) {
        int64_t seconds;
        if (!str_eq_nocase(response->fields[i].name, STR("retry-after"))) continue;
        if (str_to_i64(response->fields[i].value, &seconds) && seconds >= 0)
            return (seconds < RETRY_AFTER_MAX_S ? seconds : RETRY_AFTER_MAX_S) * 1000;
    }
    return 0;
}
