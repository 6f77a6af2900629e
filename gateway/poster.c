// SPDX-License-Identifier: Apache-2.0
//
// Nothing is loaded from elsewhere: one file, one style, black on white for any printer.
#include "gateway/poster.h"

#include <qrencode.h>

#include "core/codec.h"

enum { POSTER_BYTES = 512 * 1024, QUIET_ZONE = 4 };

// The poster is read from across a counter, the card from a step away.
static const char style[] =
    "@page{size:A4;margin:12mm}"
    "body{margin:0 auto;max-width:186mm;font:13pt/1.35 system-ui,'Noto Sans CJK JP',"
    "sans-serif;color:#000;background:#fff}"
    "section{break-inside:avoid}.poster{break-after:page}"
    "h1{font-size:38pt;line-height:1.1;text-align:center;margin:0 0 3mm}"
    "h2{font-size:17pt;line-height:1.2;margin:2mm 0 1mm}p{margin:0 0 1mm}"
    ".codes{display:flex;flex-wrap:wrap;justify-content:center;gap:2mm 14mm;margin:2mm 0 "
    "3mm}"
    "figure{margin:0;text-align:center;font-weight:bold}"
    "svg{display:block;width:60mm;height:60mm}"
    ".urgent{font-weight:bold;font-size:15pt;border:2px solid #000;padding:1.5mm "
    "2mm;margin:3mm 0}"
    ".voices{display:grid;grid-template-columns:1fr 1fr;gap:2mm 9mm}"
    ".card{border:2px dashed #000;padding:8mm;font-size:11pt}.card h1{font-size:24pt}"
    ".card h2{font-size:13pt}.card svg{width:40mm;height:40mm}"
    ".card .urgent{font-size:12pt}";

// One path of a small square for each dark module.
static void qr_add(struct buf *out, struct str text, struct arena *arena) {
    QRcode *code =
        QRcode_encodeString(arena_cstr(arena, text), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (code == NULL) return; // longer than any code holds
    int size = code->width + 2 * QUIET_ZONE;
    buf_addf(out,
             "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"QR\" "
             "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
             "<path d=\"",
             size, size, size, size);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            if ((code->data[y * code->width + x] & 1) != 0)
                buf_addf(out, "M%d %dh1v1h-1z", x + QUIET_ZONE, y + QUIET_ZONE);
        }
    }
    buf_add(out, STR("\"/></svg>"));
    QRcode_free(code);
}

static void figure_add(struct buf *out, const struct join_page *page, struct str link,
                       const char *id) {
    buf_add(out, STR("<figure>"));
    qr_add(out, link, page->arena);
    buf_add(out, STR("<figcaption>"));
    html_add(out, join_word(page, id));
    buf_add(out, STR("</figcaption></figure>"));
}

static struct str chat_link(const struct poster *poster, struct arena *arena) {
    struct str url = poster->house->public_url, slug = poster->koban->slug;
    return arena_printf(arena, "%.*s/chat/%.*s", (int)url.n, url.p, (int)slug.n, slug.p);
}

// What is there of SMS, LINE and web chat.
static void codes_add(struct buf *out, const struct poster *poster,
                      const struct join_page *page) {
    struct arena *arena = page->arena;
    buf_add(out, STR("<div class=\"codes\">"));
    if (poster->phone.n > 0) {
        struct str link = arena_join(arena, STR("sms:"), poster->phone);
        figure_add(out, page, link, "poster_sms");
    }
    if (poster->line_url.n > 0) figure_add(out, page, poster->line_url, "join_line");
    if (poster->has_chat && poster->house->public_url.n > 0)
        figure_add(out, page, chat_link(poster, arena), "poster_chat");
    buf_add(out, STR("</div>"));
}

static void line_add(struct buf *out, const struct join_page *page, const char *id) {
    buf_add(out, STR("<p>"));
    html_add(out, join_word(page, id));
    buf_add(out, STR("</p>"));
}

// What one language says.
static void voice_add(struct buf *out, struct join_page *page, struct page_voice voice,
                      bool is_card) {
    page->voice = voice;
    buf_add(out, STR("<div lang=\""));
    html_add(out, voice.tag);
    buf_add(out, STR("\"><h2>"));
    html_add(out, join_word(page, is_card ? "poster_door" : "poster_title"));
    buf_add(out, STR("</h2>"));
    if (!is_card) line_add(out, page, "poster_how");
    if (page->number.n > 0) line_add(out, page, "poster_sms");
    if (!is_card) line_add(out, page, "poster_join");
    line_add(out, page, "never");
    buf_add(out, STR("<p class=\"urgent\">"));
    html_add(out, join_word(page, "poster_urgent"));
    buf_add(out, STR("</p></div>"));
}

static void section_add(struct buf *out, const struct poster *poster,
                        struct join_page *page, bool is_card) {
    const struct language_set *set = poster->house->languages;
    buf_addf(out, "<section class=\"%s\"><h1>", is_card ? "card" : "poster");
    html_add(out, poster->koban->name);
    buf_add(out, STR("</h1>"));
    page->voice =
        page_voice(poster->house, (struct str){0}, (struct str){0}, page->arena);
    codes_add(out, poster, page);
    buf_add(out, STR("<div class=\"voices\">"));
    for (size_t i = 0; i < set->count; i++) {
        struct str tag = set->languages[i]->tag;
        voice_add(out, page, (struct page_voice){tag, tag, false}, is_card);
        if (set->languages[i]->page_easy_count > 0)
            voice_add(out, page, (struct page_voice){STR("easy"), tag, true}, is_card);
    }
    buf_add(out, STR("</div></section>"));
}

struct str poster_html(const struct poster *poster, struct arena *arena) {
    struct buf out;
    buf_init_arena(&out, arena, POSTER_BYTES);
    struct join_page page = {.house = poster->house,
                             .koban = poster->koban,
                             .arena = arena,
                             .number = poster->phone};
    buf_add(&out, STR("<!doctype html><html lang=\""));
    html_add(&out, poster->house->languages->languages[0]->tag);
    buf_add(&out, STR("\"><head><meta charset=\"utf-8\"><title>"));
    html_add(&out, poster->koban->name);
    buf_addf(&out, "</title><style>%s</style></head><body><main>", style);
    section_add(&out, poster, &page, false);
    section_add(&out, poster, &page, true);
    buf_add(&out, STR("</main></body></html>\n"));
    return buf_str(&out);
}
