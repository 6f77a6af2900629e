// SPDX-License-Identifier: Apache-2.0
//
// The writer. It reads the clock for the time of the line: the one exception to "core
// reads no clock", because a log line without its time helps nobody.
#include "core/log.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/json.h"
#include "core/time.h"
#include "core/utf8.h"

enum { LINE_MAX_BYTES = 4096, TEXT_MAX = 200 };

static enum log_level least = LOG_INFO;
static int log_fd = 2;

void log_set(enum log_level level, int fd) {
    least = level;
    log_fd = fd;
}

static const char *level_text(enum log_level level) {
    switch (level) {
    case LOG_ERROR: return "error";
    case LOG_WARN: return "warn";
    case LOG_INFO: return "info";
    default: return "debug";
    }
}

// Direction and line marks would let a text dress up as another line.
static struct str without_marks(struct str text, struct arena *arena) {
    bool changed;
    text = utf8_repair(utf8_cut(text, TEXT_MAX), arena, &changed);
    char *out = arena_alloc(arena, text.n + 1);
    size_t o = 0;
    for (size_t i = 0; i < text.n;) {
        size_t at = i;
        uint32_t point = utf8_next(text, &i);
        bool is_mark = (point >= 0x2028 && point <= 0x202E) ||
                       (point >= 0x2066 && point <= 0x2069) || point == 0x85;
        if (is_mark) {
            out[o++] = '?';
            continue;
        }
        memcpy(out + o, text.p + at, i - at);
        o += i - at;
    }
    return (struct str){out, o};
}

void log_write(enum log_level level, const char *event, const struct log_field *fields) {
    if (level > least) return;
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    struct arena *arena = arena_new(2048);
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    if (getenv("JOURNAL_STREAM") != NULL) buf_addf(&line, "<%d>", (int)level);
    struct json_writer w = {.out = &line};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "time",
               time_rfc3339((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, arena));
    json_w_str(&w, "level", str_of(level_text(level)));
    json_w_str(&w, "event", str_of(event));
    for (; fields->type != LOG_TYPE_END; fields++) {
        if (fields->type == LOG_TYPE_INT) json_w_int(&w, fields->name, fields->number);
        else json_w_str(&w, fields->name, without_marks(fields->text, arena));
    }
    json_w_close(&w, '}');
    buf_add_char(&line, '\n');
    if (!line.failed) {
        ssize_t written = write(log_fd, line.p, line.n);
        (void)written;
    }
    buf_free(&line);
    arena_free(arena);
}
