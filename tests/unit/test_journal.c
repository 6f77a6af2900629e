// SPDX-License-Identifier: Apache-2.0
//
// The local journal: what is on the disk when its callback says so, the order it comes
// back in, what a damaged row does, and that two processes never share a file.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/journal.h"

struct fixture {
    struct event_base *base;
    struct journal *journal;
    char folder[64], path[128];
    int left; // callbacks that have not come
    int good;
    size_t count, damaged;
    int64_t first, last;
    char bodies[1024];
};

static void over(struct fixture *fixture) {
    if (--fixture->left == 0) (void)event_base_loopbreak(fixture->base);
}

static void on_done(void *context, bool is_good) {
    struct fixture *fixture = context;
    if (is_good) fixture->good++;
    over(fixture);
}

static void on_rows(void *context, const struct journal_row *rows, size_t count,
                    size_t damaged) {
    struct fixture *fixture = context;
    fixture->count = count;
    fixture->damaged = damaged;
    fixture->bodies[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(fixture->bodies);
        (void)snprintf(fixture->bodies + n, sizeof fixture->bodies - n, "%.*s|",
                       (int)rows[i].body.n, rows[i].body.p);
        if (i == 0) fixture->first = rows[i].sequence;
        fixture->last = rows[i].sequence;
    }
    over(fixture);
}

static void wait_all(struct fixture *fixture) {
    while (fixture->left > 0) (void)event_base_dispatch(fixture->base);
}

static void put(struct fixture *fixture, const char *body) {
    struct journal_row row = {.channel_id = 2,
                              .intake_id = 1,
                              .received_ms = 1700000000000,
                              .target = STR("/in/sms-demo"),
                              .body = str_of(body)};
    fixture->left++;
    journal_put(fixture->journal, &row, on_done, fixture);
}

static void read_all(struct fixture *fixture) {
    fixture->left++;
    journal_read(fixture->journal, 100, on_rows, fixture);
    wait_all(fixture);
}

static void reopen(struct fixture *fixture) {
    journal_free(fixture->journal);
    fixture->journal = journal_new(fixture->base, fixture->path);
    assert_non_null(fixture->journal);
}

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    if (fixture == NULL) abort();
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/koban-journal-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/worker-0.journal",
                   fixture->folder);
    fixture->base = event_base_new();
    fixture->journal = journal_new(fixture->base, fixture->path);
    assert_non_null(fixture->journal);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    static const char *const endings[] = {"", "-wal", "-shm"};
    journal_free(fixture->journal);
    event_base_free(fixture->base);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        char path[160];
        (void)snprintf(path, sizeof path, "%s%s", fixture->path, endings[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(fixture->folder), 0);
    free(fixture);
    return 0;
}

static void rows_come_back_in_order_after_the_process_ended(void **state) {
    struct fixture *fixture = *state;
    put(fixture, "one");
    put(fixture, "two");
    put(fixture, "three");
    wait_all(fixture);
    assert_int_equal(fixture->good, 3);
    reopen(fixture);
    assert_int_equal(journal_depth(fixture->journal), 3);
    read_all(fixture);
    assert_string_equal(fixture->bodies, "one|two|three|");
    assert_int_equal(fixture->damaged, 0);
}

static void what_is_committed_leaves_and_numbers_go_on(void **state) {
    struct fixture *fixture = *state;
    put(fixture, "one");
    put(fixture, "two");
    wait_all(fixture);
    read_all(fixture);
    fixture->left++;
    journal_drop(fixture->journal, fixture->first, on_done, fixture);
    wait_all(fixture);
    put(fixture, "three");
    wait_all(fixture);
    read_all(fixture);
    assert_string_equal(fixture->bodies, "two|three|");
    assert_true(fixture->last > fixture->first);
}

static void a_damaged_row_is_told(void **state) {
    struct fixture *fixture = *state;
    put(fixture, "one");
    wait_all(fixture);
    journal_free(fixture->journal);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "update row set body = 'two'", NULL, NULL, NULL),
                     SQLITE_OK);
    (void)sqlite3_close(db);
    fixture->journal = journal_new(fixture->base, fixture->path);
    read_all(fixture);
    assert_int_equal(fixture->damaged, 1);
}

static void a_mirrored_document_is_there_at_the_next_start(void **state) {
    struct fixture *fixture = *state;
    struct arena *arena = arena_new(0);
    journal_mirror(fixture->journal, "roster", STR("{\"a\":1}"));
    reopen(fixture);
    struct str found = journal_mirrored(fixture->journal, "roster", arena);
    assert_true(str_eq(found, STR("{\"a\":1}")));
    assert_int_equal(journal_mirrored(fixture->journal, "other", arena).n, 0);
    arena_free(arena);
}

static void two_processes_never_share_a_file(void **state) {
    struct fixture *fixture = *state;
    assert_null(journal_new(fixture->base, fixture->path));
}

static void nobody_else_may_read_it(void **state) {
    struct fixture *fixture = *state;
    struct stat facts;
    assert_int_equal(stat(fixture->path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_come_back_in_order_after_the_process_ended,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_committed_leaves_and_numbers_go_on,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_row_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mirrored_document_is_there_at_the_next_start,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_processes_never_share_a_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nobody_else_may_read_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
