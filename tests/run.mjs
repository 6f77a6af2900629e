// SPDX-License-Identifier: Apache-2.0
//
// Runs files of tests in the order given, some at a time: node --test would take them by their
// names. node tests/run.mjs CONCURRENCY LOG FILE...: readable to the screen, TAP into LOG.
import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { run } from "node:test";
import { spec as Spec, tap } from "node:test/reporters";

const [concurrency, log, ...files] = process.argv.slice(2);
// force-exit: a test that forgot to close something must not hang the rest.
const tests = run({ files: files.map((file) => resolve(file)), concurrency: Number(concurrency), timeout: 240000,
  execArgv: ["--test-force-exit", "--test-timeout=240000"] });
tests.setMaxListeners(0);
tests.on("test:fail", () => { process.exitCode = 1; });
tests.compose(new Spec()).pipe(process.stdout);
tests.compose(tap).pipe(createWriteStream(log));
if (process.env.KOBAN_TEST_TIMES) {
  const began = performance.now(), times = new Map();
  const end = ({ file, nesting, details }) => {
    if (nesting === 0) times.set(file, [(times.get(file)?.[0] ?? 0) + details.duration_ms, performance.now() - began]);
  };
  tests.on("test:pass", end).on("test:fail", end);
  process.on("exit", () => {
    for (const [file, [ms, at]] of [...times].sort((a, b) => b[1][0] - a[1][0]))
      console.log(`${(ms / 1000).toFixed(1).padStart(7)} s, ended at ${(at / 1000).toFixed(0).padStart(4)} s  ${file}`);
  });
}
