// SPDX-License-Identifier: Apache-2.0
//
// Whole texts that are words of ours: answers to an open question, a plea alone,
// commands with their argument (people.md 7).
#ifndef HANDLERS_TRIAGE_COMMAND_H
#define HANDLERS_TRIAGE_COMMAND_H

#include "handlers/language.h"

enum answer { ANSWER_NONE = 0, ANSWER_YES, ANSWER_NO };

struct command_match {
    enum command_word word;          // WORD_NONE: it is no command
    struct str argument;             // folded; of WORD_LANG: a language's tag
    const struct language *language; // whose keyword it is
};

// All take the folded text without spaces at its ends.

// Yes or no, in any of our languages.
enum answer command_answer(const struct language_set *set, struct str text);

// A text that begins with yes or no and goes on ("yes, he is still here"). Where words
// have no spaces, a yes or no of one letter is the beginning of too many.
enum answer command_answer_lead(const struct language_set *set, struct str text);

// A short text that begins and ends with a no ("no pak, aman"; "いいえ、だれもいません").
bool command_answer_is_no(const struct language_set *set, struct str text);

// HELP, 助けて, TOLONG ... and nothing else; the language whose plea it is, else NULL.
// `known`: of the contact, preferred among languages that share the word.
const struct language *command_plea(const struct language_set *set, struct str text,
                                    struct str known);

// A command is one only when the whole text is the keyword with its argument.
struct command_match command_read(const struct language_set *set, struct str text,
                                  struct str known);

#endif
