// SPDX-License-Identifier: Apache-2.0
//
// The rarer effects of plans as one JSON document an area: access, message states, audit,
// what commands were done. The hot ones travel as arrays (settle_apply.c).
#include <stdio.h>

#include "core/buf.h"
#include "core/json.h"
#include "gateway/settle_work.h"

static void hash_json(struct json_writer *w, const uint8_t hash[32]) {
    char hex[65];
    for (size_t i = 0; i < 32; i++) (void)snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    json_w_str(w, "hash", str_of(hex));
}

static void effect_json(struct json_writer *w, const struct row *row,
                        const struct effect *effect, const char *kind) {
    json_w_open(w, NULL, '{');
    json_w_str(w, "kind", str_of(kind));
    json_w_id(w, "thread", row->thread->id);
    switch (effect->kind) {
    case EFFECT_GRANT:
        json_w_int(w, "koban", effect->as.grant.koban_id);
        json_w_str(w, "reason", effect->as.grant.reason);
        break;
    case EFFECT_MESSAGE_STATE:
        json_w_int(w, "state", effect->as.message_state.state);
        json_w_str(w, "reason", effect->as.message_state.reason);
        json_w_id(w, "message", effect->as.message_state.message_id);
        break;
    case EFFECT_SURGE_TEXT:
        json_w_str(w, "body", effect->as.surge.body);
        json_w_str(w, "sentence", effect->as.surge.sentence);
        json_w_int(w, "life_ms", effect->as.surge.life_ms);
        break;
    case EFFECT_SURGE_BEGINS:
        json_w_int(w, "koban", effect->as.surge.koban_id);
        json_w_bool(w, "pages", effect->as.surge.surge == SURGE_PAGES);
        break;
    case EFFECT_HIDE_MESSAGE:
        json_w_id(w, "message", effect->as.message_state.message_id);
        break;
    case EFFECT_PAGE_LINK:
        hash_json(w, effect->as.page_link.hash);
        json_w_id(w, "officer", effect->as.page_link.officer_id);
        break;
    case EFFECT_PAGE_REFUSED:
        json_w_id(w, "officer", effect->as.page_refused.officer_id);
        break;
    case EFFECT_DUTY:
        json_w_id(w, "officer", effect->as.duty.officer_id);
        json_w_int(w, "koban", effect->as.duty.koban_id);
        json_w_bool(w, "on", effect->as.duty.is_on);
        break;
    case EFFECT_AUDIT:
        json_w_str(w, "action", effect->as.audit.action);
        json_w_id(w, "officer", effect->as.audit.officer_id);
        json_w_str(w, "detail", effect->as.audit.detail);
        break;
    default: alert_effect_json(w, row->work, effect); break;
    }
    json_w_close(w, '}');
}

static const char *rare_kind(const struct effect *effect) {
    switch (effect->kind) {
    case EFFECT_GRANT: return "grant";
    case EFFECT_MESSAGE_STATE: return "message_state";
    case EFFECT_DROP_QUEUED: return "drop_queued";
    case EFFECT_SURGE_TEXT: return "surge_text";
    case EFFECT_SURGE_BEGINS: return "surge_begins";
    case EFFECT_HIDE_MESSAGE: return "hide";
    case EFFECT_PAGE_LINK: return "page_link";
    case EFFECT_PAGE_REFUSED: return "page_refused";
    case EFFECT_DUTY: return "duty";
    case EFFECT_AUDIT: return "audit";
    default: return alert_effect_kind(effect);
    }
}

// The reply or note a command made; its repeat is answered with the same id.
static int64_t command_message(const struct plan *plan) {
    for (size_t i = 0; i < plan->effect_count; i++) {
        const struct effect *effect = &plan->effects[i];
        if (effect->kind == EFFECT_STORE && effect->as.store.client_id.n > 0)
            return effect->as.store.id;
    }
    return 0;
}

static void command_done_json(struct json_writer *w, const struct row *row) {
    const struct settle_item *item = row->work->item;
    bool is_command = item->event.kind == EVENT_COMMAND && row->from == 0 &&
                      !row->is_apart;
    if (!is_command || item->event.command.client_id.n == 0) return;
    json_w_open(w, NULL, '{');
    json_w_str(w, "kind", STR("command_done"));
    json_w_id(w, "thread", row->thread->id);
    json_w_str(w, "client_id", item->event.command.client_id);
    json_w_id(w, "officer", item->event.command.officer_id);
    json_w_id(w, "message", command_message(&row->work->plan));
    json_w_close(w, '}');
}

enum { EFFECTS_BYTES = 4 * 1024 * 1024 };

void apply_effects(struct db_batch *batch, const struct rows *rows, int32_t area_id) {
    struct buf json;
    buf_init(&json, EFFECTS_BYTES);
    struct json_writer w = {.out = &json};
    json_w_open(&w, NULL, '[');
    EACH_EFFECT(rows, area_id, r, e) {
        const char *kind = rare_kind(e);
        if (kind != NULL) effect_json(&w, r, e, kind);
    }
    EACH_ROW(rows, area_id, r) command_done_json(&w, r);
    json_w_close(&w, ']');
    if (json.n > 2) {
        db_call(batch, QUERY_THREAD_EFFECTS);
        db_int4(batch, area_id);
        db_jsonb(batch, buf_str(&json));
    }
    buf_free(&json);
}
