// SPDX-License-Identifier: Apache-2.0
//
// The writer. It reads the clock for the time of the line: the one exception to "core
// reads no clock", because a log line without its time helps nobody. It allocates
// nothing, and several threads may write; log_set*() come before them.
#include "core/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/hmac.h"
#include "core/time.h"
#include "core/utf8.h"

enum { LINE_SIZE = 4096, TAIL_SIZE = 32, TEXT_MAX = 200, HASH_BYTES = 8 };

static enum log_level least = LOG_INFO;
static int log_fd = 2;
static int64_t (*clock_ms)(void);
static uint8_t hash_key[SHA256_SIZE];
static bool has_hash_key, has_priority;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void) {
    has_priority = getenv("JOURNAL_STREAM") != NULL;
    if (!has_hash_key) random_bytes(hash_key, sizeof hash_key);
}

void log_set(enum log_level level, int fd) {
    least = level;
    log_fd = fd;
}

void log_set_hash_key(const uint8_t key[32]) {
    memcpy(hash_key, key, sizeof hash_key);
    has_hash_key = true;
}

void log_set_clock(int64_t (*now_ms)(void)) {
    clock_ms = now_ms;
}

static int64_t now(void) {
    struct timespec time;
    if (clock_ms != NULL) return clock_ms();
    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static const char *level_text(enum log_level level) {
    switch (level) {
    case LOG_ERROR: return "error";
    case LOG_WARN: return "warn";
    case LOG_INFO: return "info";
    default: return "debug";
    }
}

// What a terminal or a viewer would act on instead of showing it.
static bool is_mark(uint32_t point) {
    return point < 0x20 || (point >= 0x7F && point <= 0x9F) ||
           (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || point == 0x061C || point == 0xFEFF ||
           (point >= 0xFFF9 && point <= 0xFFFB) || (point >= 0xE0000 && point <= 0xE0FFF);
}

static void put_escape(struct buf *line, uint32_t point) {
    if (point <= 0xFFFF) {
        buf_addf(line, "\\u%04x", point);
    } else {
        point -= 0x10000;
        buf_addf(line, "\\u%04x\\u%04x", 0xD800 + (point >> 10),
                 0xDC00 + (point & 0x3FF));
    }
}

static void put_text(struct buf *line, struct str text) {
    buf_add_char(line, '"');
    for (size_t i = 0; i < text.n;) {
        size_t at = i;
        uint32_t point = utf8_next(text, &i);
        if (i > TEXT_MAX) break;
        if (is_mark(point) || (point == 0xFFFD && i - at == 1)) {
            put_escape(line, point);
            continue;
        }
        if (point == '"' || point == '\\') buf_add_char(line, '\\');
        buf_add(line, str_slice(text, at, i));
    }
    buf_add_char(line, '"');
}

static void put_hash(struct buf *line, struct str text) {
    uint8_t sum[SHA256_SIZE];
    hmac_sha256((struct str){(const char *)hash_key, sizeof hash_key}, &text, 1, sum);
    buf_add_char(line, '"');
    for (size_t i = 0; i < HASH_BYTES; i++) buf_addf(line, "%02x", sum[i]);
    buf_add_char(line, '"');
}

static void put_field(struct buf *line, const struct log_field *field) {
    buf_add(line, STR(",\""));
    buf_add(line, str_of(field->name));
    buf_add(line, STR("\":"));
    if (field->type == LOG_TYPE_INT) buf_add_int(line, field->number);
    else if (field->type == LOG_TYPE_HASH) put_hash(line, field->text);
    else put_text(line, field->text);
}

// Fields as long as they fit; a field is there whole or not at all.
static void put_fields(struct buf *line, const struct log_field *fields) {
    line->max -= TAIL_SIZE;
    for (; fields->type != LOG_TYPE_END && !line->failed; fields++) {
        size_t before = line->n;
        put_field(line, fields);
        if (line->failed) line->n = before;
    }
    line->max += TAIL_SIZE;
    if (!line->failed) return;
    line->failed = false;
    buf_add(line, STR(",\"is_cut\":true"));
}

void log_write(enum log_level level, const char *event, const struct log_field *fields) {
    if (level > least) return;
    (void)pthread_once(&once, prepare);
    char memory[LINE_SIZE], time[TIME_RFC3339_SIZE];
    struct buf line;
    buf_init_fixed(&line, memory, sizeof memory);
    if (has_priority) buf_addf(&line, "<%d>", (int)level);
    time_rfc3339_into(now(), time);
    buf_add(&line, STR("{\"time\":\""));
    buf_add(&line, (struct str){time, sizeof time});
    buf_add(&line, STR("\",\"level\":\""));
    buf_add(&line, str_of(level_text(level)));
    buf_add(&line, STR("\",\"event\":\""));
    buf_add(&line, str_of(event));
    buf_add_char(&line, '"');
    put_fields(&line, fields);
    buf_add(&line, STR("}\n"));
    ssize_t written = write(log_fd, line.p, line.n);
    (void)written; // a full or closed stderr has no place to be reported to
}
