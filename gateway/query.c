// SPDX-License-Identifier: Apache-2.0
//
// The table of statements: the one C file with SQL text. tests/sql proves that each
// function exists with these parameters.
#include "gateway/query.h"

struct statement {
    const char *name;
    const char *text;
};

static const struct statement statements[QUERY_COUNT] = {
    [QUERY_INBOX_PUT] =
        {"inbox_put", "select * from inbox_put($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
                      "$11)"},
    [QUERY_INBOX_SWEEP] = {"inbox_sweep", "select * from inbox_sweep($1, $2, $3)"},
    [QUERY_INBOX_SETTLE] = {"inbox_settle",
                            "select inbox_settle($1, $2, $3, $4, $5, $6)"},
    [QUERY_INBOX_BACKLOG] = {"inbox_backlog", "select * from inbox_backlog()"},
    [QUERY_INBOX_BUCKETS] = {"inbox_buckets", "select * from inbox_buckets()"},
    [QUERY_QUARANTINE_PUT] = {"quarantine_put",
                              "select quarantine_put($1, $2, $3, $4, $5, $6, $7)"},
    [QUERY_REJECTED_PUT] = {"rejected_put",
                            "select rejected_put($1, $2, $3, $4, $5, $6, $7)"},
    [QUERY_CONTACT_FACTS] = {"contact_facts", "select * from contact_facts($1, $2, $3)"},
    [QUERY_CONTACT_APPLY] =
        {"contact_apply",
         "select contact_apply($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
         "$12, $13, $14, $15, $16, $17, $18)"},
    [QUERY_RECEIPT_LOOKUP] = {"receipt_lookup",
                              "select * from receipt_lookup($1, $2, $3)"},
    [QUERY_SUBSCRIPTION_FACTS] = {"subscription_facts",
                                  "select * from subscription_facts($1, $2, $3)"},
    [QUERY_RECEIPT_KEEP] = {"receipt_keep", "select receipt_keep($1, $2, $3, $4)"},
    [QUERY_MESSAGE_BY_PROVIDER] = {"message_by_provider",
                                   "select * from message_by_provider($1, $2, $3)"},
    [QUERY_THREAD_FACTS] = {"thread_facts", "select * from thread_facts($1, $2, $3)"},
    [QUERY_EMERGENCY_FACTS] = {"emergency_facts",
                               "select * from emergency_facts($1, $2, $3, $4)"},
    [QUERY_THREAD_NUMBERS] = {"thread_numbers", "select thread_numbers($1, $2)"},
    [QUERY_THREAD_BY_NUMBER] = {"thread_by_number",
                                "select * from thread_by_number($1, $2)"},
    [QUERY_THREAD_APPLY] =
        {"thread_apply",
         "select * from thread_apply($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
         "$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, "
         "$25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, "
         "$38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, "
         "$51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, "
         "$64, $65, $66, $67, $68)"},
    [QUERY_THREAD_EFFECTS] = {"thread_effects", "select thread_effects($1, $2)"},
    [QUERY_EVENT_APPEND] = {"event_append",
                            "select event_append($1, $2, $3, $4, $5, $6, $7)"},
    [QUERY_EVENT_READ] = {"event_read", "select * from event_read($1, $2, $3)"},
    [QUERY_AREA_POSITIONS] = {"area_positions", "select * from area_positions()"},
    [QUERY_TIMER_DUE] = {"timer_due", "select * from timer_due($1)"},
    [QUERY_OUTBOX_WORK] = {"outbox_work", "select * from outbox_work()"},
    [QUERY_OUTBOX_CLAIM] = {"outbox_claim", "select * from outbox_claim($1, $2, $3, $4)"},
    [QUERY_OUTBOX_MARK] = {"outbox_mark",
                           "select outbox_mark($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"},
    [QUERY_OUTBOX_TICK] = {"outbox_tick", "select * from outbox_tick($1, $2, $3)"},
    [QUERY_OUTBOX_EXPIRE] = {"outbox_expire", "select * from outbox_expire($1, $2)"},
    [QUERY_ALERT_DUE] = {"alert_due", "select * from alert_due()"},
    [QUERY_ALERT_QUEUE] = {"alert_queue", "select alert_queue($1, $2, $3, $4, $5, $6)"},
    [QUERY_ALERT_CLOSE] = {"alert_close", "select alert_close($1, $2, $3)"},
    [QUERY_ALERT_DONE] = {"alert_done", "select alert_done($1, $2)"},
    [QUERY_ALERT_FEED] = {"alert_feed", "select alert_feed($1)"},
    [QUERY_ALERT_WORK] = {"alert_work", "select * from alert_work()"},
    [QUERY_DELIVERY_CLAIM] = {"delivery_claim",
                              "select * from delivery_claim($1, $2, $3, $4)"},
    [QUERY_DELIVERY_MARK] =
        {"delivery_mark",
         "select delivery_mark($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"},
    [QUERY_DELIVERY_EXPIRE] = {"delivery_expire", "select delivery_expire($1, $2)"},
    [QUERY_CHANNEL_HOLD] = {"channel_hold", "select channel_hold($1, $2)"},
    [QUERY_NODE_TAKE] = {"node_take", "select node_take($1, $2, $3)"},
    [QUERY_NODE_RENEW] = {"node_renew", "select node_renew($1, $2, $3, $4, $5, $6)"},
    [QUERY_NODE_DROP] = {"node_drop", "select node_drop($1, $2)"},
    [QUERY_LEASE_TAKE] = {"lease_take", "select lease_take($1, $2, $3)"},
    [QUERY_LEASE_DROP] = {"lease_drop", "select lease_drop($1, $2)"},
    [QUERY_ROSTER_STATE] = {"roster_state", "select * from roster_state()"},
    [QUERY_ROSTER_READ] = {"roster_read", "select roster_read()"},
    [QUERY_CHANNEL_READ] = {"channel_read", "select channel_read()"},
    [QUERY_TERRITORY_READ] = {"territory_read", "select territory_read()"},
    [QUERY_SETTINGS_CHECK] = {"settings_check", "select * from settings_check($1)"},
    [QUERY_SCHEMA_STATE] = {"schema_state", "select * from schema_state()"},
    [QUERY_PRESENCE_PUT] = {"presence_put", "select presence_put($1, $2, $3, $4, $5)"},
    [QUERY_PRESENCE_DROP] = {"presence_drop", "select presence_drop($1, $2)"},
    [QUERY_CHAT_MESSAGES] = {"chat_messages", "select chat_messages($1, $2, $3, $4)"},
    [QUERY_JOIN_PUT] = {"join_put",
                        "select join_put($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"},
    [QUERY_JOIN_TEXT] = {"join_text",
                         "select join_text($1, $2, $3, $4, $5, $6, $7, $8, $9)"},
    [QUERY_JOIN_TRY] = {"join_try", "select * from join_try($1, $2, $3, $4, $5)"},
    [QUERY_JOIN_SUBSCRIBE] = {"join_subscribe", "select join_subscribe($1, $2)"},
    [QUERY_OFFICER_SIGN_IN_FACTS] = {"officer_sign_in_facts",
                                     "select * from officer_sign_in_facts($1)"},
    [QUERY_PAGE_LINK_LOOK] = {"page_link_look", "select * from page_link_look($1)"},
    [QUERY_PAGE_LINK_USE] = {"page_link_use", "select * from page_link_use($1, $2, $3)"},
    [QUERY_SESSION_PUT] = {"session_put", "select session_put($1, $2, $3, $4)"},
    [QUERY_SIGN_IN_FAILED] = {"sign_in_failed", "select sign_in_failed($1)"},
    [QUERY_SESSION_END] = {"session_end", "select session_end($1)"},
    [QUERY_SESSION_LOCK] = {"session_lock", "select session_lock($1, $2)"},
    [QUERY_SESSION_FACTS] = {"session_facts", "select * from session_facts($1)"},
    [QUERY_CONSOLE_SCOPE] = {"console_scope", "select * from console_scope($1)"},
    [QUERY_CONSOLE_BOOT] = {"console_boot", "select console_boot($1)"},
    [QUERY_CONSOLE_ROWS] = {"console_rows", "select console_rows($1, $2, $3)"},
    [QUERY_CONSOLE_THREAD] = {"console_thread",
                              "select console_thread($1, $2, $3, $4, $5)"},
    [QUERY_CONSOLE_AUTHORIZE] = {"console_authorize",
                                 "select * from console_authorize($1, $2, $3, $4)"},
    [QUERY_CONSOLE_DUTY] = {"console_duty", "select console_duty($1, $2, $3)"},
    [QUERY_CONSOLE_MINE] = {"console_mine", "select console_mine($1)"},
    [QUERY_CONSOLE_VISITED] = {"console_visited", "select console_visited($1, $2)"},
    [QUERY_CONSOLE_ADMIN] = {"console_admin", "select console_admin($1)"},
    [QUERY_CONSOLE_DRAFT] = {"console_draft", "select console_draft($1, $2, $3, $4)"},
    [QUERY_CONSOLE_SEARCH] = {"console_search", "select console_search($1, $2)"},
    [QUERY_CONSOLE_CORRECT] = {"console_correct",
                               "select console_correct($1, $2, $3, $4, $5, $6, $7)"},
    [QUERY_CONSOLE_CORRECT_REVIEW] =
        {"console_correct_review",
         "select console_correct_review($1, $2, $3, $4, $5, $6)"},
    [QUERY_CONSOLE_CORRECTIONS] = {"console_corrections",
                                   "select console_corrections($1)"},
    [QUERY_DUTY_WATCH] = {"duty_watch", "select * from duty_watch($1)"},
    [QUERY_CONSOLE_ALERTS] = {"console_alerts", "select console_alerts($1)"},
    [QUERY_CONSOLE_ALERT] = {"console_alert", "select console_alert($1, $2, $3)"},
    [QUERY_CONSOLE_ALERT_ROWS] = {"console_alert_rows",
                                  "select console_alert_rows($1, $2, $3)"},
    [QUERY_CONSOLE_MAP] = {"console_map", "select console_map($1)"},
    [QUERY_CONSOLE_CHANNELS] = {"console_channels", "select console_channels($1)"},
    [QUERY_CONSOLE_ALERT_SAVE] = {"console_alert_save",
                                  "select console_alert_save($1, $2, $3, $4, $5)"},
    [QUERY_CONSOLE_ALERT_PREVIEW] = {"console_alert_preview",
                                     "select console_alert_preview($1, $2, $3, $4, $5)"},
    [QUERY_CONSOLE_ALERT_SUBMIT] =
        {"console_alert_submit",
         "select console_alert_submit($1, $2, $3, $4, $5, $6, $7)"},
    [QUERY_CONSOLE_ALERT_DECIDE] =
        {"console_alert_decide",
         "select console_alert_decide($1, $2, $3, $4, $5, $6, $7)"},
    [QUERY_CONSOLE_ALERT_CONTROL] = {"console_alert_control",
                                     "select console_alert_control($1, $2, $3, $4)"},
    [QUERY_CONSOLE_ALERT_DELETE] = {"console_alert_delete",
                                    "select console_alert_delete($1, $2, $3, $4)"},
    [QUERY_CHANNEL_TALLY] = {"channel_tally", "select channel_tally()"},
    [QUERY_WATCH_READ] = {"watch_read", "select * from watch_read()"},
    [QUERY_AUDIT_SEAL] = {"audit_seal", "select audit_seal($1)"},
    [QUERY_RETENTION_RUN] = {"retention_run",
                             "select retention_run($1, $2, $3, $4, $5, $6)"},
    [QUERY_NOTIFY] = {"notify", "select pg_notify('koban_wake', $1)"},
};

const char *query_name(enum query query) {
    return statements[query].name;
}

const char *query_text(enum query query) {
    return statements[query].text;
}
