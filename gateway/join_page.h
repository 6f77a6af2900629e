// SPDX-License-Identifier: Apache-2.0
//
// Pages we serve without JavaScript: words of the language files, everything else
// escaped, one inline style named by its hash in the policy.
#ifndef GATEWAY_JOIN_PAGE_H
#define GATEWAY_JOIN_PAGE_H

#include "core/buf.h"
#include "core/koban.h"
#include "gateway/http.h"
#include "handlers/handler.h"

// In which words a page speaks; "easy" is easy Japanese.
struct page_voice {
    struct str choice; // as in ?lang=
    struct str tag;
    bool is_easy;
};

// What a page shows, and what was typed before when it is shown again.
struct join_page {
    const struct house *house;
    const struct koban *koban;
    struct page_voice voice;
    struct arena *arena;
    struct str line_url; // empty: none
    bool has_sms, has_chat;
    struct str number;
    uint32_t topics;
    bool is_quiet_none;
    const char *problem; // id of a word; NULL: none
    int tries;
    struct str id, token; // of a request whose code is awaited
};

struct page_voice page_voice(const struct house *house, struct str choice,
                             struct str accept_language, struct arena *arena);
// A word of the page with its values filled in, not escaped.
struct str join_word(const struct join_page *page, const char *id);
void html_add(struct buf *out, struct str text); // escaped

struct str join_form_html(const struct join_page *page);
struct str join_code_html(const struct join_page *page);
// A page of one sentence.
struct str join_end_html(const struct join_page *page, const char *id);
void join_page_reply(struct http_request *request, int status, struct str html);

#endif
