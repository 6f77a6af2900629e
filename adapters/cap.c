// SPDX-License-Identifier: Apache-2.0
//
// Section numbers are those of CAP 1.2. What an officer needs of a foreign alert is kept
// (words by language, how bad, until when, what it follows); all else stays in the stored
// bytes of the POST.
#include "adapters/cap.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "core/hmac.h"
#include "core/time.h"
#include "core/utf8.h"

enum { BODY_MAX = 3000, HEADLINE_MAX = 160, TAG_MAX = 8 };

static const char namespace_12[] = "urn:oasis:names:tc:emergency:cap:1.2";
static const char namespace_11[] = "urn:oasis:names:tc:emergency:cap:1.1";

// ---- out

void cap_escape(struct buf *out, struct str text) {
    for (size_t i = 0; i < text.n;) {
        size_t at = i;
        uint32_t point = utf8_next(text, &i);
        switch (point) {
        case '&': buf_add(out, STR("&amp;")); break;
        case '<': buf_add(out, STR("&lt;")); break;
        case '>': buf_add(out, STR("&gt;")); break;
        case '"': buf_add(out, STR("&quot;")); break;
        default:
            // XML 1.0 production 2.
            if ((point >= 0x20 || point == '\t' || point == '\n') && point != 0xFFFE &&
                point != 0xFFFF)
                buf_add(out, str_slice(text, at, i));
        }
    }
}

static void element(struct buf *out, const char *name, struct str text) {
    buf_add(out, STR("<"));
    buf_add(out, str_of(name));
    buf_add(out, STR(">"));
    cap_escape(out, text);
    buf_add(out, STR("</"));
    buf_add(out, str_of(name));
    buf_add(out, STR(">\n"));
}

// dateTime, 3.3.2: "2026-11-24T02:40:00-00:00".
static void element_time(struct buf *out, const char *name, int64_t ms) {
    char text[TIME_RFC3339_SIZE + 8];
    time_rfc3339_into(ms, text);
    memcpy(text + 19, "-00:00", 6);
    element(out, name, (struct str){text, 25});
}

static struct str category_of(struct str topic_code) {
    static const char *const categories[][2] = {
        {"missing", "Rescue"}, {"crime", "Security"},    {"scam", "Security"},
        {"brawl", "Security"}, {"traffic", "Transport"}, {"disaster", "Geo"},
    };
    for (size_t i = 0; i < ARRAY_LEN(categories); i++) {
        if (str_eq(topic_code, str_of(categories[i][0]))) return str_of(categories[i][1]);
    }
    return STR("Safety");
}

static void info(struct buf *out, const struct alert *alert,
                 const struct alert_text *text) {
    bool is_danger = alert->severity == ALERT_DANGER;
    bool is_warning = alert->severity == ALERT_WARNING;
    buf_add(out, STR("<info>\n"));
    element(out, "language", text->language);
    element(out, "category", category_of(alert->topic_code));
    element(out, "event", text->topic.n > 0 ? text->topic : alert->sender_name);
    if (alert->kind == ALERT_ALL_CLEAR) element(out, "responseType", STR("AllClear"));
    element(out, "urgency",
            alert->kind == ALERT_ALL_CLEAR ? STR("Past")
            : is_danger                    ? STR("Immediate")
                                           : STR("Expected"));
    element(out, "severity",
            is_danger    ? STR("Severe")
            : is_warning ? STR("Moderate")
                         : STR("Minor"));
    element(out, "certainty", is_danger ? STR("Likely") : STR("Unknown"));
    element_time(out, "effective", alert->sent_ms);
    element_time(out, "expires", alert->expires_ms);
    element(out, "senderName", alert->sender_name);
    struct str line = text->body;
    size_t end = str_find(line, STR("\n"), 0);
    element(out, "headline",
            utf8_cut(str_slice(line, 0, end < line.n ? end : line.n), HEADLINE_MAX));
    element(out, "description", text->body);
    buf_add(out, STR("<area>\n"));
    element(out, "areaDesc", alert->area_name);
    buf_add(out, STR("</area>\n</info>\n"));
}

void cap_write(const struct alert *alert, struct buf *out) {
    static const char *const types[] = {[ALERT_ALERT] = "Alert",
                                        [ALERT_CORRECTION] = "Update",
                                        [ALERT_ALL_CLEAR] = "Cancel"};
    buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\""));
    buf_add(out, str_of(namespace_12));
    buf_add(out, STR("\">\n"));
    element(out, "identifier", alert->identifier);
    element(out, "sender", alert->sender);
    element_time(out, "sent", alert->sent_ms);
    element(out, "status", STR("Actual"));
    element(out, "msgType", str_of(types[alert->kind]));
    element(out, "scope", STR("Public"));
    for (size_t i = 0; i < alert->reference_count; i++)
        element(out, "references", alert->references[i]);
    for (size_t i = 0; i < alert->text_count; i++) info(out, alert, &alert->texts[i]);
    buf_add(out, STR("</alert>\n"));
}

// ---- in

// Our own lines about a document: libxml2 itself says nothing anywhere.
static xmlDoc *document_read(struct str body) {
    if (body.n == 0 || body.n > CAP_BYTES_MAX) return NULL;
    int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                  XML_PARSE_NOCDATA | XML_PARSE_NOBLANKS;
    xmlDoc *document = xmlReadMemory(body.p, (int)body.n, NULL, NULL, options);
    // No document types: no entities, nothing that grows when it is read.
    if (document != NULL && document->intSubset != NULL) {
        xmlFreeDoc(document);
        return NULL;
    }
    return document;
}

static bool is_named(const xmlNode *node, const char *name) {
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *child(const xmlNode *parent, const char *name) {
    for (const xmlNode *node = parent->children; node != NULL; node = node->next) {
        if (is_named(node, name)) return node;
    }
    return NULL;
}

// The element's own text, trimmed, in the arena; empty when it is absent or has children.
static struct str text_of(const xmlNode *parent, const char *name, struct arena *arena) {
    const xmlNode *node = child(parent, name);
    if (node == NULL || node->children == NULL || node->children->type != XML_TEXT_NODE ||
        node->children->next != NULL)
        return (struct str){0};
    struct str text = str_of((const char *)node->children->content);
    return utf8_valid(text) ? arena_dup(arena, str_trim(text)) : (struct str){0};
}

static int64_t time_of(const xmlNode *parent, const char *name, struct arena *arena) {
    int64_t ms = 0;
    return time_parse_rfc3339(text_of(parent, name, arena), &ms) ? ms : 0;
}

static enum alert_severity severity_of(struct str text) {
    if (str_eq(text, STR("Extreme")) || str_eq(text, STR("Severe"))) return ALERT_DANGER;
    return str_eq(text, STR("Moderate")) ? ALERT_WARNING : ALERT_INFORMATION;
}

static struct str topic_of(struct str category) {
    if (str_eq(category, STR("Transport"))) return STR("traffic");
    if (str_eq(category, STR("Security"))) return STR("crime");
    if (str_eq(category, STR("Other"))) return STR("notice");
    return STR("disaster");
}

// "ja-JP" is "ja" here; no language means English (3.2.2).
static struct str language_of(struct str tag, struct arena *arena) {
    size_t end = 0;
    while (end < tag.n && end < TAG_MAX && tag.p[end] != '-' && tag.p[end] != '_') end++;
    if (end == 0) return STR("en");
    char lower[TAG_MAX];
    for (size_t i = 0; i < end; i++)
        lower[i] = (char)(tag.p[i] >= 'A' && tag.p[i] <= 'Z' ? tag.p[i] + 32 : tag.p[i]);
    return arena_dup(arena, (struct str){lower, end});
}

static void body_add(struct buf *out, struct str part) {
    if (part.n == 0) return;
    if (out->n > 0) buf_add(out, STR("\n"));
    buf_add(out, part);
}

static void info_read(const xmlNode *node, struct str mark, struct arena *arena,
                      struct alert *alert) {
    if (alert->text_count == ALERT_TEXTS_MAX) return;
    struct alert_text *text = &alert->texts[alert->text_count];
    text->language = language_of(text_of(node, "language", arena), arena);
    for (size_t i = 0; i < alert->text_count; i++) {
        if (str_eq(alert->texts[i].language, text->language)) return; // the first counts
    }
    struct buf body;
    buf_init(&body, CAP_BYTES_MAX);
    body_add(&body, mark);
    struct str headline = text_of(node, "headline", arena);
    struct str description = text_of(node, "description", arena);
    if (headline.n == 0) headline = text_of(node, "event", arena);
    if (!str_starts(description, headline)) body_add(&body, headline);
    body_add(&body, description);
    body_add(&body, text_of(node, "instruction", arena));
    text->body = arena_dup(arena, utf8_cut(buf_str(&body), BODY_MAX));
    buf_free(&body);
    text->topic = text_of(node, "event", arena);
    enum alert_severity severity = severity_of(text_of(node, "severity", arena));
    if (severity > alert->severity) alert->severity = severity;
    if (alert->expires_ms == 0) alert->expires_ms = time_of(node, "expires", arena);
    if (alert->topic_code.n == 0)
        alert->topic_code = topic_of(text_of(node, "category", arena));
    alert->text_count++;
}

// "sender,identifier,sent sender,identifier,sent" (3.2.1): without the times.
static void references_read(struct str list, struct arena *arena, struct alert *alert) {
    struct str one;
    while (list.n > 0 && str_next(&list, ' ', &one)) {
        size_t first = str_find(one, STR(","), 0);
        size_t second = first < one.n ? str_find(one, STR(","), first + 1) : one.n;
        if (first >= one.n || alert->reference_count == ALERT_REFERENCES_MAX) continue;
        alert->references[alert->reference_count++] =
            arena_dup(arena, str_slice(one, 0, second < one.n ? second : one.n));
    }
}

// Anything but an actual alert says so in its text: an officer reads it.
static struct str mark_of(struct str status, struct arena *arena) {
    if (str_eq(status, STR("Actual")) || status.n == 0) return (struct str){0};
    return arena_printf(arena, "[%.*s]", (int)(status.n < 20 ? status.n : 20), status.p);
}

static bool alert_read(const xmlNode *root, struct arena *arena, struct alert *alert) {
    alert->identifier = text_of(root, "identifier", arena);
    alert->sender = text_of(root, "sender", arena);
    alert->sent_ms = time_of(root, "sent", arena);
    if (alert->identifier.n == 0 || alert->sender.n == 0 || alert->sent_ms == 0 ||
        alert->identifier.n + alert->sender.n > EVENT_KEY_MAX - 8)
        return false;
    struct str type = text_of(root, "msgType", arena);
    alert->kind = str_eq(type, STR("Update"))   ? ALERT_CORRECTION
                  : str_eq(type, STR("Cancel")) ? ALERT_ALL_CLEAR
                                                : ALERT_ALERT;
    alert->severity = ALERT_INFORMATION;
    references_read(text_of(root, "references", arena), arena, alert);
    struct str mark = mark_of(text_of(root, "status", arena), arena);
    for (const xmlNode *node = root->children; node != NULL; node = node->next) {
        if (is_named(node, "info")) info_read(node, mark, arena, alert);
    }
    if (alert->text_count == 0) { // Cancel may have none; note says why
        alert->texts[0].language = STR("en");
        struct str note = text_of(root, "note", arena);
        alert->texts[0].body =
            note.n > 0 ? note
                       : arena_printf(arena, "CAP %.*s %.*s", (int)type.n, type.p,
                                      (int)alert->identifier.n, alert->identifier.p);
        alert->text_count = 1;
    }
    return true;
}

static const struct adapter_setting settings[] = {
    {"token", true, true, "What the other service sends as \"Authorization: Bearer\"."},
};

static enum adapter_error cap_verify(const struct channel *channel,
                                     const struct webhook_request *request,
                                     int64_t now_ms) {
    (void)now_ms;
    struct str field = webhook_field(request, "authorization");
    if (!str_starts(field, STR("Bearer "))) return ADAPTER_FORGED;
    struct str token = str_slice(field, 7, field.n);
    struct str values[] = {channel_value(channel, "token"),
                           channel_previous(channel, "token")};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        if (values[i].n > 0 && hmac_equal(values[i], token)) return ADAPTER_OK;
    }
    return ADAPTER_FORGED;
}

static enum adapter_error cap_parse(const struct channel *channel,
                                    const struct webhook_request *request,
                                    struct arena *arena, struct webhook_events *out) {
    (void)channel;
    xmlDoc *document = document_read(request->body);
    const xmlNode *root = document != NULL ? xmlDocGetRootElement(document) : NULL;
    const char *space = root != NULL && root->ns != NULL ? (const char *)root->ns->href
                                                         : "";
    struct alert *alert = ARENA_NEW(arena, struct alert);
    bool is_good =
        root != NULL && is_named(root, "alert") &&
        (strcmp(space, namespace_12) == 0 || strcmp(space, namespace_11) == 0) &&
        alert_read(root, arena, alert);
    if (document != NULL) xmlFreeDoc(document);
    if (!is_good) return ADAPTER_UNREADABLE;
    out->events = ARENA_NEW(arena, struct event);
    out->count = 1;
    out->events[0] = (struct event){
        .kind = EVENT_ALERT,
        .key = arena_printf(arena, "a:%.*s,%.*s", (int)alert->sender.n, alert->sender.p,
                            (int)alert->identifier.n, alert->identifier.p),
        .sent_at_ms = alert->sent_ms,
        .alert = alert};
    return ADAPTER_OK;
}

// Nothing is ever sent to it.
static void cap_build(const struct channel *channel, const struct outbound *outbound,
                      struct arena *arena, struct provider_request *out) {
    (void)channel;
    (void)outbound;
    (void)arena;
    out->result = BUILD_IMPOSSIBLE;
    out->reason = STR("cap_takes_no_texts");
}

static void cap_parse_response(const struct channel *channel,
                               const struct provider_request *request,
                               const struct provider_response *response,
                               struct arena *arena, struct send_result *out) {
    (void)channel;
    (void)request;
    (void)response;
    (void)arena;
    *out =
        (struct send_result){.verdict = SEND_FAILED, .reason = STR("cap_takes_no_texts")};
}

const struct adapter cap_adapter = {.name = "cap",
                                    .text_unit = TEXT_UNIT_BYTES,
                                    .text_limit = 1,
                                    .body_limit = CAP_BYTES_MAX,
                                    .settings = settings,
                                    .setting_count = ARRAY_LEN(settings),
                                    .verify = cap_verify,
                                    .parse = cap_parse,
                                    .build = cap_build,
                                    .parse_response = cap_parse_response};
