// SPDX-License-Identifier: Apache-2.0
//
// A resident closes the chat page: whoever answers sees it, and when.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site, say } from "./site.mjs";

let site;
before(async () => { site = await Site.start("closed"); });
after(async () => { await site?.stop(); });

test("the officer sees that the chat page was closed, and when", async () => {
  const officer = await site.onDuty("suzuki");
  const resident = await site.resident({ koban: "sakura" });
  await say(resident, "Somebody is breaking into my house in Sakuramachi now, help");
  await officer.locator(".row:has-text('breaking into')").click();
  await officer.waitForSelector(".bubble.inbound:has-text('breaking into')");
  assert.equal(await officer.locator(".bubble.system:has-text('閉じられたか')").count(), 0);
  await resident.close({ runBeforeUnload: true });
  const line = officer.locator(".bubble.system:has-text('閉じられたか')");
  await line.waitFor();
  assert.match(await line.locator("time").textContent(), /^\d{2}:\d{2}/);
});
