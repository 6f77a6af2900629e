// SPDX-License-Identifier: Apache-2.0
//
// Texts past the database, while it is away: no row, no lease, no mark. What a provider
// has certainly not accepted goes again while the sentence lives; what may have been
// accepted does not (delivery is at most once in doubt, as in outbox_send.c).
#include <event2/event.h>
#include <stdlib.h>

#include "adapters/registry.h"
#include "core/log.h"
#include "gateway/clock.h"
#include "gateway/directory.h"
#include "gateway/outbox.h"
#include "gateway/outbox_work.h"
#include "gateway/relay.h"

enum { SEND_LIMIT_MS = 10000, AGAIN_FIRST_MS = 500, ATTEMPTS_MAX = 8 };

struct direct {
    struct direct *next;
    struct outbox *outbox;
    struct arena *arena;
    struct directory *directory;
    const struct channel *channel;
    const struct adapter *adapter;
    struct outbound outbound;
    struct provider_request *request;
    struct event *again;
    int64_t dies_ms; // monotonic; 0: lives on
};

static void direct_free(struct direct *direct) {
    event_free(direct->again);
    directory_unref(direct->directory);
    arena_free(direct->arena);
}

static void direct_end(struct direct *direct) {
    struct direct **place = &direct->outbox->direct;
    while (*place != direct) place = &(*place)->next;
    *place = direct->next;
    direct_free(direct);
}

void outbox_direct_free(struct outbox *outbox) {
    for (struct direct *next, *direct = outbox->direct; direct != NULL; direct = next) {
        next = direct->next;
        direct_free(direct);
    }
    outbox->direct = NULL;
}

static void direct_send(struct direct *direct);

// Waits twice as long each time; false: it would come too late, or has been tried enough.
static bool goes_again(struct direct *direct, int64_t wish_ms) {
    int64_t wait = (int64_t)AGAIN_FIRST_MS << direct->outbound.attempt;
    if (wish_ms > wait) wait = wish_ms;
    bool is_late = direct->dies_ms > 0 && clock_monotonic_ms() + wait >= direct->dies_ms;
    if (direct->outbound.attempt >= ATTEMPTS_MAX || is_late) return false;
    direct->outbound.attempt++;
    struct timeval after = {.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};
    (void)event_add(direct->again, &after);
    return true;
}

static void on_again(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    direct_send(context);
}

static void on_answer(void *context, const struct provider_response *response) {
    struct direct *direct = context;
    struct send_result result = {.verdict = SEND_UNKNOWN};
    direct->adapter->parse_response(direct->channel, direct->request, response,
                                    direct->arena, &result);
    log_event(LOG_WARN, "sent_directly", LOG_INT("status", response->status),
              LOG_INT("verdict", result.verdict));
    if (result.is_reply_token_bad && direct->outbound.reply_token.n > 0) {
        direct->outbound.reply_token = (struct str){0};
        direct_send(direct);
        return;
    }
    bool is_refused = result.verdict == SEND_RETRY ||
                      result.verdict == SEND_CHANNEL_BROKEN;
    if (is_refused && goes_again(direct, result.retry_after_ms)) return;
    direct_end(direct);
}

static void direct_send(struct direct *direct) {
    if (direct->dies_ms > 0)
        direct->outbound.life_ms = (int32_t)(direct->dies_ms - clock_monotonic_ms());
    *direct->request = (struct provider_request){0};
    direct->adapter->build(direct->channel, &direct->outbound, direct->arena,
                           direct->request);
    if (direct->request->result == BUILD_REQUEST) {
        fetch_send(direct->outbox->fetch, direct->request, SEND_LIMIT_MS, on_answer,
                   direct);
        return;
    }
    if (direct->request->result == BUILD_LOCAL)
        relay_address_text(direct->outbox->gateway->relay, direct->channel->id,
                           direct->outbound.address, direct->outbound.text);
    direct_end(direct);
}

void outbox_direct(struct outbox *outbox, const struct channel *channel,
                   const struct outbound *outbound) {
    const struct adapter *adapter = adapter_find(channel->adapter);
    if (adapter == NULL || adapter->build == NULL) return;
    struct arena *arena = arena_new(4096);
    struct direct *direct = ARENA_NEW(arena, struct direct);
    struct directory *directory = directory_ref(outbox->gateway->directory);
    int64_t now = clock_monotonic_ms();
    *direct =
        (struct direct){.next = outbox->direct,
                        .outbox = outbox,
                        .arena = arena,
                        .directory = directory,
                        .channel = directory_channel_by_id(directory, channel->id),
                        .adapter = adapter,
                        .request = ARENA_NEW(arena, struct provider_request),
                        .outbound = *outbound,
                        .dies_ms = outbound->life_ms > 0 ? now + outbound->life_ms : 0};
    direct->outbound.reference = arena_dup(arena, outbound->reference);
    direct->outbound.retry_key = arena_dup(arena, outbound->retry_key);
    direct->outbound.address = arena_dup(arena, outbound->address);
    direct->outbound.text = arena_dup(arena, outbound->text);
    direct->outbound.language = arena_dup(arena, outbound->language);
    direct->outbound.reply_token = arena_dup(arena, outbound->reply_token);
    direct->again = evtimer_new(outbox->gateway->base, on_again, direct);
    outbox->direct = direct;
    if (direct->channel == NULL) direct_end(direct);
    else direct_send(direct);
}

// A text past the database to one address, as far as its channel is known.
struct direct_page {
    int32_t channel_id;
    struct str address, language, sentence;
    struct sentence_argument value;
};

static void page_directly(struct outbox *outbox, const struct direct_page *page) {
    struct gateway *gateway = outbox->gateway;
    const struct channel *channel =
        directory_channel_by_id(gateway->directory, page->channel_id);
    if (channel == NULL) return;
    struct arena *arena = arena_new(4096);
    int32_t life_ms = 0;
    struct outbound outbound = {
        .reference = arena_printf(arena, "0-0-%lld", (long long)gateway_id(gateway)),
        .retry_key =
            arena_printf(arena, "00000000-0000-4000-9000-%012llx",
                         (unsigned long long)gateway_id(gateway) & 0xffffffffffffULL),
        .address = page->address,
        .text = language_say(gateway->house.languages, page->language, MANNER_NORMAL,
                             page->sentence, &page->value, 1, arena, &life_ms),
        .language = page->language,
        .now_ms = clock_real_ms(),
        .attempt = 1};
    if (outbound.text.n > 0) outbox_direct(outbox, channel, &outbound);
    arena_free(arena);
}

static void page_officer(struct outbox *outbox, const struct duty *duty,
                         const char *sentence, struct sentence_argument value) {
    page_directly(outbox,
                  &(struct direct_page){duty->phone_channel_id, duty->phone_address,
                                        duty->language, str_of(sentence), value});
}

static void page_desk(struct outbox *outbox, const struct koban *koban,
                      const char *sentence, struct sentence_argument value) {
    struct str language = outbox->gateway->house.country->languages[0];
    page_directly(outbox,
                  &(struct direct_page){koban->phone_channel_id, koban->phone_address,
                                        language, str_of(sentence), value});
}

void outbox_page_area(struct outbox *outbox, int32_t area_id) {
    const struct roster *roster = outbox->gateway->directory->roster;
    struct sentence_argument none = {STR("case"), STR("-")};
    for (size_t i = 0; i < roster->duty_count; i++) {
        if (roster->duties[i].area_id == area_id)
            page_officer(outbox, &roster->duties[i], "page_console", none);
    }
    for (size_t i = 0; i < roster->koban_count; i++) {
        if (roster->kobans[i].area_id == area_id)
            page_desk(outbox, &roster->kobans[i], "page_console", none);
    }
}

// Whether the officer stands earlier in the roster: one person at two places.
static bool is_earlier(const struct roster *roster, size_t index) {
    for (size_t i = 0; i < index; i++) {
        if (roster->duties[i].officer_id == roster->duties[index].officer_id) return true;
    }
    return false;
}

void outbox_page_no_console(struct outbox *outbox, int32_t koban_id) {
    if (outbox->gateway->directory == NULL) return;
    const struct roster *roster = outbox->gateway->directory->roster;
    const struct koban *koban = roster_koban(roster, koban_id);
    const struct area *area = koban != NULL ? roster_area(roster, koban->area_id) : NULL;
    if (area == NULL) return;
    bool has_supervisor = false;
    for (size_t i = 0; i < roster->duty_count; i++) {
        const struct duty *duty = &roster->duties[i];
        if (duty->role != ROLE_SUPERVISOR || duty->area_id != area->id) continue;
        has_supervisor = has_supervisor || duty->has_console ||
                         duty->phone_channel_id != 0;
        if (duty->has_console || is_earlier(roster, i)) continue;
        struct sentence_argument name = {STR("koban"), koban_name(koban, duty->language)};
        page_officer(outbox, duty, "page_no_console", name);
    }
    const struct koban *desk = roster_koban(roster, area->desk_koban_id);
    if (has_supervisor || desk == NULL) return;
    page_desk(outbox, desk, "page_no_console",
              (struct sentence_argument){STR("koban"), koban->name});
}
