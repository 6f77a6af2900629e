// SPDX-License-Identifier: Apache-2.0
//
// The API's description: its references resolve, its schemas compile, and every path the
// console calls is in it. Answers of the real gateway are checked in tests/browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./load.mjs";
import { compileSchema, description } from "./openapi.mjs";

test("every schema compiles", () => {
  for (const name of Object.keys(description.components.schemas))
    assert.equal(typeof compileSchema(name), "function", name);
});

test("what the console calls is described", () => {
  const source = readFileSync(join(root, "src/api.ts"), "utf8");
  const called = [...source.matchAll(/"(GET|POST|PUT|DELETE)", [`"](\/api\/[^`"?]+)/g)]
    .map(([, method, path]) => [method.toLowerCase(),
      path.replace("${ref}", "{ref}").replace("${name}", "{command}")
        .replace("${action}", "{action}")]);
  assert.ok(called.length > 12);
  for (const [method, path] of called)
    assert.ok(description.paths[path]?.[method], `${method} ${path}`);
});
