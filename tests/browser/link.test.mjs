// SPDX-License-Identifier: Apache-2.0
//
// Lost links, crashed browsers, many tabs, two officers at once, a locked screen: what an
// officer wrote arrives once, and what rings goes on ringing.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Site, browserOptions, password, root, say, until } from "./site.mjs";

const { chromium } = createRequire(join(root, "console", "package.json"))("playwright-core");
let site;
before(async () => { site = await Site.start("link"); });
after(async () => { await site?.stop(); });

async function openFirst(officer) {
  await officer.waitForSelector(".row");
  await officer.locator(".row").first().click();
  await officer.waitForSelector("#composer");
}

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
  await officer.locator(".row.tone-consultation, .row.tone-unclear, .row.tone-other").first()
    .click();
  await officer.waitForSelector("#composer");
  await officer.fill("#composer", "書きかけの返信です");
  await officer.waitForTimeout(500); // the promise: nothing older than this is lost
  const { processInfo } = await (await context.browser()?.newBrowserCDPSession()
    ?? await context.newCDPSession(officer)).send("SystemInfo.getProcessInfo");
  process.kill(processInfo.find((p) => p.type === "browser").id, "SIGKILL");
  await context.close().catch(() => {});
  context = await open();
  const again = await context.newPage();
  await again.goto(`${site.url}/#t=${await until("the thread", async () => {
    await again.goto(site.url);
    await again.waitForSelector(".row");
    return again.getAttribute(".row:not(.tone-emergency)", "data-key");
  })}`);
  await again.locator(".row:not(.tone-emergency)").first().click();
  await until("the draft", async () =>
    await again.inputValue("#composer") === "書きかけの返信です");
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
    await page.locator(".row:has-text('騒音がひどい')").first().click();
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

test("a locked console shows no words and still rings; a second tab shares one stream",
  async () => {
    const officer = await site.onDuty("tanaka");
    const context = officer.context();
    const streams = [];
    context.on("request", (r) => { if (r.url().includes("/api/events")) streams.push(r.url()); });
    const second = site.watch(await context.newPage(), "second tab");
    await second.goto(site.url);
    await second.waitForSelector(".desk");
    await second.waitForSelector(".link-live");
    assert.deepEqual(streams, []);

    await officer.keyboard.press("g");
    await officer.keyboard.press("x");
    await officer.waitForSelector(".locked");
    await second.waitForSelector(".locked");
    const resident = await site.resident({ koban: "umeda" });
    await say(resident, "家が燃えている 煙がすごい 梅田町");
    await officer.waitForSelector(".lock-alarm");
    await until("the tone sounds", () => officer.evaluate(() =>
      document.documentElement.dataset.tone === "on"));
    assert.ok(!(await officer.textContent("body")).includes("燃えている"));
    await officer.fill("#unlock", password);
    await officer.keyboard.press("Enter");
    await officer.waitForSelector(".alarm");
    await second.waitForSelector(".alarm");

    // The leader goes: the other tab goes on from where it was.
    await officer.close();
    await until("the second tab took over", () => streams.length === 1);
    assert.match(decodeURIComponent(streams[0]), /after=\d+:\d+/);
    await say(resident, "二階に人がいます");
    await second.waitForSelector(".row:has-text('二階に人がいます')");
    await context.close();
    await resident.context().close();
  });

test("the Enter that confirms kanji sends nothing", async () => {
  const officer = await site.onDuty("wayan", { prefs: { isEnterSending: true } });
  const resident = await site.resident({ koban: "eki-mae" });
  await say(resident, "花咲駅で自転車を盗まれました");
  await openFirst(officer);
  await officer.focus("#composer");
  const keys = await officer.context().newCDPSession(officer);
  await keys.send("Input.imeSetComposition", { text: "かくにん", selectionStart: 4,
    selectionEnd: 4 });
  await keys.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter",
    code: "Enter", windowsVirtualKeyCode: 229 });
  await keys.send("Input.insertText", { text: "確認" });
  assert.equal(await officer.inputValue("#composer"), "確認");
  assert.equal(await officer.locator(".bubble.pending").count(), 0);
  await officer.keyboard.press("Enter");
  await officer.waitForSelector(".bubble.outbound:not(.automatic):has-text('確認')");
  assert.equal(await officer.inputValue("#composer"), "");
  assert.deepEqual(site.problems, []);
});

test("end of duty: each thread goes on with a line or goes back, then it is quiet", async () => {
  const officer = await site.onDuty("mori");
  const resident = await site.resident({ koban: "hama" });
  await say(resident, "浜辺町の落とし物について相談です");
  await officer.locator(".row:has-text('落とし物について')").click();
  await officer.waitForSelector("#composer");
  await officer.keyboard.press("Escape");
  await officer.locator(".row:has-text('落とし物について')").click();
  await officer.waitForSelector(".bubble.inbound");
  await officer.keyboard.press("c");
  await officer.waitForSelector(".thread-title:has-text('自分が担当')");
  await officer.locator(".rail button").last().click();
  await officer.waitForSelector(".handover li");
  assert.ok(await officer.locator("dialog .primary").isDisabled());
  await officer.fill(".handover input:not([type])", "9時に電話する約束");
  await officer.click("dialog .primary");
  await officer.waitForSelector("#koban");
  const next = await site.onDuty("kimura");
  await next.locator(".row:has-text('落とし物について')").click();
  await next.waitForSelector(".bubble.note:has-text('9時に電話する約束')");
  await next.waitForSelector(".thread-title:has-text('担当者なし')");
});
