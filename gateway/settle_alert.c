// SPDX-License-Identifier: Apache-2.0
//
// What settling knows of volunteers: the subscription of a contact that has one, loaded
// with the second round of facts, and the effects of plans that concern alerts.
#include "core/alert.h"
#include "gateway/settle_work.h"

static bool wants_subscription(const struct work *work) {
    return work->facts.contact.subscribed_area_id != 0 && !work->is_over &&
           work->item->event.kind != EVENT_TIMER &&
           work->item->event.kind != EVENT_COMMAND;
}

static void area_call(struct lane *lane, struct db_batch *batch, size_t first) {
    int32_t area_id = lane->works[first].facts.contact.subscribed_area_id;
    size_t call = db_batch_calls(batch), row = 0;
    db_call(batch, QUERY_SUBSCRIPTION_FACTS);
    db_int4(batch, area_id);
    db_array(batch, DB_INT4);
    for (size_t i = first; i < lane->count; i++) {
        struct work *work = &lane->works[i];
        const struct contact *contact = &work->facts.contact;
        if (!wants_subscription(work) || contact->subscribed_area_id != area_id) continue;
        work->subscription_call = call;
        work->subscription_row = row++;
        db_element_int4(batch, contact->channel_id);
    }
    db_array_end(batch);
    db_array(batch, DB_TEXT);
    for (size_t i = first; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        const struct contact *contact = &work->facts.contact;
        if (wants_subscription(work) && contact->subscribed_area_id == area_id)
            db_element_text(batch, contact->address);
    }
    db_array_end(batch);
}

void subscriptions_ask(struct lane *lane, struct db_batch *batch) {
    for (size_t i = 0; i < lane->count; i++) {
        const struct work *work = &lane->works[i];
        if (!wants_subscription(work)) continue;
        bool is_first = true;
        for (size_t k = 0; k < i && is_first; k++) {
            const struct work *other = &lane->works[k];
            is_first = !wants_subscription(other) ||
                       other->facts.contact.subscribed_area_id !=
                           work->facts.contact.subscribed_area_id;
        }
        if (is_first) area_call(lane, batch, i);
    }
}

static void subscription_read(struct lane *lane, struct work *work,
                              const struct db_result *result) {
    struct subscription *out = &work->facts.subscription;
    size_t call = work->subscription_call, row = work->subscription_row;
    if (row >= db_rows(result, call) || db_get_int(result, call, row, 1) == 0) return;
    out->area_id = work->facts.contact.subscribed_area_id;
    out->id = db_get_int(result, call, row, 1);
    out->state = (enum subscription_state)db_get_int(result, call, row, 2);
    out->koban_count =
        db_get_int4s(result, call, row, 3, out->kobans, SUBSCRIPTION_KOBANS_MAX);
    out->topics = (uint32_t)db_get_int(result, call, row, 4);
    out->language = arena_dup(lane->arena, db_get_str(result, call, row, 5));
    out->quiet_from = (int16_t)db_get_int(result, call, row, 6);
    out->quiet_to = (int16_t)db_get_int(result, call, row, 7);
    out->paused_until_ms = db_get_int(result, call, row, 8);
    out->last_alert_id = db_get_int(result, call, row, 9);
    out->last_alert_ms = db_get_int(result, call, row, 10);
    out->last_alert_koban_id = (int32_t)db_get_int(result, call, row, 11);
    out->is_in_group = db_get_int(result, call, row, 12) > 0;
    out->is_out = db_get_bool(result, call, row, 13);
    out->led_group = arena_dup(lane->arena, db_get_str(result, call, row, 14));
    out->led_out = arena_dup(lane->arena, db_get_str(result, call, row, 15));
    out->closest_koban_id = (int32_t)db_get_int(result, call, row, 16);
}

void subscriptions_read(struct lane *lane, const struct db_result *result) {
    for (size_t i = 0; i < lane->count; i++) {
        if (wants_subscription(&lane->works[i]))
            subscription_read(lane, &lane->works[i], result);
    }
}

const char *alert_effect_kind(const struct effect *effect) {
    switch (effect->kind) {
    case EFFECT_ALERT_REPLY: return "alert_reply";
    case EFFECT_SUBSCRIPTION: return "subscription";
    case EFFECT_SUBSCRIPTION_END: return "subscription_end";
    case EFFECT_DELIVERY_STATE: return "delivery_state";
    case EFFECT_CHECK_IN: return "check_in";
    case EFFECT_ALERT_DRAFT: return "alert_draft";
    default: return NULL;
    }
}

static void subscription_json(struct json_writer *w, const struct contact *contact,
                              const struct effect *effect) {
    const struct subscription *value = &effect->as.subscription.value;
    json_w_id(w, "id", value->id);
    json_w_int(w, "intake", contact->intake_id);
    json_w_id(w, "contact", contact->id);
    json_w_int(w, "state", value->state);
    json_w_open(w, "kobans", '[');
    for (size_t i = 0; i < value->koban_count; i++) json_w_int(w, NULL, value->kobans[i]);
    json_w_close(w, ']');
    json_w_int(w, "topics", value->topics);
    json_w_int(w, "closest", value->closest_koban_id);
    json_w_str(w, "language", value->language);
    json_w_int(w, "quiet_from", value->quiet_from);
    json_w_int(w, "quiet_to", value->quiet_to);
    json_w_id(w, "paused_until_ms", value->paused_until_ms);
    json_w_str(w, "source", effect->as.subscription.source);
}

static void draft_json(struct json_writer *w, const struct effect *effect) {
    const struct alert *alert = effect->as.alert_draft.alert;
    struct arena *arena = arena_new(1024);
    json_w_id(w, "id", effect->as.alert_draft.id);
    json_w_int(w, "koban", effect->as.alert_draft.koban_id);
    json_w_int(w, "topic", effect->as.alert_draft.topic);
    json_w_int(w, "severity", alert->severity);
    json_w_int(w, "alert_kind", alert->kind);
    json_w_id(w, "expires_ms", effect->as.alert_draft.expires_ms);
    json_w_str(w, "site_language", effect->as.alert_draft.site_language);
    json_w_str(w, "source_key",
               arena_printf(arena, "%.*s,%.*s", (int)alert->sender.n, alert->sender.p,
                            (int)alert->identifier.n, alert->identifier.p));
    json_w_open(w, "references", '[');
    for (size_t i = 0; i < alert->reference_count; i++)
        json_w_str(w, NULL, alert->references[i]);
    json_w_close(w, ']');
    json_w_open(w, "texts", '{');
    for (size_t i = 0; i < alert->text_count; i++)
        json_w_str(w, arena_cstr(arena, alert->texts[i].language), alert->texts[i].body);
    json_w_close(w, '}');
    arena_free(arena);
}

void alert_effect_json(struct json_writer *w, const struct work *work,
                       const struct effect *effect) {
    const struct contact *contact = work->plan.has_contact_change ? &work->plan.contact
                                                                  : &work->facts.contact;
    switch (effect->kind) {
    case EFFECT_ALERT_REPLY:
        json_w_id(w, "alert", effect->as.alert_reply.alert_id);
        break;
    case EFFECT_SUBSCRIPTION:
    case EFFECT_SUBSCRIPTION_END:
        json_w_int(w, "channel", contact->channel_id);
        json_w_str(w, "address", contact->address);
        if (effect->kind == EFFECT_SUBSCRIPTION) subscription_json(w, contact, effect);
        break;
    case EFFECT_DELIVERY_STATE:
        json_w_id(w, "alert", effect->as.delivery_state.at.alert_id);
        json_w_id(w, "recipient", effect->as.delivery_state.at.recipient);
        json_w_int(w, "state", effect->as.delivery_state.state);
        json_w_str(w, "reason", effect->as.delivery_state.reason);
        break;
    case EFFECT_CHECK_IN:
        json_w_id(w, "subscription", effect->as.check_in.subscription_id);
        json_w_bool(w, "on", effect->as.check_in.is_on);
        break;
    case EFFECT_ALERT_DRAFT: draft_json(w, effect); break;
    default: break;
    }
}
