// SPDX-License-Identifier: Apache-2.0
//
// Language files as values: every sentence we say, every keyword we hear, the raising
// rules and word lists triage reads. A language is one file
// (handlers/language/<tag>.json) and no code. Pure: the shell reads the files;
// language_read() checks everything, including that each sentence fits its SMS parts with
// its longest values.
//
// Values are immutable and shared by all requests.
#ifndef HANDLERS_LANGUAGE_H
#define HANDLERS_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/contact.h"
#include "core/message.h"
#include "core/str.h"

enum { LANGUAGE_SET_MAX = 16, LANGUAGE_CLASSES_MAX = 64 };

// One sentence. A variant that is empty falls back: easy to normal, text_only and
// discreet to normal where the check has proved that normal is fit for them.
struct sentence {
    struct str id;
    struct str variants[MANNER_COUNT];
    struct str easy; // easy words, for readers of other languages
    int32_t life_ms; // 0: no end
    int32_t parts;   // SMS parts allowed
    bool is_draft;   // not yet checked by a native speaker
};

// What a keyword asks for, people.md 7.
enum command_word {
    WORD_NONE = 0,
    WORD_STOP,
    WORD_START,
    WORD_JOIN,
    WORD_MOVE,
    WORD_INFO,
    WORD_STATUS,
    WORD_LANG,
    WORD_LIST,
    WORD_AREA,
    WORD_TOPIC,
    WORD_QUIET,
    WORD_PAUSE,
    WORD_ON,
    WORD_OFF,
    WORD_TAKE,
    WORD_NO,
    WORD_COUNT
};

// A list of words, folded (handlers/fold.h). With spaces between words a space at an end
// of a word means that end must be the end of a word.
struct word_list {
    const struct str *words;
    size_t count;
};

// A rule that can only raise: one of `any`, and (where there are some) one of `also`,
// and none of `unless`.
struct raising_rule {
    struct str code; // "cannot_talk"; reasons show "rule:cannot_talk"
    struct word_list any, also, unless;
    enum intent intent;     // at least this; INTENT_OTHER: raises no intent
    enum category category; // CATEGORY_OTHER: says nothing about it
    // At least this. Of urgency 0 and INTENT_UNCLEAR: no more than doubt, and silent
    // where the model is as good as certain that nothing is.
    int16_t urgency;
    enum manner manner; // at least this
};

// A value for {name} in a sentence.
struct sentence_argument {
    struct str name, value;
};

// A checked phrase for officers' buttons.
struct phrase {
    struct str id; // "where", "hurt", ...
    struct str text;
    bool is_draft;
};

// A text of a page we serve ourselves (join, poster).
struct page_text {
    struct str id, text;
};

struct language {
    struct str file, bytes; // where it stands, for later checks
    const struct sentence_argument *longest;
    size_t longest_count; // the longest values its sentences were counted with
    struct str tag;
    struct str name; // in itself
    bool is_draft;
    bool has_spaces; // words are divided by spaces: lists match whole words
    const struct sentence *sentences;
    size_t sentence_count;
    struct word_list keywords[WORD_COUNT];
    struct word_list yes, no, pleas;
    // Answers of a dialogue: all of it, none of it, and what stands beside hours.
    struct word_list all, none, hours;
    const struct raising_rule *rules;
    size_t rule_count;
    struct word_list classes[LANGUAGE_CLASSES_MAX]; // by index of language_class_name()
    struct word_list tenses; // of "past" and "now": what names no time, "was"
    struct word_list self;   // its own names: "ja", "日本語"; alone they choose it
    const struct phrase *phrases;
    size_t phrase_count;
    const struct page_text *pages, *pages_easy;
    size_t page_count, page_easy_count;
};

// Danger words of a language we do not speak: they raise, and say which it may be.
struct danger_words {
    struct str tag;
    bool has_spaces;
    struct word_list words;
};

// `foreign`: languages we do not speak; each has a tag, a name and phrases, no more.
struct language_set {
    const struct language *languages[LANGUAGE_SET_MAX]; // first: the site's
    size_t count;
    const struct danger_words *danger;
    size_t danger_count;
    const struct language *foreign;
    size_t foreign_count;
};

// Reads and checks one file. `name` is the file's name for errors; each mistake adds a
// line `file:line: key: what is wrong`. The value lives in the arena; NULL when there
// was a mistake.
const struct language *language_read(struct str bytes, struct str name,
                                     struct arena *arena, struct buf *errors);

// Reads danger.json into the set. False when there was a mistake.
bool language_danger_read(struct str bytes, struct str name, struct language_set *set,
                          struct arena *arena, struct buf *errors);

// Reads phrases.json, buttons for languages we do not speak, into the set. False when
// there was a mistake.
bool language_phrases_read(struct str bytes, struct str name, struct language_set *set,
                           struct arena *arena, struct buf *errors);

// Adds a language to a set, which is used read-only afterwards. The first one is the
// site's. False when it is full or the tag is there already.
bool language_add(struct language_set *set, const struct language *language);

// The language of a tag; NULL: not one of ours.
const struct language *language_find(const struct language_set *set, struct str tag);

// A sentence by id; NULL when there is none.
const struct sentence *language_sentence(const struct language *language, struct str id);

// Fills a template in. An argument that is not given stays empty.
struct str language_render(struct str template, const struct sentence_argument *arguments,
                           size_t count, struct arena *arena);

// The sentence in a language and manner, rendered. A tag that is not one of ours ("und",
// empty, "vi"): easy words of the site's language, then English. Empty when there is no
// such sentence. *life_ms (may be NULL) gets its life, 0: no end.
struct str language_say(const struct language_set *set, struct str tag,
                        enum manner manner, struct str sentence_id,
                        const struct sentence_argument *arguments, size_t count,
                        struct arena *arena, int32_t *life_ms);

// A text of a page in a language, in easy words where it has them and they are asked for,
// with its values. In another language: the site's, then English.
struct str language_page(const struct language_set *set, struct str tag, bool is_easy,
                         struct str id, const struct sentence_argument *arguments,
                         size_t count, struct arena *arena);

// Classes of words, features of the model: "weapon", "past", "question", ... The order is
// part of model.bin's format; NULL beyond the last. Files may name no other.
const char *language_class_name(size_t index);

// "stop", as in the files' keys.
const char *command_word_text(enum command_word word);

#endif
