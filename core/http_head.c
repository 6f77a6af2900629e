// SPDX-License-Identifier: Apache-2.0
//
// Two passes. scan() looks at every byte once, as it comes: line ends, control bytes, the
// size; so garbage is refused before a head is complete. When the empty line is there,
// the second pass reads request line and fields, all of them views.
#include "core/http_head.h"

static bool refuse(struct http_head *head, enum http_head_refusal refusal) {
    head->refusal = refusal;
    return false;
}

// tchar of RFC 9110 5.6.2.
static bool is_token_char(unsigned char c) {
    static const bool others[128] = {
        ['!'] = 1,  ['#'] = 1, ['$'] = 1, ['%'] = 1, ['&'] = 1,
        ['\''] = 1, ['*'] = 1, ['+'] = 1, ['-'] = 1, ['.'] = 1,
        ['^'] = 1,  ['_'] = 1, ['`'] = 1, ['|'] = 1, ['~'] = 1};
    unsigned char lower = c | 0x20;
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           (c < 128 && others[c]);
}

static bool is_token(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (!is_token_char((unsigned char)s.p[i])) return false;
    }
    return s.n > 0;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static struct str trim_blanks(struct str s) {
    while (s.n > 0 && is_blank(s.p[0])) s = (struct str){s.p + 1, s.n - 1};
    while (s.n > 0 && is_blank(s.p[s.n - 1])) s.n--;
    return s;
}

void http_head_init(struct http_head *head) {
    // The fields are not cleared: field_count says how many there are.
    head->refusal = HTTP_HEAD_GOOD;
    head->length = head->scanned = head->field_count = 0;
    head->method = head->target = head->host = (struct str){0};
    head->minor_version = 0;
    head->content_length = 0;
    head->has_content_length = head->is_chunked = false;
    head->is_keep_alive = head->expects_continue = false;
}

// A byte that is not an ordinary one, at i; true when the scan may go on.
static bool special_is_good(struct http_head *head, const char *p, size_t i) {
    unsigned char c = (unsigned char)p[i];
    bool is_after_cr = i > 0 && p[i - 1] == '\r';
    if (c != '\n') {
        if (is_after_cr) return refuse(head, HTTP_HEAD_BARE_CR);
        return c == '\r' || c == '\t' || refuse(head, HTTP_HEAD_CONTROL_BYTE);
    }
    if (!is_after_cr) return refuse(head, HTTP_HEAD_BARE_LF);
    if (i == 1) return refuse(head, HTTP_HEAD_EMPTY_LINE);
    if (i >= 3 && p[i - 2] == '\n') head->length = i + 1;
    return true;
}

// Looks at what is new; sets length when the empty line has come.
static bool scan(struct http_head *head, struct str bytes) {
    size_t end = bytes.n < HTTP_HEAD_MAX ? bytes.n : HTTP_HEAD_MAX;
    size_t i = head->scanned;
    for (; i < end && head->length == 0; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        bool is_plain = c >= 0x20 && c != 0x7f && !(i > 0 && bytes.p[i - 1] == '\r');
        if (!is_plain && !special_is_good(head, bytes.p, i)) return false;
    }
    head->scanned = i;
    if (head->length > 0 || i < HTTP_HEAD_MAX) return true;
    bool is_first_line = memchr(bytes.p, '\n', HTTP_HEAD_MAX) == NULL;
    return refuse(head, is_first_line ? HTTP_HEAD_TARGET_TOO_LONG : HTTP_HEAD_TOO_LARGE);
}

static bool read_target(struct http_head *head, struct str target) {
    if (target.n > HTTP_HEAD_TARGET_MAX) return refuse(head, HTTP_HEAD_TARGET_TOO_LONG);
    if (target.n == 0 || target.p[0] != '/') return refuse(head, HTTP_HEAD_BAD_TARGET);
    for (size_t i = 0; i < target.n; i++) {
        unsigned char c = (unsigned char)target.p[i];
        if (c <= 0x20 || c >= 0x7f || c == '#') return refuse(head, HTTP_HEAD_BAD_TARGET);
    }
    head->target = target;
    return true;
}

static bool read_version(struct http_head *head, struct str version) {
    bool is_version = version.n == 8 && str_starts(version, STR("HTTP/")) &&
                      version.p[5] >= '0' && version.p[5] <= '9' && version.p[6] == '.' &&
                      version.p[7] >= '0' && version.p[7] <= '9';
    if (!is_version) return refuse(head, HTTP_HEAD_BAD_VERSION);
    if (version.p[5] != '1' || version.p[7] > '1')
        return refuse(head, HTTP_HEAD_VERSION_UNSUPPORTED);
    head->minor_version = version.p[7] - '0';
    return true;
}

static bool read_request_line(struct http_head *head, struct str line) {
    struct str method, target;
    // str_next gives the last part to whoever asks for one more: the rest is the version.
    if (!str_next(&line, ' ', &method) || !str_next(&line, ' ', &target) ||
        line.p == NULL || memchr(line.p, ' ', line.n) != NULL)
        return refuse(head, HTTP_HEAD_BAD_REQUEST_LINE);
    if (method.n > HTTP_HEAD_METHOD_MAX || !is_token(method))
        return refuse(head, HTTP_HEAD_BAD_METHOD);
    head->method = method;
    return read_target(head, target) && read_version(head, line);
}

static bool read_field(struct http_head *head, struct str line) {
    if (is_blank(line.p[0])) return refuse(head, HTTP_HEAD_FOLDED);
    if (head->field_count == HTTP_HEAD_FIELDS_MAX)
        return refuse(head, HTTP_HEAD_TOO_MANY_FIELDS);
    const char *colon = memchr(line.p, ':', line.n);
    if (colon == NULL) return refuse(head, HTTP_HEAD_BAD_NAME);
    struct str name = {line.p, (size_t)(colon - line.p)};
    if (name.n > 0 && is_blank(name.p[name.n - 1]))
        return refuse(head, HTTP_HEAD_BLANK_BEFORE_COLON);
    if (!is_token(name)) return refuse(head, HTTP_HEAD_BAD_NAME);
    struct str value = trim_blanks((struct str){colon + 1, line.n - name.n - 1});
    head->fields[head->field_count++] = (struct http_head_field){name, value};
    return true;
}

// Letters, digits, dot, hyphen, underscore; colon and brackets for port and IPv6. A comma
// would be two Hosts joined, an @ user data.
static bool read_host(struct http_head *head, struct str value) {
    if (head->host.n > 0) return refuse(head, HTTP_HEAD_TWO_HOSTS);
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i], lower = c | 0x20;
        bool is_good = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= ':') ||
                       c == '.' || c == '-' || c == '_' || c == '[' || c == ']';
        if (!is_good) return refuse(head, HTTP_HEAD_BAD_HOST);
    }
    if (value.n == 0) return refuse(head, HTTP_HEAD_BAD_HOST);
    head->host = value;
    return true;
}

static bool read_length(struct http_head *head, struct str value) {
    if (head->has_content_length) return refuse(head, HTTP_HEAD_TWO_LENGTHS);
    head->has_content_length = true;
    if (!str_to_u64(value, &head->content_length) || head->content_length > INT64_MAX)
        return refuse(head, HTTP_HEAD_BAD_LENGTH);
    return true;
}

static bool read_encoding(struct http_head *head, struct str value) {
    if (head->is_chunked) return refuse(head, HTTP_HEAD_TWO_ENCODINGS);
    if (!str_eq(value, STR("chunked"))) return refuse(head, HTTP_HEAD_BAD_ENCODING);
    head->is_chunked = true;
    return true;
}

static bool read_expect(struct http_head *head, struct str value) {
    if (!str_eq_nocase(value, STR("100-continue")))
        return refuse(head, HTTP_HEAD_BAD_EXPECTATION);
    head->expects_continue = true;
    return true;
}

// Connection is a list; `close` anywhere wins, also over a later line.
static void read_connection(struct http_head *head, struct str value, bool *is_closed) {
    struct str option;
    while (str_next(&value, ',', &option)) {
        option = trim_blanks(option);
        if (str_eq_nocase(option, STR("close"))) *is_closed = true;
        if (str_eq_nocase(option, STR("keep-alive"))) head->is_keep_alive = true;
    }
}

// The fields that decide where the body ends and what becomes of the connection.
static bool read_framing(struct http_head *head) {
    bool is_closed = false;
    head->is_keep_alive = head->minor_version == 1;
    for (size_t i = 0; i < head->field_count; i++) {
        struct str name = head->fields[i].name, value = head->fields[i].value;
        bool is_good = true;
        if (str_eq_nocase(name, STR("host"))) is_good = read_host(head, value);
        else if (str_eq_nocase(name, STR("content-length")))
            is_good = read_length(head, value);
        else if (str_eq_nocase(name, STR("transfer-encoding")))
            is_good = read_encoding(head, value);
        else if (str_eq_nocase(name, STR("expect"))) is_good = read_expect(head, value);
        else if (str_eq_nocase(name, STR("connection")))
            read_connection(head, value, &is_closed);
        if (!is_good) return false;
    }
    head->is_keep_alive = head->is_keep_alive && !is_closed;
    return true;
}

static bool is_body_method(struct str method) {
    return str_eq(method, STR("POST")) || str_eq(method, STR("PUT")) ||
           str_eq(method, STR("PATCH"));
}

static bool check_framing(struct http_head *head) {
    if (head->host.n == 0) return refuse(head, HTTP_HEAD_NO_HOST);
    if (head->has_content_length && head->is_chunked)
        return refuse(head, HTTP_HEAD_LENGTH_AND_ENCODING);
    if (head->is_chunked && head->minor_version == 0)
        return refuse(head, HTTP_HEAD_ENCODING_IN_1_0);
    if (is_body_method(head->method)) {
        return head->has_content_length || head->is_chunked ||
               refuse(head, HTTP_HEAD_LENGTH_REQUIRED);
    }
    // Readers differ about a body here: some would take it for the next request.
    if (head->content_length > 0 || head->is_chunked)
        return refuse(head, HTTP_HEAD_UNEXPECTED_BODY);
    return true;
}

static bool read_lines(struct http_head *head, struct str bytes) {
    size_t at = 0;
    bool is_first = true;
    while (at < head->length - 2) {
        const char *lf = memchr(bytes.p + at, '\n', head->length - at);
        struct str line = {bytes.p + at, (size_t)(lf - bytes.p) - at - 1};
        if (!(is_first ? read_request_line(head, line) : read_field(head, line)))
            return false;
        is_first = false;
        at += line.n + 2;
    }
    return true;
}

enum http_head_result http_head_read(struct http_head *head, struct str bytes) {
    if (head->refusal != HTTP_HEAD_GOOD || !scan(head, bytes)) return HTTP_HEAD_REFUSED;
    if (head->length == 0) return HTTP_HEAD_MORE;
    bool is_good = read_lines(head, bytes) && read_framing(head) && check_framing(head);
    return is_good ? HTTP_HEAD_OK : HTTP_HEAD_REFUSED;
}

struct str http_head_field(const struct http_head *head, const char *name) {
    struct str wanted = str_of(name), found = {0};
    size_t count = 0;
    for (size_t i = 0; i < head->field_count; i++) {
        if (!str_eq_nocase(head->fields[i].name, wanted)) continue;
        found = head->fields[i].value;
        count++;
    }
    return count == 1 ? found : (struct str){0};
}

int http_head_status(enum http_head_refusal refusal) {
    switch (refusal) {
    case HTTP_HEAD_TOO_LARGE:
    case HTTP_HEAD_TOO_MANY_FIELDS: return 431;
    case HTTP_HEAD_TARGET_TOO_LONG: return 414;
    case HTTP_HEAD_LENGTH_REQUIRED: return 411;
    case HTTP_HEAD_BAD_EXPECTATION: return 417;
    case HTTP_HEAD_VERSION_UNSUPPORTED: return 505;
    default: return 400;
    }
}

const char *http_head_refusal_text(enum http_head_refusal refusal) {
    static const char *const texts[HTTP_HEAD_REFUSAL_COUNT] = {
        [HTTP_HEAD_GOOD] = "good",
        [HTTP_HEAD_TOO_LARGE] = "too_large",
        [HTTP_HEAD_TOO_MANY_FIELDS] = "too_many_fields",
        [HTTP_HEAD_TARGET_TOO_LONG] = "target_too_long",
        [HTTP_HEAD_BARE_LF] = "bare_lf",
        [HTTP_HEAD_BARE_CR] = "bare_cr",
        [HTTP_HEAD_CONTROL_BYTE] = "control_byte",
        [HTTP_HEAD_EMPTY_LINE] = "empty_line",
        [HTTP_HEAD_BAD_REQUEST_LINE] = "bad_request_line",
        [HTTP_HEAD_BAD_METHOD] = "bad_method",
        [HTTP_HEAD_BAD_TARGET] = "bad_target",
        [HTTP_HEAD_BAD_VERSION] = "bad_version",
        [HTTP_HEAD_VERSION_UNSUPPORTED] = "version_unsupported",
        [HTTP_HEAD_FOLDED] = "folded",
        [HTTP_HEAD_BLANK_BEFORE_COLON] = "blank_before_colon",
        [HTTP_HEAD_BAD_NAME] = "bad_name",
        [HTTP_HEAD_NO_HOST] = "no_host",
        [HTTP_HEAD_TWO_HOSTS] = "two_hosts",
        [HTTP_HEAD_BAD_HOST] = "bad_host",
        [HTTP_HEAD_TWO_LENGTHS] = "two_lengths",
        [HTTP_HEAD_BAD_LENGTH] = "bad_length",
        [HTTP_HEAD_TWO_ENCODINGS] = "two_encodings",
        [HTTP_HEAD_BAD_ENCODING] = "bad_encoding",
        [HTTP_HEAD_LENGTH_AND_ENCODING] = "length_and_encoding",
        [HTTP_HEAD_ENCODING_IN_1_0] = "encoding_in_1_0",
        [HTTP_HEAD_LENGTH_REQUIRED] = "length_required",
        [HTTP_HEAD_UNEXPECTED_BODY] = "unexpected_body",
        [HTTP_HEAD_BAD_EXPECTATION] = "bad_expectation",
    };
    return (unsigned)refusal < HTTP_HEAD_REFUSAL_COUNT ? texts[refusal] : "?";
}
