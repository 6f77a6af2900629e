// SPDX-License-Identifier: Apache-2.0
//
// The page behind the one-time link, on a small phone: what it shows before and after
// "take it", in the officers' languages, light and dark; hostile words stay words.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { sms, smsCentre } from "../system/harness.mjs";
import { Site, axe, devdb } from "./site.mjs";

const SMALL = { viewport: { width: 390, height: 844 }, hasTouch: true };
const SHOTS = process.env.KOBAN_SHOTS;
let site, centre;

before(async () => {
  centre = await smsCentre();
  site = await Site.start("phone", { "channel.sms-demo.base_url": centre.url, rung_ms: 1000 });
  query(`insert into duty (area_id, officer_id, koban_id, source) values (1, 103, 11, 'test');
    update version set value = value + 1 where name = 'roster'`);
});
after(async () => { await site?.stop(); centre?.close(); });

const query = (sql) => devdb("psql", "-At", "-d", site.database, "-c", sql);

async function until(what, check) {
  for (const end = Date.now() + 15000; Date.now() < end; await new Promise((done) => setTimeout(done, 30))) {
    const value = await check();
    if (value) return value;
  }
  throw new Error(`never: ${what}`);
}

async function linkFor(from, text) {
  assert.equal((await sms({ base: site.url }, from, text)).status, 200);
  const number = await until("a thread", () => query(`select number from thread where address = '${from}'`));
  const page = await until("a page", () => centre.to("+819000000103").find((e) => e.text.includes(`TAKE ${number}`)));
  return page.text.match(/https?:\S+\/p\/\S+/)[0];
}

async function assertGood(page, what) {
  assert.deepEqual(await axe(page), [], what);
  assert.ok(!await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1), what);
  if (SHOTS) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: `${SHOTS}/${what.replaceAll(" ", "-")}.png` });
  }
}

for (const [n, language, colorScheme] of [[1, "ja", "light"], [2, "id", "dark"], [3, "en", "dark"]]) {
  test(`looked at, taken, answered by thumb: ${language}, ${colorScheme}`, async () => {
    query(`update officer set language = '${language}' where id = 103; update version set value = value + 1 where name = 'roster'`);
    const url = await linkFor(`+81904100000${n}`, "桜町公園で人が刺された 助けて <img src=x onerror=alert(1)>");
    const page = site.watch(await (await site.context({ ...SMALL, colorScheme })).newPage(), "phone");
    await page.goto(url);
    await page.waitForSelector("#take:not([hidden])");
    assert.ok(!(await page.textContent("body")).includes("刺"), "nothing of the resident yet");
    await assertGood(page, `phone before ${language} ${colorScheme}`);
    await page.tap("#take");
    await page.waitForSelector("#list li.inbound");
    assert.equal(await page.locator("#list img").count(), 0, "words, not markup");
    await page.fill("#text", "今そちらへ向かっています。外へ出られますか?");
    await page.tap("#send");
    await until("the reply is sent", () => centre.to(`+81904100000${n}`).find((e) => e.text.includes("外へ出られ")));
    await page.tap("#statuses button >> nth=0");
    await page.waitForSelector("#statuses button[aria-pressed=true]");
    await assertGood(page, `phone after ${language} ${colorScheme}`);
    await page.reload();
    await page.waitForSelector("#list li.inbound");
    const other = site.watch(await (await site.context(SMALL)).newPage(), "second phone");
    await other.goto(url);
    await until("used", async () => (await other.textContent("#problem")) !== "");
    assert.equal(await other.locator("#take:not([hidden])").count(), 0);
    await other.context().close();
    await page.context().close();
  });
}

test("a status given before the reply is answered is a command of its own", async () => {
  const url = await linkFor("+819041000009", "桜町公園で人が刺された 助けて");
  const page = site.watch(await (await site.context(SMALL)).newPage(), "quick thumb");
  await page.goto(url);
  await page.tap("#take");
  await page.waitForSelector("#list li.inbound");
  const button = await page.$("#statuses button");
  let answer;
  await page.route("**/reply", async (route) => {
    const response = await route.fetch();
    await new Promise((done) => { answer = done; });
    await route.fulfill({ response });
  });
  await page.fill("#text", "今そちらへ向かっています。");
  await page.tap("#send");
  await until("the answer is on its way", () => answer);
  await page.tap("#statuses button >> nth=0");
  await page.waitForSelector("#statuses button[aria-pressed=true]");
  assert.ok(await button.evaluate((node) => node.isConnected), "the button under the thumb stays");
  answer();
  await until("the field is empty", async () => await page.inputValue("#text") === "");
  await page.context().close();
});

test("a link that never was says so, and what to do instead", async () => {
  const page = site.watch(await (await site.context(SMALL)).newPage(), "gone");
  await page.goto(`${site.url}/p/AAAAAAAAAAAAAAAAAAAAAA`);
  await until("the sentence", async () => (await page.textContent("#problem")).includes("TAKE"));
  await assertGood(page, "phone gone");
  assert.deepEqual(site.problems, []);
  await page.context().close();
});
