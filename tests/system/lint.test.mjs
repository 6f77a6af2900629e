// SPDX-License-Identifier: Apache-2.0
//
// Every rule of tools/lint.d that reads our files can fail: in a copy of the sources one thing is
// wrong at a time, and its rule tells it by file. (cppcheck, tidy, config and console are programs
// of others or our own, and take minutes.)
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ROOT } from "./harness.mjs";

const copy = mkdtempSync(join(tmpdir(), "koban-lint-"));
after(() => rmSync(copy, { recursive: true, force: true }));
for (const part of ["core", "adapters", "handlers", "gateway", "sql", "tools", "deploy", "Makefile", ".clang-format", ".shellcheckrc"])
  cpSync(join(ROOT, part), join(copy, part), { recursive: true });

const lint = (rule) => {
  const { status, stdout } = spawnSync(`tools/lint.d/${rule}`, { cwd: copy, encoding: "utf8", env: { ...process.env, BUILD: "build" } });
  return { status, stdout };
};
const HEAD = "// SPDX-License-Identifier: Apache-2.0\n";
const lines = (n, line) => Array(n).fill(line).join("\n");

// rule: [what, file, what is wrong there (a new file, or added to one that is there)].
const wrongs = {
  arrows: [["an adapter that knows a handler", "adapters/x.c", `${HEAD}#include "handlers/say.h"\n`],
    ["core that knows the gateway", "core/x.c", `${HEAD}#include "gateway/db.h"\n`],
    ["a circle of headers in one folder", "core/str.h", '#include "core/buf.h"\n'],
    ["a circle of modules in one folder", "handlers/say.c", '#include "handlers/ladder.h"\n']],
  banned: [["an unsafe call", "core/x.c", `${HEAD}int f(char *a) {\n    return atoi(a);\n}\n`],
    ["allocation in pure code", "handlers/x.c", `${HEAD}void *f(void) {\n    return malloc(1);\n}\n`],
    ["a blocking call in the loop", "gateway/x.c", `${HEAD}void f(void) {\n    sleep(1);\n}\n`],
    ["allocation without a check", "gateway/x.c", `${HEAD}void *f(void) {\n    return calloc(1, 1);\n}\n`]],
  complexity: [["many paths", "core/x.c", `${HEAD}int f(int a) {\n${lines(15, "    if (a == 7) return 1;")}\n    return 0;\n}\n`],
    ["many parameters", "core/x.c", `${HEAD}int f(int a, int b, int c, int d, int e, int g) {\n    return a;\n}\n`],
    ["deep blocks", "core/x.c", `${HEAD}void f(int a) {\n${lines(4, "if (a) {")}\n${lines(4, "}")}\n}\n`]],
  format: [["a layout of one's own", "core/x.c", `${HEAD}int f(int a){return a;}\n`]],
  headers: [["a header that needs another before it", "core/x.h", `${HEAD}struct str f(void);\nsize_t g(struct str);\n`]],
  libraries: [["a library outside its home", "gateway/route.c", "#include <curl/curl.h>\n"],
    ["a clock in pure code", "handlers/x.c", `${HEAD}#include <signal.h>\n`]],
  makefile: [["a long Makefile", "Makefile", lines(60, "# more")]],
  paths: [["a path of one machine", "tools/run", `# see ${"/home"}/someone/notes\n`]],
  shell: [["a careless script", "tools/x", "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\nrm $1/*\n"]],
  sizes: [["a long function", "core/x.c", `${HEAD}void f(void) {\n${lines(90, "    (void)0;")}\n}\n`],
    ["a long file", "core/x.c", `${HEAD}${lines(510, "// line")}\n`]],
  spdx: [["a file without licence", "core/x.c", "int a;\n"]],
  sql: [["a trigger", "sql/migrations/099_x.sql", "-- SPDX-License-Identifier: Apache-2.0\ncreate trigger t before insert on thread;\n"],
    ["a function without words", "sql/functions/x.sql", "create or replace function x() returns int language sql as 'select 1';\nrevoke execute on function x() from public;\n"],
    ["a statement in C", "gateway/x.c", `${HEAD}const char *x = "update thread set state = 3";\n`]],
};

for (const [rule, cases] of Object.entries(wrongs)) {
  test(`lint ${rule} can fail`, () => {
    for (const [what, file, text] of cases) {
      const path = join(copy, file);
      let before = null;
      try { before = readFileSync(path); } catch { /* a new file */ }
      if (before === null) writeFileSync(path, text, { mode: 0o755 });
      else appendFileSync(path, text);
      const { status, stdout } = lint(rule);
      assert.notEqual(status, 0, `${rule} says nothing about ${what}`);
      assert.ok(stdout.includes(file.replace(/\.[ch]$/, "")), `${what}: ${stdout}`);
      if (before === null) rmSync(path);
      else writeFileSync(path, before);
    }
  });
}
