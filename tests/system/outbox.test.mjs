// SPDX-License-Identifier: Apache-2.0
//
// A provider that took a text and then said nothing: where it does not promise that a
// repeat is harmless, nobody repeats it, also not libcurl on a connection it used before;
// where it does, the repeat carries the same key and arrives once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { site, sms, waitFor } from "./harness.mjs";

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
