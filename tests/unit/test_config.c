// SPDX-License-Identifier: Apache-2.0
//
// Settings: where a value comes from, how every wrong one is told, and that the sample in
// deploy/ is what the table prints.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/str.h"
#include "gateway/config.h"

enum { ERROR_BYTES = 64 * 1024, FILE_BYTES = 64 * 1024, READINGS = 16 };

struct reading {
    struct config config;
    struct buf errors;
    bool is_good;
};

// Settings live as long as the process: here too, or they would count as leaked.
static struct reading readings[READINGS];
static size_t reading_count;

// Reads `text` as a file (NULL: none) and the overrides.
static struct reading *read_config(const char *text, const char *const *sets,
                                   int set_count) {
    assert_true(reading_count < READINGS);
    struct reading *reading = &readings[reading_count++];
    char path[] = "/tmp/koban-config-XXXXXX";
    buf_init(&reading->errors, ERROR_BYTES);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    if (text != NULL)
        assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    reading->is_good = config_read(&reading->config, text != NULL ? path : NULL, sets,
                                   set_count, &reading->errors);
    (void)unlink(path);
    buf_add_char(&reading->errors, '\0');
    return reading;
}

static void expect_told(const struct reading *reading, const char *problem) {
    if (strstr(reading->errors.p, problem) == NULL)
        fail_msg("not told: %s\ntold: %s", problem, reading->errors.p);
}

static void without_anything_the_table_decides(void **state) {
    (void)state;
    struct reading *reading = read_config(NULL, NULL, 0);
    assert_true(reading->is_good);
    assert_int_equal(reading->config.admission, 1000);
    assert_int_equal(reading->config.intake_deadline_ms, 700);
    assert_string_equal(reading->config.admin_listen, "127.0.0.1:9090");
    buf_free(&reading->errors);
}

static void the_command_line_wins_over_environment_and_file(void **state) {
    (void)state;
    const char *sets[] = {"heartbeat_ms=300"};
    assert_int_equal(setenv("KOBAN_HEARTBEAT_MS", "200", 1), 0);
    assert_int_equal(setenv("KOBAN_ADMISSION", "20", 1), 0);
    struct reading *reading =
        read_config("heartbeat_ms = 100\nadmission = 10\nworkers = 2\n", sets, 1);
    (void)unsetenv("KOBAN_HEARTBEAT_MS");
    (void)unsetenv("KOBAN_ADMISSION");
    assert_true(reading->is_good);
    assert_int_equal(reading->config.heartbeat_ms, 300);
    assert_int_equal(reading->config.admission, 20);
    assert_int_equal(reading->config.workers, 2);
    buf_free(&reading->errors);
}

static void every_wrong_value_is_told_in_one_run_with_its_line(void **state) {
    (void)state;
    const char *sets[] = {"no_such_key=1", "heartbeat_ms=1", "workers"};
    struct reading *reading =
        read_config("admission = 0\n\n# a comment\nworkers = many\n", sets, 3);
    assert_false(reading->is_good);
    expect_told(reading, ":1: admission: not a number from 1 to 1000000\n");
    expect_told(reading, ":4: workers: not a number from 1 to 64\n");
    expect_told(reading, "--set: no_such_key=1: no such key\n");
    expect_told(reading, "--set: heartbeat_ms: not a number from 100 to 60000\n");
    expect_told(reading, "--set: workers: no such key\n");
    buf_free(&reading->errors);
}

static void an_unknown_key_and_bad_syntax_name_their_line(void **state) {
    (void)state;
    struct reading *reading = read_config(
        "admission = 5\nadmision = 6\nlog_level = loud\nfoo=\"x\"\nadmission = 0\n", NULL,
        0);
    assert_false(reading->is_good);
    expect_told(reading, ":2: admision: no such key\n");
    expect_told(reading, ":3: log_level: not error, warn, info or debug\n");
    expect_told(reading, ":4: foo: no such key\n");
    expect_told(reading, ":5: admission: not a number from 1 to 1000000\n");
    buf_free(&reading->errors);
    reading = read_config("admission = 5\nlisten = \"half\nworkers = 1\n", NULL, 0);
    assert_false(reading->is_good);
    buf_free(&reading->errors);
}

static void a_channel_is_pointed_elsewhere(void **state) {
    (void)state;
    const char *sets[] = {"channel.sms-demo.base_url=http://127.0.0.1:1/a=b"};
    struct reading *reading = read_config(NULL, sets, 1);
    assert_true(reading->is_good);
    assert_int_equal(reading->config.override_count, 1);
    assert_string_equal(reading->config.overrides[0].channel, "sms-demo");
    assert_string_equal(reading->config.overrides[0].key, "base_url");
    assert_string_equal(reading->config.overrides[0].value, "http://127.0.0.1:1/a=b");
    buf_free(&reading->errors);
}

static void a_missing_file_is_told(void **state) {
    (void)state;
    static struct config config;
    struct buf errors;
    buf_init(&errors, ERROR_BYTES);
    assert_false(config_read(&config, "/nonexistent/koban.conf", NULL, 0, &errors));
    assert_true(errors.n > 0);
    buf_free(&errors);
}

static void the_sample_is_printed_from_the_table(void **state) {
    (void)state;
    static char file[FILE_BYTES];
    struct buf sample;
    FILE *in = fopen("deploy/koban.conf", "re");
    assert_non_null(in);
    size_t n = fread(file, 1, sizeof file - 1, in);
    (void)fclose(in);
    buf_init(&sample, FILE_BYTES);
    config_sample(&sample);
    // Else: koban check-config --sample >deploy/koban.conf
    assert_int_equal(sample.n, n);
    assert_memory_equal(sample.p, file, n);
    buf_free(&sample);
}

static void the_sample_with_its_lines_taken_in_is_good(void **state) {
    (void)state;
    struct buf sample, taken;
    buf_init(&sample, FILE_BYTES);
    buf_init(&taken, FILE_BYTES);
    config_sample(&sample);
    struct str rest = buf_str(&sample), line;
    while (rest.p != NULL && str_next(&rest, '\n', &line)) {
        bool is_key = line.n > 1 && line.p[0] == '#' && line.p[1] != ' ';
        buf_add(&taken, is_key ? str_slice(line, 1, line.n) : line);
        buf_add_char(&taken, '\n');
    }
    buf_add_char(&taken, '\0');
    struct reading *reading = read_config(taken.p, NULL, 0);
    assert_true(reading->is_good);
    buf_free(&reading->errors);
    buf_free(&sample);
    buf_free(&taken);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_anything_the_table_decides),
        cmocka_unit_test(the_command_line_wins_over_environment_and_file),
        cmocka_unit_test(every_wrong_value_is_told_in_one_run_with_its_line),
        cmocka_unit_test(an_unknown_key_and_bad_syntax_name_their_line),
        cmocka_unit_test(a_channel_is_pointed_elsewhere),
        cmocka_unit_test(a_missing_file_is_told),
        cmocka_unit_test(the_sample_is_printed_from_the_table),
        cmocka_unit_test(the_sample_with_its_lines_taken_in_is_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
