// SPDX-License-Identifier: Apache-2.0
//
// Building a plan: a bounded list, filled in by handlers.
#include "core/plan.h"

#include <assert.h>
#include <string.h>

#include "core/text_table.h"

static const char *const relay_texts[] = {
    [RELAY_MESSAGE] = "message",     [RELAY_ALARM] = "alarm",
    [RELAY_ALARM_END] = "alarm_end", [RELAY_THREAD] = "thread",
    [RELAY_TICK] = "tick",           [RELAY_CHIME] = "chime",
    [RELAY_ATTENTION] = "attention", [RELAY_SURGE] = "surge",
    [RELAY_DUTY] = "duty",           [RELAY_CHANNEL] = "channel",
    [RELAY_ALERT] = "alert",
};

static const char *const refusal_texts[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = "none",
    [REFUSAL_NEWER_INBOUND] = "newer_inbound",
    [REFUSAL_OTHER_ANSWERED] = "other_answered",
    [REFUSAL_CLAIMED] = "claimed",
    [REFUSAL_CLOSED] = "closed",
    [REFUSAL_NOT_ALLOWED] = "not_allowed",
    [REFUSAL_CANNOT_TEXT] = "cannot_text",
    [REFUSAL_INVALID] = "invalid",
};

void plan_init(struct plan *plan, struct arena *arena) {
    // The effects are zeroed one by one as they are taken: the whole is several KiB and
    // stands on the hot path.
    memset(plan, 0, offsetof(struct plan, effects));
    plan->arena = arena;
    plan->effect_count = 0;
    plan->ids_taken = 0;
}

int64_t plan_take_id(struct plan *plan, const struct facts *facts) {
    assert(plan->ids_taken < FACTS_IDS);
    return facts->ids[plan->ids_taken++];
}

void plan_thread_keep(struct plan *plan, const struct facts *facts) {
    if (plan->thread_change != THREAD_NONE) return;
    plan->thread = facts->thread;
    plan->thread_change = THREAD_UPDATE;
}

struct effect *plan_add(struct plan *plan, enum effect_kind kind) {
    assert(plan->effect_count < PLAN_EFFECTS_MAX);
    struct effect *effect = &plan->effects[plan->effect_count++];
    memset(effect, 0, sizeof *effect);
    effect->kind = kind;
    return effect;
}

void plan_apart(struct plan *plan, int32_t area_id) {
    size_t n = plan->apart_count;
    if (n > 0 && plan->aparts[n - 1].area_id == area_id) return;
    assert(n < PLAN_APARTS_MAX);
    plan->aparts[n].area_id = area_id;
    plan->aparts[n].from = plan->effect_count;
    plan->apart_count++;
}

void plan_relay(struct plan *plan, enum relay_kind kind, int32_t koban_id,
                int16_t urgency) {
    struct effect *effect = plan_add(plan, EFFECT_RELAY);
    effect->as.relay.kind = kind;
    effect->as.relay.koban_id = koban_id;
    effect->as.relay.urgency = urgency;
}

void plan_start_timer(struct plan *plan, enum timer_kind kind, int64_t delay_ms,
                      int64_t value) {
    struct effect *effect = plan_add(plan, EFFECT_START_TIMER);
    effect->as.timer.kind = kind;
    effect->as.timer.delay_ms = delay_ms;
    effect->as.timer.value = value;
}

void plan_stop_timer(struct plan *plan, enum timer_kind kind) {
    plan_add(plan, EFFECT_STOP_TIMER)->as.timer.kind = kind;
}

void plan_grant(struct plan *plan, int32_t koban_id, struct str reason) {
    struct effect *effect = plan_add(plan, EFFECT_GRANT);
    effect->as.grant.koban_id = koban_id;
    effect->as.grant.reason = reason;
}

void plan_audit(struct plan *plan, struct str action, int64_t officer_id,
                struct str detail) {
    struct effect *effect = plan_add(plan, EFFECT_AUDIT);
    effect->as.audit.action = action;
    effect->as.audit.officer_id = officer_id;
    effect->as.audit.detail = detail;
}

const char *relay_kind_text(enum relay_kind kind) {
    return text_of(relay_texts, (int)ARRAY_LEN(relay_texts), (int)kind);
}

const char *refusal_text(enum refusal refusal) {
    return text_of(refusal_texts, REFUSAL_COUNT, (int)refusal);
}
