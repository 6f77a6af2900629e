// SPDX-License-Identifier: Apache-2.0
//
// `koban classify`: one message a line in, one JSON object a line out, with the same
// languages, rules and model as the service. For evaluating, for officers who ask why,
// for trying a word list before it rings anybody.
#include <stdio.h>
#include <stdlib.h>

#include "core/json.h"
#include "core/utf8.h"
#include "gateway/command_line.h"
#include "gateway/house.h"
#include "handlers/triage/explain.h"

enum { HOUSE_BYTES = 1 << 20, LINE_BYTES = 1 << 17, OUT_BYTES = 1 << 17 };

static void print_result(const struct triage_result *result, struct arena *arena) {
    struct buf out;
    buf_init_arena(&out, arena, OUT_BYTES);
    struct json_writer w = {.out = &out};
    json_w_open(&w, NULL, '{');
    json_w_str(&w, "intent", str_of(intent_text(result->intent)));
    // Four decimals are more than the calibration is good for.
    json_w_raw(&w, "emergency_probability",
               arena_printf(arena, "%.4f", (double)result->emergency_probability));
    json_w_str(&w, "category", str_of(category_text(result->category)));
    json_w_str(&w, "language", result->language);
    json_w_str(&w, "manner", str_of(manner_text(result->manner)));
    json_w_str(&w, "model", triage_version(result->triage));
    json_w_raw(&w, "reasons",
               triage_reasons_json(result, (struct place_names){0}, arena));
    json_w_close(&w, '}');
    buf_add_char(&out, '\n');
    (void)fwrite(out.p, 1, out.n, stdout);
}

static void classify(const struct triage *triage, struct str line, struct arena *arena) {
    bool is_changed;
    struct triage_input input = {.text = utf8_repair(line, arena, &is_changed)};
    struct triage_result result;
    triage_run(triage, &input, &result, arena);
    print_result(&result, arena);
}

int cmd_classify(int argc, char **argv, const struct config *config) {
    (void)argv;
    if (argc > 1) {
        (void)fprintf(stderr, "usage: koban classify < messages\n");
        return 2;
    }
    struct arena *memory = arena_new(HOUSE_BYTES), *arena = arena_new(0);
    struct buf errors;
    struct house house;
    buf_init_arena(&errors, memory, HOUSE_BYTES);
    bool is_right = house_read(&house, config, memory, &errors);
    (void)fwrite(errors.p != NULL ? errors.p : "", 1, errors.n, stderr);
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    while (is_right && (n = getline(&line, &room, stdin)) >= 0) {
        struct str text = {line, (size_t)n};
        while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
            text.n--;
        if (text.n > LINE_BYTES) text = str_slice(text, 0, LINE_BYTES);
        classify(house.triage, text, arena);
        arena_reset(arena);
    }
    free(line);
    arena_free(arena);
    arena_free(memory);
    return is_right && fflush(stdout) == 0 ? 0 : 1;
}
