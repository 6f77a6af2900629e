// SPDX-License-Identifier: Apache-2.0
//
// Where the draft lands and what it is about; until when it holds, if the other service
// does not say, is a day.
#include "handlers/alert.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

bool alert_takes(const struct decision *decision, const struct event *event) {
    (void)decision;
    return event->kind == EVENT_ALERT;
}

static int topic_of(const struct country *country, struct str code) {
    for (size_t i = 0; i < country->topic_count; i++) {
        if (str_eq(country->topics[i].code, code)) return country->topics[i].id;
    }
    return 0;
}

void alert_decide(const struct decision *decision, const struct event *event,
                  struct plan *plan) {
    const struct facts *facts = decision->facts;
    const struct country *country = decision->house->country;
    int32_t desk = facts->channel->koban_id != 0 ? facts->channel->koban_id
                                                 : facts->channel->desk_koban_id;
    const struct koban *koban = roster_koban(facts->roster, desk);
    plan->outcome = OUTCOME_FOLLOW;
    if (koban == NULL || event->alert == NULL) return;
    plan_apart(plan, koban->area_id);
    struct effect *effect = plan_add(plan, EFFECT_ALERT_DRAFT);
    effect->as.alert_draft.alert = event->alert;
    effect->as.alert_draft.id = plan_take_id(plan, facts);
    effect->as.alert_draft.koban_id = koban->id;
    effect->as.alert_draft.topic = topic_of(country, event->alert->topic_code);
    effect->as.alert_draft.site_language = country->languages[0];
    effect->as.alert_draft.expires_ms = event->alert->expires_ms > facts->now_ms
                                            ? event->alert->expires_ms
                                            : facts->now_ms + DAY_MS;
    plan_relay(plan, RELAY_ALERT, 0, (int16_t)event->alert->severity);
}
