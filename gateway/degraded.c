// SPDX-License-Identifier: Apache-2.0
//
// Keep, ring, say, replay. The sentence is marked as said in the same row that is synced
// before it is sent: it goes out once or, if we die in between, not at all, while the
// alarm of the replay does. Replay is idempotent: the inbox key is unique, and a row
// leaves the journal only after its commit.
#include "gateway/degraded.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "adapters/registry.h"
#include "core/json.h"
#include "core/log.h"
#include "gateway/crash.h"
#include "gateway/journal.h"
#include "gateway/metrics.h"
#include "gateway/outbox.h"
#include "gateway/relay.h"
#include "gateway/settle.h"
#include "handlers/triage/triage.h"

enum { REPLAY_MAX = 64, REPLAY_HANG_MS = 3000, RINGS_MAX = 64, PATH_MAX_BYTES = 512 };

// An emergency that nobody can open, because opening needs the database: it rings wider
// after a while.
struct ringing {
    int32_t area_id;
    int64_t due_ms;
    struct arena *arena;
    struct str json;
};

struct degraded {
    struct gateway *gateway;
    struct journal *journal;
    bool is_reading, is_probing, is_replaying;
    size_t replay_limit;
    // The batch being replayed.
    struct arena *arena;
    struct intake_post **posts;
    size_t post_count;
    int64_t last_sequence;
    int64_t bad_sequence; // the row that PostgreSQL does not take; 0: none
    struct ringing rings[RINGS_MAX];
    size_t ring_count;
};

struct keeping {
    struct degraded *degraded;
    struct intake_post *post;
    intake_kept *kept;
    void *context;
    bool is_told;
};

// The koban that an emergency rings at without facts: the page it was written on, the
// channel's own, else its desk.
static const struct koban *koban_of(const struct gateway *gateway,
                                    const struct channel *channel,
                                    const struct event *event) {
    const struct roster *roster = gateway->directory->roster;
    const struct koban *page = roster_koban_by_slug(roster, event->koban_slug);
    if (page != NULL) return page;
    int32_t id = channel->koban_id != 0 ? channel->koban_id : channel->desk_koban_id;
    return roster_koban(roster, id);
}

static struct str alarm_json(const struct gateway *gateway, const struct channel *channel,
                             const struct event *event, struct arena *arena) {
    const struct koban *koban = koban_of(gateway, channel, event);
    struct buf out;
    buf_init(&out, 128 * 1024);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_int(&w, "koban", koban != NULL ? koban->id : 0);
    json_w_int(&w, "area", koban != NULL ? koban->area_id : 0);
    json_w_str(&w, "channel", channel->name);
    json_w_str(&w, "key", event->key);
    json_w_str(&w, "text", event->text);
    json_w_int(&w, "received_ms", gateway_now_ms(gateway));
    json_w_close(&w, '}');
    struct str json = arena_dup(arena, buf_str(&out));
    buf_free(&out);
    return json;
}

static void ring_later(struct degraded *degraded, int32_t area_id, struct str json) {
    if (degraded->ring_count == RINGS_MAX) return;
    const struct country *country = degraded->gateway->house.country;
    struct ringing *ring = &degraded->rings[degraded->ring_count++];
    ring->arena = arena_new(1024 + json.n);
    ring->area_id = area_id;
    ring->due_ms = gateway_now_ms(degraded->gateway) + country->rung_ms[0] * 2;
    ring->json = arena_dup(ring->arena, json);
}

static void ring_now(struct degraded *degraded, const struct channel *channel,
                     const struct event *event, struct arena *arena) {
    struct gateway *gateway = degraded->gateway;
    const struct koban *koban = koban_of(gateway, channel, event);
    if (koban == NULL) return;
    struct str json = alarm_json(gateway, channel, event, arena);
    relay_direct(gateway->relay, koban->area_id, koban->id, json);
    ring_later(degraded, koban->area_id, json);
    log_event(LOG_ERROR, "emergency_direct", LOG_INT("channel", channel->id),
              LOG_INT("koban", koban->id));
}

// The emergency-number sentence by manner, keyed by the event.
static void say_directly(struct gateway *gateway, const struct channel *channel,
                         const struct event *event, struct arena *arena) {
    struct triage_input input = {.text = event->text,
                                 .message_kind = event->message_kind};
    struct triage_result triage;
    triage_run(gateway->house.triage, &input, &triage, arena);
    const struct koban *koban = koban_of(gateway, channel, event);
    struct sentence_argument list[] = {
        {STR("koban"),
         koban != NULL ? koban_name(koban, triage.language) : (struct str){0}},
        {STR("number"), country_numbers(gateway->house.country, triage.category)},
        {STR("consultation"), gateway->house.country->consultation_number},
    };
    bool is_discreet = triage.manner == MANNER_DISCREET;
    int32_t life_ms = 0;
    struct outbound outbound = {
        .reference =
            arena_printf(arena, "0-0-%016llx", (unsigned long long)str_hash(event->key)),
        .retry_key =
            arena_printf(arena, "00000000-0000-4000-8000-%012llx",
                         (unsigned long long)str_hash(event->key) & 0xffffffffffffULL),
        .address = event->address,
        .text = language_say(gateway->house.languages, triage.language, triage.manner,
                             is_discreet ? STR("discreet") : STR("emergency_first"), list,
                             ARRAY_LEN(list), arena, &life_ms),
        .language = triage.language,
        .is_silent = is_discreet,
        .reply_token = event->reply_token,
        .now_ms = gateway_now_ms(gateway),
        .life_ms = life_ms,
        .attempt = 1};
    if (outbound.text.n > 0) outbox_direct(gateway->outbox, channel, &outbound);
}

static bool is_emergency(struct gateway *gateway, const struct event *event,
                         struct arena *arena) {
    if (event->kind != EVENT_MESSAGE) return false;
    struct triage_input input = {.text = event->text,
                                 .message_kind = event->message_kind};
    struct triage_result result;
    triage_run(gateway->house.triage, &input, &result, arena);
    return result.intent == INTENT_EMERGENCY;
}

static void on_kept(void *context, bool is_kept) {
    struct keeping *keeping = context;
    struct degraded *degraded = keeping->degraded;
    struct gateway *gateway = degraded->gateway;
    struct intake_post *post = keeping->post;
    const struct channel *channel =
        gateway->directory != NULL
            ? directory_channel_by_id(gateway->directory, post->channel_id)
            : NULL;
    for (size_t i = 0; keeping->is_told && channel != NULL && i < post->event_count;
         i++) {
        if (!is_emergency(gateway, &post->events[i], post->arena)) continue;
        // Not kept: it still rings; the sender is not told that it arrived.
        ring_now(degraded, channel, &post->events[i], post->arena);
        if (is_kept) say_directly(gateway, channel, &post->events[i], post->arena);
    }
    intake_kept *kept = keeping->kept;
    void *kept_context = keeping->context;
    kept(kept_context, is_kept);
}

// Ordinary rows stop before emergencies do.
static bool has_room(const struct degraded *degraded, bool is_urgent) {
    const struct config *config = degraded->gateway->config;
    long most = config->journal_rows + (is_urgent ? config->journal_reserve : 0);
    return degraded->journal != NULL && journal_depth(degraded->journal) < (size_t)most;
}

// Keeps a POST in the journal; rings when it holds an emergency and the breaker is open.
static void keep(void *keeper, struct intake_post *post, intake_kept *kept,
                 void *context) {
    struct degraded *degraded = keeper;
    struct keeping *keeping = ARENA_NEW(post->arena, struct keeping);
    *keeping = (struct keeping){degraded, post, kept, context,
                                post->is_urgent &&
                                    intake_is_open_breaker(degraded->gateway->intake)};
    if (!has_room(degraded, post->is_urgent)) {
        on_kept(keeping, false);
        return;
    }
    struct journal_row row = {.channel_id = post->channel_id,
                              .intake_id = post->intake_id,
                              .received_ms = post->received_ms,
                              .is_urgent = post->is_urgent,
                              .was_told = keeping->is_told,
                              .target = post->target,
                              .body = post->body};
    journal_put(degraded->journal, &row, on_kept, keeping);
}

// ---- replay

static void replay_next(struct degraded *degraded);

static void replay_free(struct degraded *degraded) {
    for (size_t i = 0; i < degraded->post_count; i++) intake_release(degraded->posts[i]);
    degraded->post_count = 0;
    arena_free(degraded->arena);
    degraded->arena = NULL;
    degraded->is_replaying = false;
}

static void on_dropped(void *context, bool is_good) {
    struct degraded *degraded = context;
    degraded->is_replaying = false;
    if (is_good) replay_next(degraded);
}

static void settled(void *context, const struct settle_outcome *outcome) {
    (void)outcome;
    intake_release(context);
}

static void settle_event(struct intake_post *post, size_t index) {
    struct settle_item *item = ARENA_NEW(post->arena, struct settle_item);
    item->event = post->events[index];
    item->channel_id = post->channel_id;
    item->intake_id = post->intake_id;
    item->inbox_id = post->ids[index];
    item->is_urgent = post->is_urgent;
    item->is_degraded = true;
    item->was_told_directly = post->was_told;
    item->done = settled;
    item->context = post;
    post->waiting++;
    settle_submit(post->gateway->settle, item);
}

static void on_replayed(void *context, const struct db_result *result) {
    struct degraded *degraded = context;
    if (result->error != DB_OK) {
        log_event(LOG_WARN, "replay_failed", LOG_CSTR("sqlstate", result->sqlstate));
        // A row that cannot be stored is found by halving; alone it is quarantined.
        if (result->error == DB_DATA && degraded->post_count == 1)
            degraded->bad_sequence = degraded->last_sequence;
        degraded->replay_limit = result->error == DB_DATA ? (degraded->post_count + 1) / 2
                                                          : REPLAY_MAX;
        replay_free(degraded);
        return;
    }
    crash_point("replay-after-commit");
    degraded->replay_limit = REPLAY_MAX;
    for (size_t i = 0; i < degraded->post_count; i++) {
        struct intake_post *post = degraded->posts[i];
        for (size_t k = 0; k < post->event_count; k++) {
            bool is_new = db_get_bool(result, post->call, k, 1);
            metrics_count(is_new ? METRIC_STORED : METRIC_DUPLICATES, 1);
            if (is_new) settle_event(post, k);
        }
    }
    int64_t last = degraded->last_sequence;
    size_t count = degraded->post_count;
    replay_free(degraded);
    degraded->is_replaying = true;
    for (size_t i = 1; i < count; i++) journal_drop(degraded->journal, 0, NULL, NULL);
    journal_drop(degraded->journal, last, on_dropped, degraded);
}

static struct intake_post *post_of(struct degraded *degraded,
                                   const struct journal_row *row) {
    struct gateway *gateway = degraded->gateway;
    struct arena *arena = arena_new(4096 + row->body.n * 2);
    struct intake_post *post = ARENA_NEW(arena, struct intake_post);
    const struct channel *channel =
        directory_channel_by_id(gateway->directory, row->channel_id);
    const struct adapter *adapter = channel != NULL ? adapter_find(channel->adapter)
                                                    : NULL;
    struct webhook_events events = {0};
    post->gateway = gateway;
    post->arena = arena;
    post->channel_id = row->channel_id;
    post->intake_id = row->intake_id;
    post->received_ms = row->received_ms;
    post->is_urgent = row->is_urgent;
    post->was_told = row->was_told;
    post->target = arena_dup(arena, row->target);
    post->body = arena_dup(arena, row->body);
    post->waiting = 1;
    post->is_answered = true;
    struct webhook_request request = {
        .method = STR("POST"), .target = post->target, .body = post->body};
    bool is_read = adapter != NULL &&
                   adapter->parse(channel, &request, arena, &events) == ADAPTER_OK;
    post->is_unreadable = !is_read || events.unreadable > 0;
    post->events = events.events;
    post->event_count = is_read ? events.count : 0;
    post->ids = ARENA_ARRAY(arena, int64_t, post->event_count + 1);
    for (size_t i = 0; i <= post->event_count; i++) post->ids[i] = gateway_id(gateway);
    return post;
}

static void write_post(struct db_batch *batch, struct intake_post *post) {
    post->call = db_batch_calls(batch);
    intake_write_post(batch, post);
}

static void make_unreadable(struct intake_post *post) {
    post->is_unreadable = true;
    post->event_count = 0;
}

static void on_rows(void *context, const struct journal_row *rows, size_t count,
                    size_t damaged) {
    struct degraded *degraded = context;
    struct gateway *gateway = degraded->gateway;
    degraded->is_reading = false;
    if (damaged > 0)
        log_event(LOG_ERROR, "journal_damaged", LOG_INT("rows", (int64_t)damaged));
    if (count == 0 || gateway->directory == NULL || gateway->node_id < 0 ||
        !db_is_ready(gateway->db_intake))
        return;
    degraded->is_replaying = true;
    degraded->arena = arena_new(4096);
    degraded->posts = ARENA_ARRAY(degraded->arena, struct intake_post *, count);
    degraded->post_count = count;
    struct db_batch *batch = db_batch_new(gateway->db_intake);
    for (size_t i = 0; i < count; i++) {
        degraded->posts[i] = post_of(degraded, &rows[i]);
        degraded->last_sequence = rows[i].sequence;
        if (rows[i].sequence == degraded->bad_sequence)
            make_unreadable(degraded->posts[i]);
        write_post(batch, degraded->posts[i]);
    }
    db_send(batch, on_replayed, degraded);
}

static void replay_next(struct degraded *degraded) {
    if (degraded->is_reading || degraded->is_replaying || degraded->journal == NULL)
        return;
    if (journal_depth(degraded->journal) == 0) {
        intake_close_breaker(degraded->gateway->intake);
        return;
    }
    degraded->is_reading = true;
    journal_read(degraded->journal, degraded->replay_limit, on_rows, degraded);
}

static void on_probed(void *context, const struct db_result *result) {
    struct degraded *degraded = context;
    degraded->is_probing = false;
    if (result->error == DB_OK) replay_next(degraded);
}

static void begin(void *context) {
    (void)context;
    log_event(LOG_ERROR, "database_away");
}

static void rings_widen(struct degraded *degraded) {
    struct gateway *gateway = degraded->gateway;
    int64_t now = gateway_now_ms(gateway);
    for (size_t i = 0; i < degraded->ring_count;) {
        struct ringing *ring = &degraded->rings[i];
        bool is_back = !intake_is_open_breaker(gateway->intake);
        if (!is_back && ring->due_ms > now) {
            i++;
            continue;
        }
        // Back: the replayed thread has a ladder of its own.
        if (!is_back) {
            relay_direct(gateway->relay, ring->area_id, 0, ring->json);
            outbox_page_area(gateway->outbox, ring->area_id);
        }
        arena_free(ring->arena);
        *ring = degraded->rings[--degraded->ring_count];
    }
}

void degraded_pulse(struct degraded *degraded) {
    struct gateway *gateway = degraded->gateway;
    bool is_broken = intake_is_open_breaker(gateway->intake);
    metrics_set(METRIC_JOURNAL_DEPTH, (int64_t)degraded_depth(degraded));
    rings_widen(degraded);
    if (degraded->is_replaying && db_in_flight_ms(gateway->db_intake) > REPLAY_HANG_MS)
        db_drop(gateway->db_intake);
    if (degraded->is_probing && db_in_flight_ms(gateway->db_intake) > REPLAY_HANG_MS)
        db_drop(gateway->db_intake);
    bool is_due = is_broken || degraded_depth(degraded) > 0;
    if (!is_due || degraded->is_probing || degraded->is_replaying ||
        degraded->is_reading || !db_is_ready(gateway->db_intake))
        return;
    degraded->is_probing = true;
    struct db_batch *batch = db_batch_new(gateway->db_intake);
    db_call(batch, QUERY_INBOX_BACKLOG);
    db_send(batch, on_probed, degraded);
}

void degraded_mirror(struct degraded *degraded, struct str roster, struct str channels,
                     struct str territory) {
    if (degraded->journal == NULL) return;
    journal_mirror(degraded->journal, "roster", roster);
    journal_mirror(degraded->journal, "channels", channels);
    journal_mirror(degraded->journal, "territory", territory);
}

size_t degraded_depth(const struct degraded *degraded) {
    return degraded->journal != NULL ? journal_depth(degraded->journal) : 0;
}

bool degraded_has_journal(const struct degraded *degraded) {
    return degraded->journal != NULL;
}

// The last directory, so that a process starts, verifies and answers without the
// database.
static void mirror_load(struct degraded *degraded) {
    struct gateway *gateway = degraded->gateway;
    struct arena *arena = arena_new(65536);
    struct str roster = journal_mirrored(degraded->journal, "roster", arena);
    struct str channels = journal_mirrored(degraded->journal, "channels", arena);
    struct str territory = journal_mirrored(degraded->journal, "territory", arena);
    uint8_t key[32];
    if (roster.n > 0 && directory_master_key(gateway->config->master_key_file, key))
        gateway->directory =
            directory_new(roster, channels, territory, key, gateway->config);
    explicit_bzero(key, sizeof key);
    arena_free(arena);
}

struct degraded *degraded_new(struct gateway *gateway) {
    struct degraded *degraded = calloc(1, sizeof *degraded);
    char path[PATH_MAX_BYTES];
    if (degraded == NULL) abort();
    degraded->gateway = gateway;
    struct intake_fallback fallback = {keep, begin, degraded};
    intake_set_fallback(gateway->intake, &fallback);
    degraded->replay_limit = REPLAY_MAX;
    if (mkdir(gateway->config->journal, 0700) != 0 && errno != EEXIST)
        log_event(LOG_ERROR, "journal_folder");
    (void)snprintf(path, sizeof path, "%s/worker-%d.journal", gateway->config->journal,
                   gateway->worker);
    degraded->journal = journal_new(gateway->base, path);
    if (degraded->journal != NULL) mirror_load(degraded);
    return degraded;
}

void degraded_free(struct degraded *degraded) {
    if (degraded == NULL) return;
    journal_free(degraded->journal);
    for (size_t i = 0; i < degraded->ring_count; i++)
        arena_free(degraded->rings[i].arena);
    if (degraded->arena != NULL) replay_free(degraded);
    free(degraded);
}
