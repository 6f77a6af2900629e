// SPDX-License-Identifier: Apache-2.0
//
// Settings look-up of channel.h; a dozen keys, so a plain walk.
#include "core/channel.h"

static const struct channel_setting *setting_find(const struct channel *channel,
                                                  const char *key) {
    for (size_t i = 0; i < channel->setting_count; i++) {
        if (str_eq(channel->settings[i].key, str_of(key))) return &channel->settings[i];
    }
    return NULL;
}

struct str channel_value(const struct channel *channel, const char *key) {
    const struct channel_setting *setting = setting_find(channel, key);
    return setting != NULL ? setting->value : (struct str){0};
}

struct str channel_previous(const struct channel *channel, const char *key) {
    const struct channel_setting *setting = setting_find(channel, key);
    return setting != NULL ? setting->previous : (struct str){0};
}
