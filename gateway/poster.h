// SPDX-License-Identifier: Apache-2.0
//
// A poster (A4) and a door card of one koban, as one page to print: how to text it, in
// every language of the house and easy Japanese, with QR codes drawn as SVG.
#ifndef GATEWAY_POSTER_H
#define GATEWAY_POSTER_H

#include "gateway/join_page.h"

struct poster {
    const struct house *house;
    const struct koban *koban;
    struct str phone;    // +81..., whom an SMS goes to; empty: none
    struct str line_url; // adds the account; empty: none
    bool has_chat;
};

struct str poster_html(const struct poster *poster, struct arena *arena);

#endif
