// SPDX-License-Identifier: Apache-2.0
//
// A provider that took a text and then said nothing: where it does not promise that a
// repeat is harmless, nobody repeats it, also not libcurl on a connection it used before;
// where it does, the repeat carries the same key and arrives once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { officer, site, sms, waitFor } from "./harness.mjs";

const SENT = "3", UNKNOWN = "7";

// One text is accepted first, so that there is a connection to use again.
async function answersAfter(here, mode, from) {
  await sms(here.gateway, "+819055550000", "助けて 刺された 桜町公園");
  await waitFor("a text was accepted", () => here.centre.to("+819055550000")[0]);
  here.centre.mode = mode;
  await sms(here.gateway, from, "助けて 刺された 桜町公園");
  return waitFor("it was asked", () => here.centre.to(from)[0]);
}

const state = (here, entry) => here.database.value(
  `select state from message where id = ${entry.id.split("-")[2]}`);

test("taken, then the connection breaks, no promise: unknown, asked once", async () => {
  const here = await site({ sets: { "channel.sms-demo.idempotent": "no" } });
  const entry = await answersAfter(here, "reset-after", "+819055550001");
  await waitFor("unknown", () => state(here, entry) === UNKNOWN);
  assert.equal(here.centre.ledger.filter((e) => e.id === entry.id).length, 1);
  assert.equal(await here.end(), 0);
});

test("taken, then the connection breaks, promised: repeated with its key until answered", async () => {
  const here = await site();
  const entry = await answersAfter(here, "reset-after", "+819055550002");
  here.centre.mode = "accept";
  await waitFor("sent", () => state(here, entry) === SENT);
  const tries = here.centre.ledger.filter((e) => e.id === entry.id);
  assert.ok(tries.length >= 2);
  assert.equal(new Set(tries.map((e) => e.key)).size, 1);
  assert.equal(await here.end(), 0);
});

test("an error in doubt without a promise is unknown; busy comes again", async () => {
  const here = await site({ sets: { "channel.sms-demo.idempotent": "no" } });
  const entry = await answersAfter(here, "refuse", "+819055550003");
  await waitFor("unknown", () => state(here, entry) === UNKNOWN);
  here.centre.mode = "busy";
  await sms(here.gateway, "+819055550004", "助けて 刺された 桜町公園");
  const busy = await waitFor("asked", () => here.centre.to("+819055550004")[0]);
  here.centre.mode = "accept";
  await waitFor("sent", () => state(here, busy) === SENT);
  assert.equal(here.centre.ledger.filter((e) => e.id === entry.id).length, 1);
  assert.equal(await here.end(), 0);
});

test("a reply that outlives its life is not sent, and its officer is told", async () => {
  // The channel stands still: what is said now waits until it is not true any more.
  const here = await site({ before: (database) => database.rows("update channel set is_held = true where name = 'sms-demo'") });
  const sato = await officer(here.gateway, "sato", 11);
  const from = "+819055550009";
  await sms(here.gateway, from, "桜町公園で人が刺された 助けて");
  const thread = await waitFor("a thread", () => here.database.value(
    `select area_id || '-' || id from thread where address = '${from}'`));
  assert.equal((await sato.command(thread, "open")).status, 200);
  const told = () => sato.events.filter((e) => e.kind === "attention" && e.thread === thread.split("-")[1]).length;
  const before = told();
  assert.equal((await sato.command(thread, "reply", { text: "ドアの前にいます", life_ms: 1000, force: true })).status, 200);
  const reply = "from message where body like 'ドアの前にいます%'";
  await waitFor("its life ends", () => here.database.value(`select state || state_reason ${reply}`) === "8life");
  await waitFor("the officer is told", () => told() > before);
  here.database.rows("update channel set is_held = false where name = 'sms-demo'; update version set value = value + 1");
  assert.equal((await sato.command(thread, "reply", { text: "入ります", force: true })).status, 200);
  await waitFor("what is said after it leaves", () => here.centre.to(from).some((entry) => entry.text.includes("入ります")));
  assert.ok(!here.centre.to(from).some((entry) => entry.text.includes("ドアの前")), "never sent late");
  sato.close();
  assert.equal(await here.end(), 0);
});
