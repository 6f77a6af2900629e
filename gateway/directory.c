// SPDX-License-Identifier: Apache-2.0
//
// Reading the documents into values. A secret that does not open leaves its channel
// without it: nothing verifies there, and the log says which.
#include "gateway/directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec.h"
#include "core/json.h"
#include "core/log.h"
#include "core/seal.h"

enum { ARENA_FIRST = 65536 };

static struct str kept(struct arena *arena, const json_t *object, const char *key) {
    return arena_dup(arena, json_str(object, key));
}

static int32_t number(const json_t *object, const char *key) {
    return (int32_t)json_int(object, key, 0);
}

static struct area area_read(const json_t *entry, struct arena *arena) {
    return (struct area){.id = number(entry, "id"),
                         .force_id = number(entry, "force"),
                         .name = kept(arena, entry, "name"),
                         .time_zone = kept(arena, entry, "time_zone"),
                         .utc_offset_minutes = number(entry, "offset"),
                         .desk_koban_id = number(entry, "desk"),
                         .command_koban_id = number(entry, "command")};
}

static struct koban koban_read(const json_t *entry, struct arena *arena) {
    return (struct koban){
        .id = number(entry, "id"),
        .area_id = number(entry, "area"),
        .slug = kept(arena, entry, "slug"),
        .name = kept(arena, entry, "name"),
        .name_ja = kept(arena, entry, "name_ja"),
        .name_id = kept(arena, entry, "name_id"),
        .name_en = kept(arena, entry, "name_en"),
        .is_desk = json_bool(entry, "is_desk", false),
        .has_position = json_is_number(json_object_get(entry, "latitude")),
        .latitude = json_double(entry, "latitude", 0),
        .longitude = json_double(entry, "longitude", 0),
        .neighbour_id = number(entry, "neighbour"),
        .surge_limit = (int16_t)number(entry, "surge_limit"),
        .unacknowledged = number(entry, "unacknowledged"),
        .consoles = number(entry, "consoles"),
        .is_staffed = json_bool(entry, "is_staffed", false),
        .phone_channel_id = number(entry, "phone_channel"),
        .phone_address = kept(arena, entry, "phone_address")};
}

static struct duty duty_read(const json_t *entry, struct arena *arena) {
    struct duty duty = {.area_id = number(entry, "area"),
                        .koban_id = number(entry, "koban"),
                        .role = (enum role)number(entry, "role"),
                        .public_name = kept(arena, entry, "name"),
                        .language = kept(arena, entry, "language"),
                        .has_console = json_bool(entry, "has_console", false),
                        .emergencies = (int16_t)number(entry, "emergencies"),
                        .phone_channel_id = number(entry, "phone_channel"),
                        .phone_intake_id = number(entry, "phone_intake"),
                        .phone_address = kept(arena, entry, "phone_address")};
    (void)!str_to_i64(json_str(entry, "officer"), &duty.officer_id);
    return duty;
}

static const struct roster *roster_parse(const json_t *document, struct arena *arena) {
    const json_t *areas = json_array_of(document, "areas");
    const json_t *kobans = json_array_of(document, "kobans");
    const json_t *duties = json_array_of(document, "duties");
    if (areas == NULL || kobans == NULL || duties == NULL) return NULL;
    struct roster *roster = ARENA_NEW(arena, struct roster);
    roster->version = json_int(document, "version", 0);
    roster->read_at_ms = json_int(document, "now_ms", 0);
    roster->area_count = json_array_size(areas);
    roster->koban_count = json_array_size(kobans);
    roster->duty_count = json_array_size(duties);
    struct area *area = ARENA_ARRAY(arena, struct area, roster->area_count);
    struct koban *koban = ARENA_ARRAY(arena, struct koban, roster->koban_count);
    struct duty *duty = ARENA_ARRAY(arena, struct duty, roster->duty_count);
    for (size_t i = 0; i < roster->area_count; i++)
        area[i] = area_read(json_array_get(areas, i), arena);
    for (size_t i = 0; i < roster->koban_count; i++)
        koban[i] = koban_read(json_array_get(kobans, i), arena);
    for (size_t i = 0; i < roster->duty_count; i++)
        duty[i] = duty_read(json_array_get(duties, i), arena);
    roster->areas = area;
    roster->kobans = koban;
    roster->duties = duty;
    return roster;
}

static struct channel_setting *setting_put(struct channel *channel, struct str key) {
    for (size_t i = 0; i < channel->setting_count; i++) {
        if (str_eq(channel->settings[i].key, key)) return &channel->settings[i];
    }
    if (channel->setting_count == CHANNEL_SETTINGS_MAX) return NULL;
    struct channel_setting *setting = &channel->settings[channel->setting_count++];
    setting->key = key;
    return setting;
}

static void settings_read(struct channel *channel, const json_t *settings,
                          struct arena *arena) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)settings, key, value) {
        struct channel_setting *setting =
            setting_put(channel, arena_dup(arena, str_of(key)));
        if (setting != NULL) setting->value = arena_dup(arena, json_text(value));
    }
}

static void secret_read(struct channel *channel, const json_t *entry,
                        const uint8_t master_key[32], struct arena *arena) {
    struct str key = kept(arena, entry, "key"), sealed, plain;
    struct str context = arena_printf(arena, "%.*s:%.*s", (int)channel->name.n,
                                      channel->name.p, (int)key.n, key.p);
    if (!codec_hex_decode(json_str(entry, "sealed"), arena, &sealed) ||
        !seal_open(master_key, context, sealed, arena, &plain)) {
        log_event(LOG_ERROR, "secret_unreadable", LOG_INT("channel", channel->id));
        return;
    }
    struct channel_setting *setting = setting_put(channel, key);
    if (setting == NULL) return;
    setting->is_secret = true;
    if (number(entry, "slot") == 1) setting->value = plain;
    else setting->previous = plain;
}

static void overrides_put(struct channel *channel, const struct config *config) {
    for (long i = 0; i < config->override_count; i++) {
        const struct config_override *override = &config->overrides[i];
        if (!str_eq(str_of(override->channel), channel->name)) continue;
        struct channel_setting *setting = setting_put(channel, str_of(override->key));
        if (setting != NULL) setting->value = str_of(override->value);
    }
}

// Where providers reach us, unless the channel knows better: some sign that address.
static void address_put(struct channel *channel, const struct config *config) {
    struct channel_setting *setting = setting_put(channel, STR("public_url"));
    if (setting != NULL && setting->value.n == 0)
        setting->value = str_of(config->public_url);
}

static struct channel channel_parse(const json_t *entry, const uint8_t master_key[32],
                                    const struct config *config, struct arena *arena) {
    struct channel channel = {.id = number(entry, "id"),
                              .intake_id = number(entry, "intake"),
                              .force_id = number(entry, "force"),
                              .name = kept(arena, entry, "name"),
                              .adapter = kept(arena, entry, "adapter"),
                              .koban_id = number(entry, "koban"),
                              .desk_koban_id = number(entry, "desk"),
                              .is_held = json_bool(entry, "is_held", false),
                              .rate_per_second = number(entry, "rate"),
                              .in_flight = number(entry, "in_flight")};
    settings_read(&channel, json_object_of(entry, "settings"), arena);
    const json_t *secrets = json_array_of(entry, "secrets");
    for (size_t i = 0; i < json_array_size(secrets); i++)
        secret_read(&channel, json_array_get(secrets, i), master_key, arena);
    overrides_put(&channel, config);
    address_put(&channel, config);
    return channel;
}

struct directory *directory_new(struct str roster, struct str channels,
                                struct str territory, const uint8_t master_key[32],
                                const struct config *config) {
    struct arena *arena = arena_new(ARENA_FIRST);
    struct json_result result;
    json_auto_t *roster_document = json_read(roster, arena, &result);
    json_auto_t *channel_document = json_read(channels, arena, &result);
    const json_t *list = json_array_of(channel_document, "channels");
    struct directory *directory = ARENA_NEW(arena, struct directory);
    directory->arena = arena;
    directory->references = 1;
    directory->roster = roster_parse(roster_document, arena);
    if (directory->roster == NULL || list == NULL) {
        arena_free(arena);
        return NULL;
    }
    directory->roster_version = directory->roster->version;
    directory->channel_version = json_int(channel_document, "version", 0);
    directory->channel_count = json_array_size(list);
    struct channel *all = ARENA_ARRAY(arena, struct channel, directory->channel_count);
    for (size_t i = 0; i < directory->channel_count; i++)
        all[i] = channel_parse(json_array_get(list, i), master_key, config, arena);
    directory->channels = all;
    directory->territory = territory_new(territory, directory->roster);
    return directory;
}

struct directory *directory_renew(struct directory *directory, struct str roster) {
    struct arena *arena = arena_new(ARENA_FIRST);
    struct json_result result;
    json_auto_t *document = json_read(roster, arena, &result);
    struct directory *renewed = ARENA_NEW(arena, struct directory);
    *renewed = *directory;
    renewed->arena = arena;
    renewed->references = 1;
    renewed->base = directory_ref(directory->base != NULL ? directory->base : directory);
    renewed->roster = roster_parse(document, arena);
    if (renewed->roster == NULL) {
        directory_unref(renewed);
        return NULL;
    }
    renewed->roster_version = renewed->roster->version;
    return renewed;
}

struct directory *directory_ref(struct directory *directory) {
    directory->references++;
    return directory;
}

void directory_unref(struct directory *directory) {
    if (directory == NULL || --directory->references > 0) return;
    if (directory->base != NULL) directory_unref(directory->base);
    else territory_free(directory->territory);
    arena_free(directory->arena);
}

const struct channel *directory_channel(const struct directory *directory,
                                        struct str name) {
    for (size_t i = 0; i < directory->channel_count; i++) {
        if (str_eq(directory->channels[i].name, name)) return &directory->channels[i];
    }
    return NULL;
}

const struct channel *directory_channel_by_id(const struct directory *directory,
                                              int32_t id) {
    for (size_t i = 0; i < directory->channel_count; i++) {
        if (directory->channels[i].id == id) return &directory->channels[i];
    }
    return NULL;
}

const struct channel *directory_chat(const struct directory *directory,
                                     const struct koban *koban) {
    const struct channel *shared = NULL;
    for (size_t i = 0; i < directory->channel_count; i++) {
        const struct channel *channel = &directory->channels[i];
        if (!str_eq(channel->adapter, STR("webchat"))) continue;
        if (channel->koban_id == koban->id) return channel;
        if (channel->koban_id == 0) shared = channel;
    }
    return shared;
}

bool directory_master_key(const char *file, uint8_t out[32]) {
    char text[80] = {0};
    FILE *in = fopen(file, "re");
    if (in == NULL) return false;
    size_t n = fread(text, 1, sizeof text - 1, in);
    (void)fclose(in);
    struct arena *arena = arena_new(256);
    struct str bytes;
    struct str trimmed = str_trim((struct str){text, n});
    bool is_good = codec_hex_decode(trimmed, arena, &bytes) && bytes.n == SEAL_KEY_SIZE;
    if (is_good) memcpy(out, bytes.p, SEAL_KEY_SIZE);
    explicit_bzero(text, sizeof text);
    arena_free(arena);
    return is_good;
}
