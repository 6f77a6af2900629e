// SPDX-License-Identifier: Apache-2.0
//
// Covers core/http_head.c and core/http_body.c: a request is read the same whether it
// comes at once or in pieces, and what was accepted keeps the rules that stand in the
// header, checked here by other code.
#include <string.h>

#include "core/http_body.h"
#include "tests/fuzz/fuzz.h"

// Bytes a piece; the first byte of the input chooses it.
static enum http_head_result read_in_pieces(struct http_head *head, struct str bytes,
                                            size_t step) {
    http_head_init(head);
    enum http_head_result result = HTTP_HEAD_MORE;
    for (size_t n = step; result == HTTP_HEAD_MORE; n += step) {
        result = http_head_read(head, str_slice(bytes, 0, n));
        if (n >= bytes.n) break;
    }
    return result;
}

static void check_head(const struct http_head *head, struct str bytes) {
    FUZZ_CHECK(head->length >= 4 && head->length <= HTTP_HEAD_MAX);
    struct str text = str_slice(bytes, 0, head->length);
    FUZZ_CHECK(str_ends(text, STR("\r\n\r\n")));
    FUZZ_CHECK(str_find(text, STR("\r\n\r\n"), 0) == head->length - 4);
    FUZZ_CHECK(memchr(text.p, '\0', text.n) == NULL);
    FUZZ_CHECK(head->method.n > 0 && head->host.n > 0 && head->target.p[0] == '/');
    FUZZ_CHECK(!(head->has_content_length && head->is_chunked));
    size_t hosts = 0, lengths = 0, encodings = 0;
    for (size_t i = 0; i < head->field_count; i++) {
        hosts += str_eq_nocase(head->fields[i].name, STR("Host"));
        lengths += str_eq_nocase(head->fields[i].name, STR("Content-Length"));
        encodings += str_eq_nocase(head->fields[i].name, STR("Transfer-Encoding"));
    }
    FUZZ_CHECK(hosts == 1 && lengths <= 1 && encodings <= 1);
    FUZZ_CHECK(lengths == head->has_content_length && encodings == head->is_chunked);
}

static enum http_body_result read_body(const struct http_head *head, struct str bytes,
                                       size_t step, size_t *end) {
    struct http_body body;
    http_body_init(&body, head);
    enum http_body_result result = HTTP_BODY_MORE;
    size_t at = 0, taken;
    do {
        struct str piece = str_slice(bytes, at, at + step);
        result = http_body_read(&body, piece, &taken);
        FUZZ_CHECK(taken <= piece.n);
        FUZZ_CHECK(result != HTTP_BODY_MORE || taken == piece.n);
        at += taken;
    } while (result == HTTP_BODY_MORE && at < bytes.n);
    FUZZ_CHECK(body.payload <= at);
    *end = at;
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    struct str bytes = {(const char *)data + 1, size - 1};
    size_t step = 1 + data[0] % 32;
    static struct http_head once, pieces;
    http_head_init(&once);
    enum http_head_result result = http_head_read(&once, bytes);
    FUZZ_CHECK(read_in_pieces(&pieces, bytes, step) == result);
    FUZZ_CHECK(result != HTTP_HEAD_REFUSED || once.refusal != HTTP_HEAD_GOOD);
    if (result != HTTP_HEAD_OK) return 0;
    check_head(&once, bytes);
    FUZZ_CHECK(pieces.length == once.length && pieces.field_count == once.field_count);
    struct str rest = str_slice(bytes, once.length, bytes.n);
    size_t end, end_in_pieces;
    enum http_body_result body = read_body(&once, rest, rest.n + 1, &end);
    FUZZ_CHECK(read_body(&once, rest, step, &end_in_pieces) == body);
    FUZZ_CHECK(end == end_in_pieces);
    return 0;
}
