// SPDX-License-Identifier: Apache-2.0
//
// Covers core/codec.c, and the strict readers of core/str.c, core/time.c: what a decoder
// accepts is what its encoder writes; what is written is read again.
#include "core/codec.h"
#include "core/time.h"
#include "tests/fuzz/fuzz.h"

static void check_decoders(struct str text, struct arena *arena) {
    struct str bytes, again;
    if (codec_base64_decode(text, arena, &bytes))
        FUZZ_CHECK(str_eq(codec_base64(bytes, arena), text));
    if (codec_base64url_decode(text, arena, &bytes))
        FUZZ_CHECK(str_eq(codec_base64url(bytes, arena), text));
    if (codec_hex_decode(text, arena, &bytes))
        FUZZ_CHECK(str_eq_nocase(codec_hex(bytes, arena), text));
    if (codec_base32_decode(text, arena, &bytes)) {
        FUZZ_CHECK(codec_base32_decode(codec_base32(bytes, arena), arena, &again));
        FUZZ_CHECK(str_eq(bytes, again));
    }
    if (codec_url_decode(text, true, arena, &bytes)) {
        FUZZ_CHECK(codec_url_decode(codec_url_encode(bytes, arena), true, arena, &again));
        FUZZ_CHECK(str_eq(bytes, again));
    }
}

static void check_round_trips(struct str bytes, struct arena *arena) {
    struct str back;
    FUZZ_CHECK(codec_base64_decode(codec_base64(bytes, arena), arena, &back));
    FUZZ_CHECK(str_eq(back, bytes));
    FUZZ_CHECK(codec_base32_decode(codec_base32(bytes, arena), arena, &back));
    FUZZ_CHECK(str_eq(back, bytes));
    FUZZ_CHECK(codec_url_decode(codec_url_encode(bytes, arena), false, arena, &back));
    FUZZ_CHECK(str_eq(back, bytes));
}

static void check_numbers(struct str text, struct arena *arena) {
    int64_t number, ms, again;
    double value;
    if (str_to_i64(text, &number)) FUZZ_CHECK(str_to_double(text, &value) || text.n > 60);
    if (!time_parse_rfc3339(text, &ms)) return;
    // An offset may lead out of the years that are written with four digits.
    if (ms < -62167219200000 || ms > 253402300799999) return;
    FUZZ_CHECK(time_parse_rfc3339(time_rfc3339(ms, arena), &again) && again == ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(0);
    struct str text = {(const char *)data, size};
    check_decoders(text, arena);
    check_round_trips(text, arena);
    check_numbers(text, arena);
    struct codec_pair pair;
    size_t pairs = 0;
    for (struct str rest = text; codec_form_next(&rest, arena, &pair) != CODEC_FORM_END;
         pairs++)
        FUZZ_CHECK(pairs <= size);
    struct str value;
    if (codec_query(text, STR("a"), arena, &value)) FUZZ_CHECK(value.n < size);
    arena_free(arena);
    return 0;
}
