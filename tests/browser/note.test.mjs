// SPDX-License-Identifier: Apache-2.0
//
// What an officer writes for colleagues goes to nobody else, whatever happens meanwhile.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site, openRow, say } from "./site.mjs";

let site;
before(async () => { site = await Site.start("note"); });
after(async () => { await site?.stop(); });

test("a note stays one: sent before it is painted, and when its thread is opened again", async () => {
  const officer = await site.onDuty("sato"), resident = await site.resident();
  await say(resident, "桜町公園で財布を落としました");
  const row = officer.locator(".row:has-text('財布')");
  await openRow(row);
  await officer.fill("#composer", "前にも同じ相談があった人");
  await officer.keyboard.press("Control+/");
  await officer.keyboard.press("Control+Enter");
  await officer.waitForSelector(".bubble.note:not(.pending):has-text('前にも')");

  await officer.keyboard.press("Control+/");
  await officer.keyboard.press("Control+/");
  await officer.fill("#composer", "家族には連絡済み");
  await row.click();
  await officer.waitForSelector(".composer.is-note");
  assert.equal(await officer.inputValue("#composer"), "家族には連絡済み");
  await officer.focus("#composer");
  await officer.keyboard.press("Control+Enter");
  await officer.waitForSelector(".bubble.note:not(.pending):has-text('連絡済み')");
  assert.equal(await officer.locator(".bubble.outbound:has-text('前にも'), .bubble.outbound:has-text('連絡済み')").count(), 0);
  const page = await resident.textContent("#log");
  assert.ok(!page.includes("前にも") && !page.includes("連絡済み"));
  assert.deepEqual(site.problems, []);
});
