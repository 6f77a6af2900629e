// SPDX-License-Identifier: Apache-2.0
#include "handlers/triage/compare.h"

#include "handlers/triage/look.h"

enum { ALARMS_SHARE = 30 }; // one in so many may be newly alarmed

struct counts {
    size_t emergencies, found, lost; // lost: said to be other or a command
    size_t others, alarmed;
};

static void count(struct counts *counts, enum intent is, enum intent said) {
    if (is == INTENT_EMERGENCY) {
        counts->emergencies++;
        counts->found += said == INTENT_EMERGENCY;
        counts->lost += said == INTENT_OTHER || said == INTENT_COMMAND;
    } else {
        counts->others++;
        counts->alarmed += said == INTENT_EMERGENCY;
    }
}

static struct counts judge(const struct triage *triage, const struct corpus *rows,
                           struct str language) {
    struct counts counts = {0};
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < rows->count; i++) {
        const struct corpus_row *row = &rows->rows[i];
        struct triage_input input = {.text = row->text};
        struct triage_result result;
        if (!str_eq(row->language, language)) continue;
        triage_run(triage, &input, &result, arena);
        count(&counts, row->intent, result.intent);
        arena_reset(arena);
    }
    arena_free(arena);
    return counts;
}

// What is wrong with the next one; NULL: nothing.
static const char *wrong(const struct counts *now, const struct counts *next) {
    size_t room = now->others / ALARMS_SHARE > 0 ? now->others / ALARMS_SHARE : 1;
    if (next->found < now->found) return "finds fewer emergencies";
    if (next->lost > now->lost) return "takes more emergencies for chatter";
    if (next->alarmed > now->alarmed + room) return "raises more false alarms";
    return NULL;
}

static void side(const struct counts *counts, struct buf *out) {
    buf_addf(out, "  %4zu of %-4zu %5zu %7zu of %-4zu", counts->found,
             counts->emergencies, counts->lost, counts->alarmed, counts->others);
}

bool compare_models(const struct triage *now, const struct triage *next,
                    const struct corpus *rows, struct buf *report) {
    bool is_better = rows->count > 0;
    buf_addf(report, "frozen set     %-33s%s\n%14s %s%s\n", "serves now", "candidate", "",
             " found        lost   alarms        ", "found        lost   alarms");
    for (size_t l = 0; l < now->set->count; l++) {
        struct str tag = now->set->languages[l]->tag;
        struct counts before = judge(now, rows, tag), after = judge(next, rows, tag);
        if (before.emergencies + before.others == 0) continue;
        const char *why = wrong(&before, &after);
        buf_addf(report, "%-14.*s", (int)tag.n, tag.p);
        side(&before, report);
        side(&after, report);
        buf_addf(report, "  %s\n", why != NULL ? why : "");
        if (why != NULL) is_better = false;
    }
    buf_addf(report, "%s\n", is_better ? "accepted" : "refused");
    return is_better;
}
