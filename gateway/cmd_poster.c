// SPDX-License-Identifier: Apache-2.0
//
// koban poster SLUG: the page /join/<koban>/poster as a file, to print or to send to who
// prints.
#include <stdio.h>
#include <stdlib.h>

#include "gateway/cli_group.h"
#include "gateway/command_line.h"
#include "gateway/house.h"
#include "gateway/poster.h"

enum { ARENA_FIRST = 1 << 20, ERROR_BYTES = 65536 };

static struct str cell(const PGresult *result, int column, struct arena *arena) {
    return arena_dup(arena, str_of(PQgetvalue(result, 0, column)));
}

static int poster_print(const struct house *house, const PGresult *result,
                        struct arena *arena) {
    struct koban koban = {.slug = cell(result, 0, arena),
                          .name = cell(result, 1, arena),
                          .name_ja = cell(result, 2, arena),
                          .name_id = cell(result, 3, arena),
                          .name_en = cell(result, 4, arena)};
    struct poster poster = {.house = house,
                            .koban = &koban,
                            .phone = cell(result, 5, arena),
                            .line_url = cell(result, 6, arena),
                            .has_chat = PQgetvalue(result, 0, 7)[0] == 't'};
    struct str html = poster_html(&poster, arena);
    return fwrite(html.p, 1, html.n, stdout) == html.n ? 0 : 1;
}

static int from_database(const struct house *house, const char *slug,
                         const struct config *config, struct arena *arena) {
    const char *owner = config->owner[0] != '\0' ? config->owner : config->database;
    PGconn *conn = cli_connect(owner);
    if (conn == NULL) return 1;
    PGresult *result = cli_query(conn, "select * from admin_poster($1)", slug, NULL);
    int status = 1;
    if (result != NULL && PQntuples(result) == 0)
        status = cli_refuse("no koban has this slug");
    else if (result != NULL) status = poster_print(house, result, arena);
    PQclear(result);
    PQfinish(conn);
    return status;
}

int cmd_poster(int argc, char **argv, const struct config *config) {
    if (argc < 2) return cli_refuse("the slug of a koban is missing");
    struct arena *arena = arena_new(ARENA_FIRST);
    struct house house = {0};
    struct buf errors;
    buf_init(&errors, ERROR_BYTES);
    int status = 1;
    if (house_read(&house, config, arena, &errors))
        status = from_database(&house, argv[1], config, arena);
    (void)fprintf(stderr, "%.*s", (int)errors.n, errors.n > 0 ? errors.p : "");
    buf_free(&errors);
    arena_free(arena);
    return status;
}
