// SPDX-License-Identifier: Apache-2.0
//
// Golden cases of the adapters: tests/cases/<adapter>/<case>/request.http is a webhook as
// it came (lines end with LF, the body goes to the end of the file), channel.json the
// channel's settings and the clock, expected.json what comes out. With KOBAN_GOLDEN=write
// the expectation is written anew: read the diff before it is committed.
//
// Each case is also parsed twice, and once without its headers: the sweep has only the
// bytes, and must make the same events.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapters/registry.h"
#include "core/json.h"

enum { FILE_MAX = 1 << 20, PATH_SIZE = 512 };

struct golden {
    struct arena *arena;
    struct channel channel;
    int64_t now_ms;
    struct webhook_request request;
    struct http_field fields[32];
};

static struct str file_read(struct arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return (struct str){0};
    char *bytes = arena_alloc(arena, FILE_MAX);
    size_t n = fread(bytes, 1, FILE_MAX, file);
    (void)fclose(file);
    return (struct str){bytes, n};
}

static const char *path_of(struct arena *arena, struct str folder, const char *name) {
    return arena_printf(arena, "%.*s/%s", (int)folder.n, folder.p, name).p;
}

static bool channel_read(struct golden *golden, const char *path) {
    struct json_result result;
    json_auto_t *document =
        json_read(file_read(golden->arena, path), golden->arena, &result);
    const json_t *settings = json_array_of(document, "settings");
    golden->now_ms = json_int(document, "now_ms", 0);
    for (size_t i = 0; i < json_array_size(settings); i++) {
        const json_t *one = json_array_get(settings, i);
        golden->channel.settings[golden->channel.setting_count++] =
            (struct channel_setting){
                .key = arena_dup(golden->arena, json_str(one, "key")),
                .value = arena_dup(golden->arena, json_str(one, "value")),
                .previous = arena_dup(golden->arena, json_str(one, "previous")),
                .is_secret = true};
    }
    return document != NULL && golden->now_ms > 0;
}

static bool request_read(struct golden *golden, const char *path) {
    struct str rest = file_read(golden->arena, path), line, word;
    struct webhook_request *request = &golden->request;
    if (!str_next(&rest, '\n', &line)) return false;
    (void)str_next(&line, ' ', &request->method);
    (void)str_next(&line, ' ', &request->target);
    request->fields = golden->fields;
    while (str_next(&rest, '\n', &line) && line.n > 0) {
        if (!str_next(&line, ':', &word) || request->field_count >= 32) return false;
        golden->fields[request->field_count++] =
            (struct http_field){word, str_trim(line)};
    }
    if (rest.p != NULL) request->body = rest;
    return request->target.n > 0;
}

static void member(json_t *object, const char *key, struct str value) {
    if (value.n > 0)
        (void)json_object_set_new(object, key, json_stringn(value.p, value.n));
}

// Of another service's alert what becomes the draft.
static json_t *alert_json(const struct alert *alert) {
    json_t *object = json_object(), *texts = json_object(), *references = json_array();
    member(object, "identifier", alert->identifier);
    member(object, "sender", alert->sender);
    member(object, "topic", alert->topic_code);
    (void)json_object_set_new(object, "kind", json_integer(alert->kind));
    (void)json_object_set_new(object, "severity", json_integer(alert->severity));
    (void)json_object_set_new(object, "expires_ms", json_integer(alert->expires_ms));
    for (size_t i = 0; i < alert->text_count; i++) {
        char tag[16];
        struct str language = alert->texts[i].language;
        (void)snprintf(tag, sizeof tag, "%.*s", (int)language.n, language.p);
        member(texts, tag, alert->texts[i].body);
    }
    for (size_t i = 0; i < alert->reference_count; i++)
        (void)json_array_append_new(
            references, json_stringn(alert->references[i].p, alert->references[i].n));
    (void)json_object_set_new(object, "texts", texts);
    (void)json_object_set_new(object, "references", references);
    return object;
}

static json_t *event_json(const struct event *event) {
    json_t *object = json_object();
    member(object, "kind", str_of(event_kind_text(event->kind)));
    member(object, "key", event->key);
    member(object, "address", event->address);
    member(object, "provider_id", event->provider_id);
    member(object, "text", event->text);
    member(object, "language_hint", event->language_hint);
    member(object, "koban", event->koban_slug);
    member(object, "reply_token", event->reply_token);
    member(object, "receipt_id", event->receipt_id);
    member(object, "receipt_reason", event->receipt_reason);
    if (event->kind == EVENT_MESSAGE)
        member(object, "message_kind", str_of(message_kind_text(event->message_kind)));
    if (event->kind == EVENT_RECEIPT)
        member(object, "state", str_of(outbound_state_text(event->receipt_state)));
    if (event->kind == EVENT_PRESENCE)
        (void)json_object_set_new(object, "present", json_boolean(event->is_present));
    if (event->alert != NULL)
        (void)json_object_set_new(object, "alert", alert_json(event->alert));
    if (event->sent_at_ms != 0)
        (void)json_object_set_new(object, "sent_at_ms", json_integer(event->sent_at_ms));
    if (event->is_standby) (void)json_object_set_new(object, "standby", json_true());
    if (event->was_repaired) (void)json_object_set_new(object, "repaired", json_true());
    if (event->is_opt_out) (void)json_object_set_new(object, "opt_out", json_true());
    if (event->is_opt_in) (void)json_object_set_new(object, "opt_in", json_true());
    if (event->has_position)
        (void)json_object_set_new(
            object, "position",
            json_pack("[f,f,f]", event->latitude, event->longitude, event->accuracy_m));
    return object;
}

static json_t *parsed(const struct golden *golden, const struct adapter *adapter,
                      const struct webhook_request *request) {
    struct webhook_events out = {0};
    enum adapter_error error =
        adapter->parse(&golden->channel, request, golden->arena, &out);
    json_t *object = json_object(), *events = json_array();
    member(object, "parse", str_of(adapter_error_text(error)));
    for (size_t i = 0; error == ADAPTER_OK && i < out.count; i++)
        (void)json_array_append_new(events, event_json(&out.events[i]));
    (void)json_object_set_new(object, "events", events);
    if (out.unreadable > 0)
        (void)json_object_set_new(object, "unreadable",
                                  json_integer((json_int_t)out.unreadable));
    return object;
}

static json_t *outcome(const struct golden *golden, const struct adapter *adapter) {
    enum adapter_error error =
        adapter->verify(&golden->channel, &golden->request, golden->now_ms);
    struct webhook_request stored = {.method = STR("POST"),
                                     .target = golden->request.target,
                                     .body = golden->request.body};
    json_t *object = json_object();
    member(object, "verify", str_of(adapter_error_text(error)));
    if (error != ADAPTER_OK) return object;
    json_t *whole = parsed(golden, adapter, &golden->request);
    json_auto_t *again = parsed(golden, adapter, &stored);
    if (!json_equal(whole, again))
        (void)json_object_set_new(object, "sweep", json_string("differs"));
    (void)json_object_update_new(object, whole);
    return object;
}

static bool case_holds(struct arena *arena, const struct adapter *adapter,
                       struct str folder) {
    struct golden golden = {.arena = arena};
    struct str above = arena_printf(arena, "tests/cases/%s", adapter->name);
    const char *path = path_of(arena, folder, "expected.json");
    if (!channel_read(&golden, path_of(arena, above, "channel.json")) ||
        !request_read(&golden, path_of(arena, folder, "request.http")))
        return false;
    json_auto_t *is = outcome(&golden, adapter);
    size_t flags = JSON_INDENT(2) | JSON_SORT_KEYS;
    if (getenv("KOBAN_GOLDEN") != NULL) return json_dump_file(is, path, flags) == 0;
    struct json_result result;
    json_auto_t *expected = json_read(file_read(arena, path), arena, &result);
    if (expected != NULL && json_equal(is, expected)) return true;
    char *text = json_dumps(is, flags);
    (void)printf("# is: %s\n", text);
    free(text);
    return false;
}

static int is_case(const struct dirent *entry) {
    return entry->d_name[0] != '.' && entry->d_type != DT_REG;
}

static int adapter_cases(const struct adapter *adapter, int *number) {
    char folder[PATH_SIZE];
    (void)snprintf(folder, sizeof folder, "tests/cases/%s", adapter->name);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_case, alphasort), failed = 0;
    // An adapter without cases is one failed case.
    if (count <= 0) {
        failed++;
        (void)printf("not ok %d - %s has no cases\n", ++*number, adapter->name);
    }
    for (int i = 0; i < count; i++) {
        struct arena *arena = arena_new(1 << 16);
        struct str path = arena_printf(arena, "%s/%s", folder, entries[i]->d_name);
        bool is_good = case_holds(arena, adapter, path);
        (void)printf("%s %d - %.*s\n", is_good ? "ok" : "not ok", ++*number, (int)path.n,
                     path.p);
        failed += !is_good;
        arena_free(arena);
        free(entries[i]);
    }
    free(entries);
    return failed;
}

int main(void) {
    int failed = 0, number = 0;
    for (size_t i = 0; adapter_at(i) != NULL; i++)
        failed += adapter_cases(adapter_at(i), &number);
    (void)printf("1..%d\n", number);
    return failed > 0;
}
