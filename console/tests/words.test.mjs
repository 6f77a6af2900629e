// SPDX-License-Identifier: Apache-2.0
//
// Catalogues: every language has every word, and every word that is asked for exists.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load, root } from "./load.mjs";

const read = (tag) => JSON.parse(readFileSync(join(root, `src/i18n/${tag}.json`), "utf8"));
const catalogues = { ja: read("ja"), id: read("id"), en: read("en") };
const sources = ["src", "src/screens"].flatMap((directory) =>
  readdirSync(join(root, directory)).filter((f) => /\.tsx?$/.test(f))
    .map((f) => readFileSync(join(root, directory, f), "utf8"))).join("\n");

test("every language has the same words", () => {
  const keys = Object.keys(catalogues.en).sort();
  for (const [tag, words] of Object.entries(catalogues)) {
    assert.deepEqual(Object.keys(words).sort(), keys, tag);
    for (const [key, text] of Object.entries(words)) assert.notEqual(text, "", `${tag} ${key}`);
  }
});

test("the blanks to fill are the same in every language", () => {
  const blanks = (text) => [...text.matchAll(/\{[a-z_]+\}/g)].map((m) => m[0]).sort();
  for (const [key, text] of Object.entries(catalogues.en))
    for (const tag of ["ja", "id"])
      assert.deepEqual(blanks(catalogues[tag][key]), blanks(text), `${tag} ${key}`);
});

test("no English is left in Japanese", () => {
  const same = Object.keys(catalogues.en)
    .filter((key) => catalogues.ja[key] === catalogues.en[key]);
  assert.deepEqual(same, ["adapter_line"]);
});

test("every word that is asked for exists", () => {
  const asked = [...sources.matchAll(/\bt\(\s*"([a-z0-9_]+)"/g)].map((m) => m[1]);
  assert.ok(asked.length > 100);
  for (const key of asked) assert.ok(key in catalogues.en, key);
});

test("every code of the API has words", async () => {
  const { categories, dispositions, statuses, outboundStates } = await load("src/codes.ts");
  const has = (group, codes) => {
    for (const code of codes) assert.ok(`${group}_${code}` in catalogues.en, `${group}_${code}`);
  };
  has("category", categories);
  has("disposition", dispositions);
  has("status", statuses);
  has("tick", outboundStates.filter((s) => s !== "none"));
  has("intent", ["other", "command", "consultation", "unclear", "emergency"]);
  has("manner", ["normal", "text_only", "discreet"]);
  has("role", ["officer", "supervisor", "admin", "reader"]);
  has("link", ["live", "stale", "reconnecting", "offline"]);
  has("kind", ["sticker", "image", "video", "audio", "file", "placeholder"]);
  has("refused", ["newer_inbound", "other_answered", "claimed", "closed", "not_allowed",
    "cannot_text", "invalid", "not_found", "conflict"]);
  has("action", ["open", "claim", "release", "transfer", "status", "manner", "close",
    "repeat", "settle_unknown", "wait", "escalate"]);
});

test("the categories are those of core/message.c, in its order", async () => {
  const { categories } = await load("src/codes.ts");
  const source = readFileSync(join(root, "../core/message.c"), "utf8");
  const listed = [...source.matchAll(/\[CATEGORY_\w+\] = "(\w+)"/g)].map((m) => m[1]);
  assert.deepEqual([...categories], listed);
});

test("the chat page speaks all its languages in full", async () => {
  const { catalogue } = await load("chat/words.ts");
  const keys = Object.keys(catalogue.en).sort();
  for (const [tag, words] of Object.entries(catalogue)) {
    assert.deepEqual(Object.keys(words).sort(), keys, tag);
    for (const key of keys) {
      const blanks = (text) => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();
      assert.deepEqual(blanks(words[key]), blanks(catalogue.en[key]), `${tag} ${key}`);
    }
  }
});
