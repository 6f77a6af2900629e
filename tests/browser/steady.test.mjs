// SPDX-License-Identifier: Apache-2.0
//
// The queue moves while a hand is on its way: what came under the pointer just now is not
// opened, for to open is to acknowledge.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site, devdb, say } from "./site.mjs";

let site;
before(async () => { site = await Site.start("steady"); });
after(async () => { await site?.stop(); });

const opened = () => devdb("psql", "-At", "-d", site.database, "-c",
  "select count(*) from thread where acknowledged_ms <> 0");

// At the moment the row under (x, y) is another one, clicks there as a hand would.
function clickAsItMoves(page, x, y) {
  return page.evaluate(([x, y]) => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the list never moved")), 20_000);
    const under = () => document.elementFromPoint(x, y)?.closest(".row");
    const before = under()?.dataset.key;
    const watch = new MutationObserver(() => {
      const now = under();
      if (!now || now.dataset.key === before) return;
      watch.disconnect();
      now.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      resolve([before, now.dataset.key]);
    });
    watch.observe(document.querySelector(".list"), { subtree: true, childList: true,
      attributes: true, characterData: true });
  }), [x, y]);
}

async function middleOf(locator) {
  const box = await locator.boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

test("a row that came under the pointer just now opens nothing; the next click does", async () => {
  const page = await site.onDuty("sato"), colleague = await site.onDuty("suzuki");
  await say(await site.resident(), "財布を落としました 桜町");
  await say(await site.resident(), "駐車違反の車が3日止まっています");
  const wallet = page.locator(".row:has-text('財布を落と')");
  await wallet.waitFor();
  await page.waitForSelector(".row:has-text('駐車違反')");
  const [x, y] = await middleOf(wallet);
  const clicked = clickAsItMoves(page, x, y);
  // A colleague opens the first: the other one comes to its place.
  await colleague.locator(".row:has-text('財布を落と')").click();
  await colleague.waitForSelector("#composer");
  const [before, now] = await clicked, seen = opened();
  assert.notEqual(before, now);
  await page.waitForSelector(".toast:has-text('リストが動きました')");
  await page.waitForSelector(".row.moved");
  assert.equal(await page.locator("#thread.nothing").count(), 1, "no thread is on the screen");
  assert.equal(opened(), seen, "nothing is acknowledged");
  // The list has stood long enough for a person to have seen it.
  await page.waitForFunction(([x, y]) => {
    const row = document.elementFromPoint(x, y)?.closest(".row");
    row?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    return location.hash !== ""; // opened
  }, [x, y]);
  await page.waitForSelector("#composer");
  for (const one of [page, colleague]) await one.context().close();
});

test("an alarm that came under the pointer just now is not opened by it", async () => {
  const page = await site.onDuty("ito");
  const before = opened();
  const watched = page.evaluate(() => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no alarm came")), 20_000);
    const watch = new MutationObserver(() => {
      const button = document.querySelector(".alarm-open");
      if (!button) return;
      watch.disconnect();
      button.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
      resolve();
    });
    watch.observe(document.querySelector(".work"), { subtree: true, childList: true });
  }));
  await say(await site.resident({ koban: "umeda" }), "助けて！刃物を持った男がいます");
  await watched;
  await page.waitForSelector(".toast:has-text('リストが動きました')");
  assert.equal(opened(), before, "nothing is acknowledged");
  await page.waitForFunction(() => {
    document.querySelector(".alarm-open")?.dispatchEvent(
      new MouseEvent("click", { bubbles: true, detail: 1 }));
    return location.hash !== ""; // opened
  });
  await page.waitForSelector("#composer");
  assert.deepEqual(site.problems, []);
});

test("a real hand on a list that stands opens at the first click", async () => {
  const page = await site.onDuty("tanaka");
  await say(await site.resident({ koban: "umeda" }), "街灯が消えています");
  const row = page.locator(".row:has-text('街灯が消えて')");
  await row.click();
  await page.waitForSelector(".bubble.inbound:has-text('街灯が消えて')");
  await page.waitForSelector(".toast", { state: "detached" });
  assert.deepEqual(site.problems, []);
});
