// SPDX-License-Identifier: Apache-2.0
//
// HTML by hand: labels around their fields, a problem that is announced and linked to,
// one column that fits the smallest telephone.
#include "gateway/join_page.h"

#include "core/codec.h"
#include "core/hmac.h"

enum { PAGE_BYTES = 64 * 1024 };

static const char style[] =
    "body{margin:0 auto;max-width:34rem;padding:1rem;font:1.05rem/1.5 system-ui,"
    "sans-serif;color:#111;background:#fff}"
    "h1{font-size:1.4rem}a{color:#0645ad}nav a{display:inline-block;padding:.5rem}"
    "fieldset{border:1px solid #777;border-radius:.4rem;margin:1rem 0}"
    "label{display:block;padding:.45rem 0}"
    "input[type=tel],input[type=text]{font:inherit;width:100%;box-sizing:border-box;"
    "padding:.6rem;border:1px solid #555;border-radius:.3rem;color:#111;background:#fff}"
    "input[type=checkbox],input[type=radio]{width:1.3rem;height:1.3rem;"
    "vertical-align:middle;margin-right:.6rem}"
    "button{font:inherit;padding:.8rem 1.2rem;border:0;border-radius:.4rem;"
    "background:#0b3d91;color:#fff}"
    ".problem{border:2px solid #a00;padding:.6rem;color:#800}";

void html_add(struct buf *out, struct str text) {
    for (size_t i = 0; i < text.n; i++) {
        switch (text.p[i]) {
        case '&': buf_add(out, STR("&amp;")); break;
        case '<': buf_add(out, STR("&lt;")); break;
        case '>': buf_add(out, STR("&gt;")); break;
        case '"': buf_add(out, STR("&quot;")); break;
        case '\'': buf_add(out, STR("&#39;")); break;
        default: buf_add_char(out, text.p[i]); break;
        }
    }
}

static struct page_voice voice_of(const struct house *house, struct str choice) {
    if (str_eq(choice, STR("easy"))) return (struct page_voice){choice, STR("ja"), true};
    const struct language *language = language_find(house->languages, choice);
    if (language == NULL) return (struct page_voice){0};
    return (struct page_voice){language->tag, language->tag, false};
}

struct page_voice page_voice(const struct house *house, struct str choice,
                             struct str accept_language, struct arena *arena) {
    struct page_voice voice = voice_of(house, choice);
    struct str rest = accept_language, part;
    while (voice.tag.n == 0 && str_next(&rest, ',', &part)) {
        part = str_trim(part);
        size_t end = 0;
        while (end < part.n && part.p[end] != '-' && part.p[end] != ';') end++;
        voice = voice_of(house, arena_dup(arena, str_slice(part, 0, end)));
    }
    if (voice.tag.n > 0) return voice;
    return voice_of(house, house->languages->languages[0]->tag);
}

struct str join_word(const struct join_page *page, const char *id) {
    const struct country *country = page->house->country;
    struct arena *arena = page->arena;
    struct sentence_argument values[] = {
        {STR("koban"), koban_name(page->koban, page->voice.tag)},
        {STR("slug"), page->koban->slug},
        {STR("box"), country_name(country, STR("box"), page->voice.tag)},
        {STR("number"), country->numbers_all},
        {STR("tries"), arena_printf(arena, "%d", page->tries)},
        {STR("quiet"), arena_printf(arena, "%d-%d", (int)country->quiet_from_hour,
                                    (int)country->quiet_to_hour)},
        {STR("phone"), page->number},
    };
    return language_page(page->house->languages, page->voice.tag, page->voice.is_easy,
                         str_of(id), values, ARRAY_LEN(values), arena);
}

static void word_add(struct buf *out, const struct join_page *page, const char *id) {
    html_add(out, join_word(page, id));
}

static void block_add(struct buf *out, const struct join_page *page, const char *element,
                      const char *id) {
    buf_addf(out, "<%s>", element);
    word_add(out, page, id);
    buf_addf(out, "</%s>", element);
}

static void voice_link(struct buf *out, const struct join_page *page, struct str choice,
                       struct str name, struct str tag) {
    bool is_here = str_eq(page->voice.choice, choice);
    buf_add(out, STR("<a href=\"/join/"));
    html_add(out, page->koban->slug);
    buf_add(out, STR("?lang="));
    html_add(out, choice);
    buf_add(out, STR("\" lang=\""));
    html_add(out, tag);
    buf_add(out, is_here ? STR("\" aria-current=\"true\">") : STR("\">"));
    html_add(out, name);
    buf_add(out, STR("</a> "));
}

static void head_add(struct buf *out, const struct join_page *page, const char *title) {
    const struct language_set *set = page->house->languages;
    buf_add(out, STR("<!doctype html><html lang=\""));
    html_add(out, page->voice.tag);
    buf_add(out, STR("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                     "content=\"width=device-width,initial-scale=1\"><title>"));
    word_add(out, page, title);
    buf_addf(out,
             "</title><style>%s</style></head><body><header><nav aria-label=\"lang\">",
             style);
    for (size_t i = 0; i < set->count; i++) {
        const struct language *language = set->languages[i];
        voice_link(out, page, language->tag, language->name, language->tag);
        if (language->page_easy_count > 0)
            voice_link(out, page, STR("easy"), STR("やさしい にほんご"), STR("ja"));
    }
    buf_add(out, STR("</nav></header><main>"));
    block_add(out, page, "h1", title);
    if (page->problem == NULL) return;
    buf_add(out, STR("<p class=\"problem\" role=\"alert\">"));
    word_add(out, page, page->problem);
    buf_add(out, STR("</p>"));
}

static struct str foot(struct buf *out, const struct join_page *page) {
    buf_add(out, STR("</main><footer>"));
    block_add(out, page, "p", "never");
    block_add(out, page, "p", "urgent");
    buf_add(out, STR("</footer></body></html>"));
    return buf_str(out);
}

static void form_begin(struct buf *out, const struct join_page *page, const char *path) {
    buf_add(out, STR("<form method=\"post\" action=\"/join/"));
    html_add(out, page->koban->slug);
    buf_addf(out, "%s?lang=", path);
    html_add(out, page->voice.choice);
    buf_add(out, STR("\">"));
}

static void topics_add(struct buf *out, const struct join_page *page) {
    const struct country *country = page->house->country;
    buf_add(out, STR("<fieldset><legend>"));
    word_add(out, page, "join_topics");
    buf_add(out, STR("</legend>"));
    for (size_t i = 0; i < country->topic_count; i++) {
        int id = country->topics[i].id;
        bool is_on = (page->topics & (1U << id)) != 0;
        buf_addf(out, "<label><input type=\"checkbox\" name=\"topic\" value=\"%d\"%s>",
                 id, is_on ? " checked" : "");
        html_add(out, country_topic_name(country, id, page->voice.tag));
        buf_add(out, STR("</label>"));
    }
    buf_add(out, STR("</fieldset><fieldset><legend>"));
    word_add(out, page, "join_quiet");
    for (int i = 0; i < 2; i++) {
        bool is_on = page->is_quiet_none == (i == 1);
        buf_addf(out, "%s<label><input type=\"radio\" name=\"quiet\" value=\"%s\"%s>",
                 i == 0 ? "</legend>" : "", i == 0 ? "pack" : "none",
                 is_on ? " checked" : "");
        word_add(out, page, i == 0 ? "join_quiet_pack" : "join_quiet_none");
        buf_add(out, STR("</label>"));
    }
    buf_add(out, STR("</fieldset>"));
}

static void other_channels(struct buf *out, const struct join_page *page) {
    if (page->line_url.n == 0 && !page->has_chat) return;
    block_add(out, page, "p", "join_other");
    buf_add(out, STR("<p>"));
    if (page->line_url.n > 0) {
        buf_add(out, STR("<a href=\""));
        html_add(out, page->line_url);
        buf_add(out, STR("\">"));
        word_add(out, page, "join_line");
        buf_add(out, STR("</a> "));
    }
    if (page->has_chat) {
        buf_add(out, STR("<a href=\"/chat/"));
        html_add(out, page->koban->slug);
        buf_add(out, STR("\">"));
        word_add(out, page, "join_chat");
        buf_add(out, STR("</a>"));
    }
    buf_add(out, STR("</p>"));
}

struct str join_form_html(const struct join_page *page) {
    struct buf out;
    buf_init_arena(&out, page->arena, PAGE_BYTES);
    head_add(&out, page, "join_title");
    block_add(&out, page, "p", "join_intro");
    if (page->has_sms) {
        form_begin(&out, page, "");
        buf_add(&out, STR("<label>"));
        word_add(&out, page, "join_number");
        buf_add(&out, STR("<input type=\"tel\" name=\"number\" required maxlength=\"30\" "
                          "autocomplete=\"tel\" value=\""));
        html_add(&out, page->number);
        buf_add(&out, STR("\"></label>"));
        topics_add(&out, page);
        buf_add(&out,
                STR("<label><input type=\"checkbox\" name=\"consent\" value=\"yes\" "
                    "required>"));
        word_add(&out, page, "join_consent");
        buf_add(&out, STR("</label><p><button>"));
        word_add(&out, page, "join_submit");
        buf_add(&out, STR("</button></p></form>"));
    }
    other_channels(&out, page);
    return foot(&out, page);
}

static void hidden_add(struct buf *out, const char *name, struct str value) {
    buf_addf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    html_add(out, value);
    buf_add(out, STR("\">"));
}

struct str join_code_html(const struct join_page *page) {
    struct buf out;
    buf_init_arena(&out, page->arena, PAGE_BYTES);
    head_add(&out, page, "join_code_title");
    block_add(&out, page, "p", "join_code_sent");
    form_begin(&out, page, "/code");
    hidden_add(&out, "id", page->id);
    hidden_add(&out, "token", page->token);
    buf_add(&out, STR("<label>"));
    word_add(&out, page, "join_code");
    buf_add(&out, STR("<input type=\"text\" name=\"code\" required maxlength=\"12\" "
                      "inputmode=\"numeric\" autocomplete=\"one-time-code\"></label>"
                      "<p><button>"));
    word_add(&out, page, "join_code_submit");
    buf_add(&out, STR("</button></p></form>"));
    return foot(&out, page);
}

struct str join_end_html(const struct join_page *page, const char *id) {
    struct buf out;
    buf_init_arena(&out, page->arena, PAGE_BYTES);
    head_add(&out, page, "join_title");
    buf_add(&out, STR("<p role=\"status\">"));
    word_add(&out, page, id);
    buf_add(&out, STR("</p><p><a href=\"/join/"));
    html_add(&out, page->koban->slug);
    buf_add(&out, STR("?lang="));
    html_add(&out, page->voice.choice);
    buf_add(&out, STR("\">"));
    word_add(&out, page, "join_again");
    buf_add(&out, STR("</a></p>"));
    return foot(&out, page);
}

void join_page_reply(struct http_request *request, int status, struct str html) {
    uint8_t hash[SHA256_SIZE];
    // The style's own hash: nothing else may be run, loaded or framed.
    size_t from = str_find(html, STR("<style>"), 0) + sizeof "<style>" - 1;
    size_t to = str_find(html, STR("</style>"), from);
    hmac_hash256(str_slice(html, from, to), hash);
    struct str text =
        codec_base64((struct str){(char *)hash, sizeof hash}, request->arena);
    http_header(request, "Content-Security-Policy",
                arena_printf(request->arena,
                             "default-src 'none'; style-src 'sha256-%.*s'; form-action "
                             "'self'; base-uri 'none'; frame-ancestors 'none'",
                             (int)text.n, text.p));
    // Without a referrer a form's Origin would be "null".
    http_header(request, "Referrer-Policy", STR("same-origin"));
    http_header(request, "Cache-Control", STR("no-store"));
    http_reply(request, status, "text/html; charset=utf-8", html);
}
