// SPDX-License-Identifier: Apache-2.0
//
// At the counter: an officer opens a thread for a visitor who stands there, by button and
// by key, and follows up by text.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertSchema } from "../../console/tests/openapi.mjs";
import { smsCentre } from "../system/harness.mjs";
import { Site, axe, devdb, say, until } from "./site.mjs";

let site, centre;
before(async () => {
  centre = await smsCentre();
  site = await Site.start("counter", { "channel.sms-demo.base_url": centre.url });
});
after(async () => { await site?.stop(); centre?.close(); });

const value = (sql) => devdb("psql", "-At", "-d", site.database, "-c", sql);

test("a visitor's thread, by key, and a text after it", async () => {
  const page = await site.onDuty("sato");
  page.on("response", async (response) => {
    if (!response.url().endsWith("/api/visits") || !response.ok()) return;
    const body = await response.json().catch(() => null);
    if (body) assertSchema(response.request().method() === "GET" ? "VisitChannels"
      : "CommandDone", body);
  });
  await page.keyboard.press("a");
  await page.waitForSelector("dialog[open]");
  assert.equal(await page.evaluate(() => document.activeElement.id), "visit-address");
  assert.ok(await page.isDisabled("dialog .primary"), "nothing to open yet");
  await page.keyboard.type("090-3100-0077");
  await page.focus("#visit-text");
  await page.keyboard.type("黒い財布 <b>を</b> 届け出");
  // To leave is not to lose.
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await page.keyboard.press("a");
  assert.equal(await page.inputValue("#visit-address"), "090-3100-0077");
  await page.waitForSelector("dialog .primary:enabled");
  await page.focus("#visit-text");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await page.waitForSelector(".bubble.note:has-text('黒い財布 <b>を</b> 届け出')");
  await page.waitForSelector(".thread-title:has-text('自分が担当')");
  assert.equal(await page.locator(".log b").count(), 0);
  assert.equal(centre.to("+819031000077").length, 0, "nothing is said by itself");
  await page.keyboard.press("r");
  await page.keyboard.type("見つかりました");
  await page.keyboard.press("Control+Enter");
  await until("the text", () => centre.to("+819031000077").length === 1);
  assert.deepEqual(site.problems, []);
});

test("by button; what was wrong is said, what was sent twice is one thread", async () => {
  const page = await site.onDuty("suzuki", { language: "en", theme: "dark" });
  await page.click(".queue-find [aria-label='Open a thread for a visitor']");
  await page.waitForSelector("dialog[open]");
  await page.fill("#visit-address", "12");
  await page.fill("#visit-text", "a found umbrella");
  await page.click("dialog .primary");
  await page.waitForSelector("dialog .problem:has-text('does not read as a telephone number')");
  assert.deepEqual(await axe(page), [], "refused");
  await page.fill("#visit-address", "090 3100 0078");
  // The gateway has it, the answer is lost.
  let ids = [];
  await page.route("**/api/visits", async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    ids.push(route.request().postDataJSON().client_id);
    if (ids.length > 1) return route.fallback();
    await route.fetch();
    return route.abort();
  });
  await page.click("dialog .primary");
  await page.waitForSelector("dialog .problem:has-text('will not be made twice')");
  await page.click("dialog .primary");
  await page.waitForSelector(".bubble.note:has-text('a found umbrella')");
  assert.equal(ids[0], ids[1]);
  assert.equal(await page.locator(".bubble.note").count(), 1);
  assert.equal(value("select count(*) from thread where address = '+819031000078'"), "1");
  assert.deepEqual(site.problems, []);
});

test("whoever only reads opens no thread", async () => {
  value("update officer set role = 3 where login = 'ito'");
  const page = await site.signIn("ito");
  await page.click(".gate-foot button");
  await page.waitForSelector(".desk");
  assert.ok(await page.isDisabled("[aria-label='窓口の来訪者のスレッドを開く']"));
  await page.keyboard.press("a");
  await page.keyboard.press("?");
  await page.waitForSelector("dialog .help");
  assert.equal(await page.locator("#visit-address").count(), 0);
});

test("the words that decided are marked where they stand; erased ones are told of", async () => {
  const page = await site.onDuty("tanaka", { language: "en" });
  const resident = await site.resident({ koban: "umeda" });
  // Joined and astral characters before the words, markup among them.
  await say(resident, "👨‍👩‍👧😱 <i>か\u3099</i> 夫に殴られた 助けて");
  await page.waitForSelector(".alarm-open");
  await page.keyboard.press("Space");
  await page.waitForSelector(".bubble.inbound mark");
  const marks = await page.locator(".bubble.inbound mark").all();
  const words = await Promise.all(marks.map((mark) => mark.textContent()));
  assert.ok(words.some((w) => /殴|助けて/.test(w)) && words.every((w) => !/[😱👨<>]/u.test(w)), words.join("|"));
  for (const mark of marks) assert.ok((await mark.getAttribute("title")).length > 3);
  assert.equal(await page.textContent(".bubble.inbound .body"), "👨‍👩‍👧😱 <i>か\u3099</i> 夫に殴られた 助けて");
  assert.equal(await page.locator(".body i").count(), 0);
  assert.deepEqual(await axe(page), [], "marks");
  const ref = /#queue\/1-(\d+)/.exec(page.url())[1];
  value(`update message set body = '', reasons = '' where thread_id = ${ref};
    update thread set state = 3, erased = 1, version = version + 1 where id = ${ref}`);
  await page.reload();
  await page.waitForSelector(".erased:has-text('Erased by the retention rule')");
  assert.equal(await page.locator(".body mark").count(), 0);
  assert.deepEqual(await axe(page), [], "erased");
  assert.deepEqual(site.problems, []);
});
