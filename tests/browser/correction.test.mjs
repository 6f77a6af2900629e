// SPDX-License-Identifier: Apache-2.0
//
// Triage was wrong: one tap or two keys say so, nothing happens to the thread, a missed plea asks
// whether to raise it, and a supervisor agrees to what lowers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertSchema } from "../../console/tests/openapi.mjs";
import { Site, axe, devdb, openRow, say, until } from "./site.mjs";

let site;
before(async () => { site = await Site.start("correction"); });
after(async () => { await site?.stop(); });

const value = (sql) => devdb("psql", "-At", "-d", site.database, "-c", sql);

function watched(page) {
  page.on("response", async (response) => {
    const { pathname } = new URL(response.url());
    if (!/correct/.test(pathname) || !response.ok()) return;
    const body = await response.json().catch(() => null);
    if (body) assertSchema(pathname === "/api/corrections" ? "Mine" : "Corrections", body);
  });
  return page;
}

async function openThread(page, words) {
  await openRow(page.locator(`.row:has-text("${words}")`));
  await page.waitForSelector(".correction");
}

test("a missed plea: a tap keeps it and asks whether to raise the thread", async () => {
  const page = watched(await site.onDuty("sato"));
  const resident = await site.resident({ koban: "sakura" });
  await say(resident, "自転車の鍵を拾いました どこに届ければいいですか");
  await openThread(page, "自転車の鍵");
  await page.waitForSelector(".correction:has-text('判定：相談')");
  assert.equal(await page.locator(".correction-taps button").count(), 2, "what it said is no correction");
  await page.click(".correction-taps button:has-text('緊急')");
  await page.waitForSelector("dialog[open] #escalate-text");
  assert.equal(value("select intent || ' ' || state from correction"), "4 0");
  assert.equal(value("select intent from thread order by id desc limit 1"), "2", "the thread is as it was");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await page.waitForSelector(".correction-taps [aria-pressed=true]:has-text('緊急')");
  await page.waitForSelector(".correction-counts");
  assert.deepEqual(await axe(page), []);
  // Another message while the dialog was away keeps the word; the same tap takes it back.
  await page.click(".correction-taps [aria-pressed=true]");
  await page.waitForSelector(".correction-taps [aria-pressed=true]", { state: "detached" });
  assert.equal(value("select count(*) from correction"), "0");
  await page.context().close();
  await resident.context().close();
});

test("a false alarm, by key on a telephone: it waits until a supervisor agrees", async () => {
  const page = watched(await site.onDuty("suzuki", { language: "en", theme: "dark",
    viewport: { width: 390, height: 844 } }));
  const resident = await site.resident({ koban: "sakura" });
  await say(resident, "桜町公園で人が刺された 血がたくさん");
  await openThread(page, "桜町公園");
  await page.waitForSelector(".correction:has-text('Triage: Emergency')");
  await page.locator("#thread-title").focus();
  await page.keyboard.press("z");
  await page.keyboard.press("o");
  await page.waitForSelector(".correction-waiting");
  assert.equal(await page.locator(".correction button:has-text('Agree')").count(), 0);
  assert.equal(value("select intent from thread order by id desc limit 1"), "4", "it is still an emergency");
  assert.deepEqual(await axe(page), []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  assert.ok(wide, "nothing hangs out");
  if (process.env.KOBAN_SHOTS) await page.screenshot({ path: `${process.env.KOBAN_SHOTS}/correction-phone.png` });

  const boss = watched(await site.onDuty("ito", { language: "id" }));
  await boss.waitForSelector(".row");
  await boss.keyboard.press("g");
  await boss.keyboard.press("r");
  await boss.waitForSelector(".correction-waiting:has-text('鈴木')");
  if (process.env.KOBAN_SHOTS) await boss.screenshot({ path: `${process.env.KOBAN_SHOTS}/correction-desk.png` });
  assert.deepEqual(await axe(boss), []);
  await boss.locator("#thread-title").focus();
  await boss.keyboard.press("z");
  await boss.keyboard.press("y");
  await boss.waitForSelector(".correction-counts");
  await until("it counts", () => value("select state || ' ' || reviewer_id from correction") === "0 105");
  await boss.keyboard.press("g");
  await boss.keyboard.press("r");
  await boss.waitForSelector(".toast:has-text('Tidak ada koreksi')");
  assert.deepEqual(site.problems, []);
  await boss.context().close();
  await page.context().close();
  await resident.context().close();
});
