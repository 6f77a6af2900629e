// SPDX-License-Identifier: Apache-2.0
//
// One pass over the code points of the case-folded text.
#include "handlers/fold.h"

#include <stdbool.h>
#include <stdint.h>

#include "core/utf8.h"

// Cyrillic and Greek letters that are drawn like Latin ones (Unicode TR 39, the lower
// case letters of its confusables that matter in words).
static uint32_t skeleton(uint32_t point) {
    static const struct {
        uint16_t from;
        char to;
    } pairs[] = {
        {0x03B1, 'a'}, {0x03B5, 'e'}, {0x03B9, 'i'}, {0x03BA, 'k'}, {0x03BD, 'v'},
        {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C5, 'u'}, {0x0430, 'a'}, {0x0433, 'r'},
        {0x0435, 'e'}, {0x043A, 'k'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'},
        {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'},
        {0x04BB, 'h'}, {0x04CF, 'l'}, {0x0501, 'd'}, {0x051B, 'q'}, {0x051D, 'w'},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        if (pairs[i].from == point) return (uint32_t)pairs[i].to;
    }
    return point;
}

enum { DROP = 0, SPACE = ' ' };

static uint32_t ascii(uint32_t point) {
    if (point == '\'' || point == '`' || point == '~') return DROP;
    bool is_word = (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
    return is_word || point == '?' ? point : SPACE;
}

static bool is_within(uint32_t point, uint32_t first, uint32_t last) {
    return point >= first && point <= last;
}

// Apostrophes and lengthening marks, which people leave out, and variation selectors.
static bool is_dropped(uint32_t point) {
    return point == 0x2018 || point == 0x2019 || point == 0x02BC || point == 0x30FC ||
           point == 0x301C || point == 0x2015 || is_within(point, 0xFE00, 0xFE0F);
}

static bool is_space(uint32_t point) {
    bool is_cjk_mark = is_within(point, 0x3000, 0x303F) && point != 0x3005;
    return is_within(point, 0x2000, 0x206F) || is_cjk_mark || point == 0x30FB ||
           point == 0xFFFD || point < 0xC0;
}

// What one code point becomes: itself, another, SPACE, or DROP.
static uint32_t fold_point(uint32_t point) {
    if (point < 0x80) return ascii(point);
    if (is_within(point, 0x0370, 0x052F)) return skeleton(point);
    if (is_dropped(point)) return DROP;
    if (is_within(point, 0x30A1, 0x30F6)) return point - 0x60;
    return is_space(point) ? SPACE : point;
}

struct writer {
    char *p;
    size_t n;
    uint32_t last; // last code point written; SPACE at the start
    size_t run;    // how often it stood in a row
    size_t before_run;
    size_t word;           // where the word that is being written begins
    bool is_blank;         // the last thing written is a blank, not punctuation
    uint32_t before_blank; // what stood before it
    uint32_t *from;        // NULL: nobody asks where bytes come from
    uint32_t character;    // what is being written comes from
};

static void put(struct writer *w, uint32_t point) {
    char *p = w->p + w->n;
    size_t before = w->n;
    if (point < 0x80) {
        p[0] = (char)point;
        w->n += 1;
    } else if (point < 0x800) {
        p[0] = (char)(0xC0 | (point >> 6));
        p[1] = (char)(0x80 | (point & 0x3F));
        w->n += 2;
    } else if (point < 0x10000) {
        p[0] = (char)(0xE0 | (point >> 12));
        p[1] = (char)(0x80 | ((point >> 6) & 0x3F));
        p[2] = (char)(0x80 | (point & 0x3F));
        w->n += 3;
    } else {
        p[0] = (char)(0xF0 | (point >> 18));
        p[1] = (char)(0x80 | ((point >> 12) & 0x3F));
        p[2] = (char)(0x80 | ((point >> 6) & 0x3F));
        p[3] = (char)(0x80 | (point & 0x3F));
        w->n += 4;
    }
    for (size_t i = before; w->from != NULL && i < w->n; i++) w->from[i] = w->character;
}

static bool is_dense(uint32_t point) {
    return point >= 0x0E00 && point < 0x1F000;
}

// A long word that ends in a letter twice ends in it once: "helpp", "tolongg". Real words
// lose a letter too, in lists and texts alike.
static void word_end(struct writer *w) {
    enum { LEAST = 5 };
    bool is_letter = w->last >= 'a' && w->last <= 'z';
    if (is_letter && w->run == 2 && w->n - w->word >= LEAST) w->n--;
}

static void write_point(struct writer *w, uint32_t point) {
    if (point == SPACE && w->last == SPACE) return;
    if (point == SPACE) word_end(w);
    // A blank between kana or kanji divides nothing ("た す け て").
    if (w->is_blank && is_dense(point) && is_dense(w->before_blank)) {
        w->n--;
        w->last = w->before_blank;
        w->run = 1;
        w->before_run = w->n;
    }
    w->is_blank = false;
    if (point == SPACE) w->before_blank = w->last;
    bool is_digit = point >= '0' && point <= '9';
    if (point == w->last && !is_digit) {
        w->run++;
        // From the third on the run shrinks to one letter.
        if (w->run >= 3) {
            w->n = w->before_run;
            put(w, point);
            return;
        }
    } else {
        w->run = 1;
        w->before_run = w->n;
    }
    put(w, point);
    w->last = point;
    if (point == SPACE) w->word = w->n;
}

// One code point of the case-folded text.
static void fold_one(struct writer *w, uint32_t raw) {
    uint32_t point = fold_point(raw);
    if (point == DROP) return;
    if (point == '?') {
        write_point(w, SPACE);
        write_point(w, '?');
        write_point(w, SPACE);
        return;
    }
    bool is_first = w->last != SPACE;
    write_point(w, point);
    w->is_blank = raw == ' ' && is_first;
}

static struct str finish(struct writer *w) {
    word_end(w);
    if (w->n > 0 && w->p[w->n - 1] == ' ') w->n--;
    return (struct str){w->p, w->n};
}

// A "?" becomes three bytes, nothing else grows by more.
static size_t room_for(struct str folded) {
    return folded.n * 3 + 4;
}

struct str fold_text(struct str text, struct arena *arena) {
    struct str folded = utf8_fold(text, arena);
    struct writer w = {.p = arena_alloc(arena, room_for(folded)), .last = SPACE};
    for (size_t i = 0; i < folded.n;) fold_one(&w, utf8_next(folded, &i));
    return finish(&w);
}

enum { STEP_BYTES = 16 }; // more than one code point writes

// What people see as one character folds by itself: graphemes, one by one.
struct str fold_text_map(struct str text, struct arena *arena, uint32_t **from) {
    // Of graphemes alone may come more than of the whole: the guard below keeps within.
    size_t room = room_for(utf8_fold(text, arena)) + STEP_BYTES;
    struct writer w = {.p = arena_alloc(arena, room), .last = SPACE};
    w.from = ARENA_ARRAY(arena, uint32_t, room + 1);
    uint32_t character = 0;
    for (size_t at = 0; at < text.n;) {
        size_t end = utf8_grapheme(text, at);
        struct str folded = utf8_fold(str_slice(text, at, end), arena);
        w.character = character;
        for (size_t i = 0; i < folded.n && w.n + STEP_BYTES <= room;)
            fold_one(&w, utf8_next(folded, &i));
        while (at < end) {
            (void)utf8_next(text, &at);
            character++;
        }
    }
    struct str out = finish(&w);
    w.from[out.n] = character;
    *from = w.from;
    return out;
}
