// SPDX-License-Identifier: Apache-2.0
//
// The database hangs: an emergency still rings, with its words; what officers and
// residents write waits in their pages and arrives once when it is back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site, axe, devdb, until } from "./site.mjs";

let site;
before(async () => { site = await Site.start("away"); });
after(async () => { if (process.env.KOBAN_SHOW_LOG) console.log(site?.log); await site?.stop(); });

test("an emergency rings with its words while the database hangs", async () => {
  const officer = await site.onDuty("sato");
  const resident = await site.resident();
  await resident.fill("#text", "火");
  await until("a session", () => resident.evaluate(() =>
    Object.values(sessionStorage).some((v) => v.includes("\"code\":\""))));
  devdb("signal", "STOP");
  let rang;
  try {
    await resident.fill("#text", "火事です 3丁目の家が燃えている");
    const from = Date.now();
    await resident.click("#send");
    await officer.waitForSelector(".alarm-direct blockquote:has-text('燃えている')");
    rang = Date.now() - from;
    await until("the tone sounds", () => officer.evaluate(() =>
      document.documentElement.dataset.tone === "on"));
    await resident.waitForSelector("#log li.own.arrived");
    assert.deepEqual(await axe(officer), []);
    // Read by a person: the tone ends, and it is not rung here again.
    await officer.click(".alarm-direct button");
    await officer.waitForSelector(".alarm-direct", { state: "detached" });
  } finally {
    devdb("signal", "CONT");
  }
  assert.ok(rang < 2000, `it rang after ${rang} ms`);
  // Back: the same words are a thread, once, and it is nobody's yet: it rings.
  await officer.waitForSelector(".row.ringing:has-text('燃えている')", { timeout: 40_000 });
  await officer.keyboard.press("Space");
  await officer.waitForSelector("#composer");
  await officer.fill("#composer", "消防が向かっています。");
  await officer.keyboard.press("Control+Enter");
  await resident.waitForSelector("#log li.officer:has-text('消防')");
  assert.equal(await resident.locator("#log li.own").count(), 1);
  assert.equal(await officer.locator(".bubble.inbound").count(), 1);
  assert.deepEqual(site.problems, []);
});
