// SPDX-License-Identifier: Apache-2.0
//
// Lost links, crashed browsers, two officers at once: what an officer wrote arrives once.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Site, browserOptions, openRow, root, say, until } from "./site.mjs";

const { chromium } = createRequire(join(root, "console", "package.json"))("playwright-core");
let site;
before(async () => { site = await Site.start("link"); });
after(async () => { await site?.stop(); });

async function reply(officer, text) {
  await officer.fill("#composer", text);
  await officer.keyboard.press("Control+Enter");
}

test("five replies over a lost link arrive once each, in order", async () => {
  const officer = await site.onDuty("sato");
  const resident = await site.resident();
  await say(resident, "助けて 刃物を持った男が家の前にいる 桜町公園");
  await officer.waitForSelector(".alarm");
  await officer.keyboard.press("Space");
  await officer.waitForSelector("#composer");
  await officer.waitForSelector(".alarm", { state: "detached" });
  await officer.context().setOffline(true);
  for (let i = 1; i <= 5; i++) await reply(officer, `返信 ${i} 番目`);
  await officer.waitForSelector(".unsent:has-text('5')");
  await officer.waitForSelector(".strip-amber");
  assert.equal(await officer.locator(".bubble.pending").count(), 5);
  // A reload with the link down: the shell opens from its cache, nothing is lost.
  await officer.reload();
  await officer.waitForSelector(".unsent:has-text('5')");
  await officer.context().setOffline(false);
  await resident.waitForSelector("#log li.officer:has-text('返信 5 番目')");
  await until("nothing is left to send", async () =>
    await officer.locator(".unsent").count() === 0);
  const heard = await resident.locator("#log li.officer .body").allTextContents();
  assert.deepEqual(heard.map((w) => /返信 \d/.exec(w)?.[0]), ["返信 1", "返信 2", "返信 3",
    "返信 4", "返信 5"]);
  await officer.context().close();
  await resident.context().close();
});

test("words typed before the browser was killed are there again", async () => {
  const profile = mkdtempSync(join(tmpdir(), "koban-profile-"));
  const open = () => chromium.launchPersistentContext(profile, { ...browserOptions,
    locale: "ja-JP", viewport: { width: 1366, height: 768 } });
  const resident = await site.resident();
  await say(resident, "駐車違反の車があります 桜町");
  let context = await open();
  const officer = await site.onDuty("suzuki", { context });
  await openRow(officer.locator(".row.tone-consultation, .row.tone-unclear, .row.tone-other").first());
  await officer.waitForSelector("#composer");
  // Typed on and on: the promise is that nothing older than half a second is lost.
  const typed = "0123456789".repeat(6);
  await officer.locator("#composer").pressSequentially(typed, { delay: 40 });
  const { processInfo } = await (await context.browser()?.newBrowserCDPSession()
    ?? await context.newCDPSession(officer)).send("SystemInfo.getProcessInfo");
  process.kill(processInfo.find((p) => p.type === "browser").id, "SIGKILL");
  await context.close().catch(() => {});
  context = await open();
  // The cookie may have died with the browser; the draft must not.
  const again = await site.signIn("suzuki", { context });
  await openRow(again.locator(".row:not(.tone-emergency)").first());
  const kept = await until("the draft", async () => await again.inputValue("#composer"));
  assert.ok(typed.startsWith(kept) && kept.length >= typed.length - 20, kept);
  await context.close();
  await resident.context().close();
  rmSync(profile, { recursive: true, force: true });
});

test("two officers answer at once: the second is shown the first and asked", async () => {
  const resident = await site.resident();
  await say(resident, "隣の家の騒音がひどいです 梅田町");
  const first = await site.onDuty("ito");
  const second = await site.onDuty("admin");
  for (const page of [first, second]) {
    await openRow(page.locator(".row:has-text('騒音がひどい')").first());
    await page.waitForSelector("#composer");
    await page.waitForSelector(".bubble.inbound");
  }
  // The second has not heard of the first's answer when writing theirs.
  await second.route("**/api/threads/*", (route) => route.request().method() === "GET"
    ? route.abort() : route.fallback());
  await reply(first, "すぐ伺います。");
  await resident.waitForSelector("#log li.officer:has-text('すぐ伺います')");
  await reply(second, "確認します。");
  await second.unroute("**/api/threads/*");
  await second.waitForSelector("dialog[open]");
  await second.click("dialog .primary");
  await resident.waitForSelector("#log li.officer:has-text('確認します。')");
  await first.context().close();
  await second.context().close();
});
