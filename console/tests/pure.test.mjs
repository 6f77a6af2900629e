// SPDX-License-Identifier: Apache-2.0
//
// The console's rules without a browser: segments, canned sentences, keys, the outbox's
// order, positions, the queue's order, the actions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load, root } from "./load.mjs";

const press = (key, more = {}) => ({ key, code: "", ctrl: false, shift: false, alt: false,
  isComposing: false, isField: false, isButton: false, isDialog: false, ...more });

test("segments are counted as core/segments.c counts them", async () => {
  const { countSegments } = await load("src/segments.ts");
  const cases = JSON.parse(readFileSync(join(root, "../tests/fixtures/segments.json"), "utf8"));
  for (const c of cases) {
    const { encoding, units, parts, room, forcing } = countSegments(c.text);
    assert.deepEqual({ encoding, units, parts, room, forcing }, { encoding: c.encoding,
      units: c.units, parts: c.parts, room: c.room, forcing: c.forcing }, c.name);
  }
});

test("typographic characters can be made plain", async () => {
  const { countSegments, makeGsmSafe } = await load("src/segments.ts");
  assert.equal(makeGsmSafe("“don’t” – go…"), "\"don't\" - go...");
  assert.equal(countSegments(makeGsmSafe("“don’t” – go…")).encoding, "GSM-7");
});

test("a slash asks for canned sentences only at the start of a word", async () => {
  const { slashWord } = await load("src/canned.ts");
  assert.deepEqual(slashWord("/ba", 3), { at: 0, word: "ba" });
  assert.deepEqual(slashWord("はい /", 4), { at: 3, word: "" });
  assert.equal(slashWord("24/7", 4), null);
  assert.equal(slashWord("http://x", 8), null);
});

test("the resident's language comes first, a blank left open is seen", async () => {
  const { chooseCanned, fillVariables, hasOpenVariable } = await load("src/canned.ts");
  const all = [{ shortcut: "where", language: "en", body: "Where?" },
    { shortcut: "where", language: "id", body: "Di mana?" }];
  assert.equal(chooseCanned(all, "wh", "id", "ja")[0].language, "id");
  const text = fillVariables("{koban} {number}", { koban: "Sakura" });
  assert.equal(text, "Sakura {number}");
  assert.ok(hasOpenVariable(text));
});

test("an input method's keys do nothing", async () => {
  const { findBinding } = await load("src/keys.ts");
  const bound = [{ id: "send", keys: ["Ctrl+Enter"], inField: true }, { id: "claim", keys: ["c"] }];
  assert.equal(findBinding(press("c", { isComposing: true }), bound, "", true), null);
  assert.equal(findBinding(press("Enter", { ctrl: true, isField: true, isComposing: true }),
    bound, "", true), null);
  assert.deepEqual(findBinding(press("Enter", { ctrl: true, isField: true }), bound, "", true),
    { id: "send" });
});

test("single keys are deaf in a field, in a dialog, and when switched off", async () => {
  const { findBinding } = await load("src/keys.ts");
  const bound = [{ id: "claim", keys: ["c"] }, { id: "open_alarm", keys: ["Space"] },
    { id: "go", keys: ["g q"] }];
  assert.equal(findBinding(press("c", { isField: true }), bound, "", true), null);
  assert.equal(findBinding(press("c", { isDialog: true }), bound, "", true), null);
  assert.equal(findBinding(press("c"), bound, "", false), null);
  assert.deepEqual(findBinding(press("c"), bound, "", true), { id: "claim" });
  assert.equal(findBinding(press(" ", { isButton: true }), bound, "", true), null);
  assert.equal(findBinding(press(" ", { isField: true }), bound, "", true), null);
  // An alarm is opened by Space also where single keys are switched off.
  assert.deepEqual(findBinding(press(" "), bound, "", false), { id: "open_alarm" });
  assert.deepEqual(findBinding(press("g"), bound, "", true), { pending: "g" });
  assert.deepEqual(findBinding(press("q"), bound, "g", true), { id: "go" });
});

const entry = (id, order, ref, more = {}) => ({ id, order, ref, state: "queued",
  holdUntilMs: 0, retryAtMs: 0, tries: 0, ...more });

test("the outbox keeps the order of a thread and lets others pass", async () => {
  const { dueEntries, backoffMs } = await load("src/outbox.ts");
  const ids = (list, busy = new Set()) => dueEntries(list, 1000, busy).map((e) => e.id);
  const list = [entry("b", 2, "1-1"), entry("a", 1, "1-1"), entry("c", 3, "1-2")];
  assert.deepEqual(ids(list), ["a", "c"]);
  assert.deepEqual(ids(list, new Set(["1-1"])), ["c"]);
  assert.deepEqual(ids([entry("a", 1, "1-1", { retryAtMs: 2000 }), entry("b", 2, "1-1")]), []);
  assert.deepEqual(ids([entry("a", 1, "1-1", { state: "refused" }), entry("b", 2, "1-1")]), []);
  assert.deepEqual(ids([entry("a", 1, "1-1", { holdUntilMs: 1001 })]), []);
  assert.deepEqual([1, 2, 3, 6, 9].map(backoffMs), [1000, 2000, 4000, 30000, 30000]);
});

test("positions only grow, whatever order they come in", async () => {
  const { readPositions, writePositions, growPositions } = await load("src/live.ts");
  const map = readPositions("12:40331,14:991,x:1,3:");
  assert.equal(writePositions(map), "12:40331,14:991");
  growPositions(map, readPositions("12:40330,14:992,15:1"));
  assert.equal(writePositions(map), "12:40331,14:992,15:1");
});

const row = (more) => ({ ref: "1-1", area: 1, id: "1", version: 1, number: 1, koban: 1,
  state: "open", intent: "consultation", category: 0, urgency: 0, language: "ja",
  manner: "normal", channel: "c", adapter: "webchat", who: "…1", preview: "x",
  preview_direction: 0, claimed_by: null, acknowledged_by: null, acknowledged_ms: 0,
  status: "none", opened_ms: 1, last_inbound_ms: 1, unseen: true, place_confirmed: true,
  rung: 0, is_surge: false, ...more });

test("emergencies stand first, and no filter hides an unopened one", async () => {
  const { buildItems } = await load("src/queue.ts");
  const rows = [row({ ref: "1-1" }), row({ ref: "1-2", intent: "emergency", urgency: 2 }),
    row({ ref: "1-3", intent: "emergency", urgency: 3, opened_ms: 9 }),
    row({ ref: "1-4", intent: "emergency", acknowledged_ms: 5, urgency: 3 }),
    row({ ref: "1-5", state: "closed" })];
  const keys = (...args) => buildItems(rows, ...args).filter((i) => "key" in i)
    .map((i) => i.key);
  assert.deepEqual(keys("9", "", 0), ["1-3", "1-2", "1-4", "1-1"]);
  assert.deepEqual(keys("9", "nothing like it", 0), ["1-3", "1-2"]);
  assert.deepEqual(keys("9", "", 7), ["1-3", "1-2"]);
});

test("a surge is one line of figures", async () => {
  const { surgeOf } = await load("src/queue.ts");
  assert.equal(surgeOf([row({ intent: "emergency" })]), null);
  assert.deepEqual(surgeOf([row({ intent: "emergency", is_surge: true, urgency: 3 }),
    row({ intent: "emergency", acknowledged_ms: 4 })]),
  { texts: 2, worst: 1, opened: 1, waiting: 1, oldestMs: 1, isPages: false });
  assert.equal(surgeOf([row({ intent: "emergency", is_surge: true, rung: 1 })]).isPages, true);
});

test("every action is reached by keyboard, no key does two things", async () => {
  const { actions } = await load("src/actions.ts");
  const keys = actions.flatMap((a) => a.keys);
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(keys.includes("Ctrl+k"), "the palette, which lists all of them");
  // Only officers' keys say where they are; duty is never ended by a key.
  assert.deepEqual(actions.filter((a) => /^[1-4]$/.test(a.keys[0] ?? "")).map((a) => a.id),
    ["status_on_the_way", "status_on_scene", "status_passed_on", "status_done"]);
  assert.deepEqual(actions.find((a) => a.id === "duty_end").keys, []);
});

test("a section is an action, a key and an address", async () => {
  const { actions, sections, readAddress, writeAddress } = await load("tests/sections.ts");
  for (const one of sections) {
    const action = actions.find((a) => a.id === `go_${one.id}`);
    assert.deepEqual([action.keys, action.label], [[one.key], one.label]);
    for (const rest of ["", "1-2"])
      assert.deepEqual(readAddress(writeAddress(one.id, rest)), { name: one.id, rest });
  }
  assert.deepEqual(readAddress(""), { name: "queue", rest: "" });
  assert.deepEqual(readAddress("#<img>/x"), { name: "queue", rest: "" });
});

test("a section's chunk is read once it is gone to, and again when that failed", async () => {
  const { lazy } = await load("src/screens/views.tsx");
  let isThere = false, reads = 0;
  const Map = () => null;
  const View = lazy(() => { reads++; return isThere ? Promise.resolve({ default: Map })
    : Promise.reject(new Error("no link")); });
  assert.equal(reads, 0);
  const room = View();
  assert.equal(room.type(room.props).type, "div");
  View();
  await new Promise((done) => setImmediate(done));
  const again = View().props.children[1];
  assert.equal(again.type, "button");
  isThere = true;
  again.props.onClick();
  await new Promise((done) => setImmediate(done));
  assert.equal(View().type, Map);
  assert.equal(reads, 2);
});

test("a stream is cut into events wherever it breaks", async () => {
  const { EventReader } = await load("chat/stream.ts");
  const reader = new EventReader();
  assert.deepEqual(reader.feed(": hb\n\nevent: lo"), []);
  assert.deepEqual(reader.feed("ok\ndata: {}\n\nid: 1\nda"), [{ name: "look", data: "{}" }]);
  assert.deepEqual(reader.feed("ta: x\r\n\r\n"), [{ name: "message", data: "x" }]);
});

test("a correction is about the message that decided, the newest of those", async () => {
  const { deciding, saidOf } = await load("src/corrections.ts");
  const message = (id, intent, more = {}) => ({ id, direction: "inbound", kind: "text", hidden: false, body: "x",
    reasons: intent ? [{ code: "model", word: "0.5", version: "a", intent }] : [], ...more });
  const list = [message("1", "consultation"), message("2", "emergency"), message("3", "emergency"), message("4", "other"),
    message("5", "emergency", { hidden: true }), message("6", null, { direction: "outbound" })];
  assert.equal(deciding(list).id, "3");
  assert.equal(deciding([message("1", null), message("2", null)]).id, "2");
  assert.equal(deciding([message("1", null, { kind: "location", body: "" })]), null);
  assert.equal(saidOf(message("1", "unclear")), "unclear");
  assert.equal(saidOf(message("1", null)), null);
});

test("what decided is cut out by code points, whole characters at a time", async () => {
  const { piecesOf } = await load("src/spans.ts");
  const show = (text, reasons) => piecesOf(text, reasons)
    .map((p) => (p.reasons.length ? `[${p.text}]` : p.text)).join("");
  const at = (start, length, code = "rule:x") => ({ code, word: "", start, length });
  assert.equal(show("夫に殴られた", [at(2, 4)]), "夫に[殴られた]");
  assert.equal(show("\u{1F631}\u{1F631}助けて", [at(2, 3)]), "\u{1F631}\u{1F631}[助けて]", "past astral letters");
  assert.equal(show("か\u3099い", [at(0, 1)]), "[か\u3099]い", "an accent stays with its letter");
  const family = "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}";
  assert.equal(show(`${family}!`, [at(2, 1)]), `[${family}]!`, "a joined emoji is one");
  assert.equal(show("abcdef", [at(1, 3), at(2, 1), at(3, 2)]), "a[bcde]f", "what overlaps is one mark");
  assert.equal(show("a bc d", [at(1, 4)]), "a [bc] d", "blanks around it are not its");
  assert.equal(show("a   d", [at(1, 2)]), "a   d");
  assert.equal(show("<b>x</b>", [at(0, 3)]), "[<b>]x</b>");
  for (const bad of [at(-1, 2), at(0, 0), at(5, 9), at(0.5, 1), at("0", "1"), null, 7, { code: "model" }])
    assert.equal(show("abc", [bad]), "abc");
  const text = `x${family}か\u3099y`;
  for (let i = 0; i < 9; i++) assert.equal(piecesOf(text, [at(i, 1), at(0, i)]).map((p) => p.text).join(""), text);
});
