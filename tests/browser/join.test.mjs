// SPDX-License-Identifier: Apache-2.0
//
// /join/<koban> on a small phone without JavaScript: in three languages and easy Japanese, the
// code by SMS, what is refused and why; hostile values stay words; small, and readable by all.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { smsCentre } from "../system/harness.mjs";
import { Site, axe, devdb } from "./site.mjs";

const SMALL = { viewport: { width: 390, height: 844 }, hasTouch: true };
let site, centre;

before(async () => {
  centre = await smsCentre();
  site = await Site.start("join", { "channel.sms-demo.base_url": centre.url });
});
after(async () => { await site?.stop(); centre?.close(); });

const query = (sql) => devdb("psql", "-At", "-d", site.database, "-c", sql).toString().trim();
async function until(what, check) {
  for (const end = Date.now() + 15000; Date.now() < end; await new Promise((done) => setTimeout(done, 30))) {
    const value = await check();
    if (value) return value;
  }
  throw new Error(`never: ${what}`);
}
const form = (fields) => new URLSearchParams(fields).toString();
function send(path, fields, headers = {}) {
  return fetch(`${site.url}/join/${path}`, { method: "POST", body: form(fields), redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: site.url, ...headers } });
}
async function code(number) {
  const text = await until(`a code for ${number}`, () => centre.to(number).at(-1)?.text);
  return text.match(/\d{6}/)[0];
}
async function request(number, more = []) {
  const answer = await send("sakura?lang=en", [["number", number], ["topic", "1"], ["quiet", "none"], ["consent", "yes"], ...more]);
  const html = await answer.text();
  assert.equal(answer.status, 200, html);
  return { html, id: html.match(/name="id" value="([^"]+)"/)[1], token: html.match(/name="token" value="([^"]+)"/)[1] };
}

test("a volunteer joins without JavaScript, in every voice", async () => {
  for (const [lang, title, number, wanted] of [["ja", /桜町交番からのお知らせ/, "090-1111-0001", /登録しました/],
    ["easy", /おしらせ/, "０９０ １１１１ ０００２", /できました/], ["id", /Info keamanan/, "+81 90 1111 0003", /Anda terdaftar/],
    ["en", /Alerts from Sakura Koban/, "(090) 1111.0004", /You get alerts/]]) {
    const address = `+81901111000${["ja", "easy", "id", "en"].indexOf(lang) + 1}`;
    const context = await site.browser.newContext({ ...SMALL, javaScriptEnabled: false });
    const page = await context.newPage();
    const response = await page.goto(`${site.url}/join/sakura?lang=${lang}`);
    assert.ok((await response.body()).length < 15000, "small");
    assert.match(await page.title(), title);
    assert.equal(await page.locator("[name=consent]").isChecked(), false, "not ticked before");
    assert.equal(await page.locator("[name=topic]:checked").count(), 0);
    await page.fill("[name=number]", number);
    await page.check("[name=topic][value='1']");
    await page.check("[name=topic][value='3']");
    await page.check("[name=consent]");
    await page.click("button");
    await page.fill("[name=code]", await code(address));
    await page.click("button");
    assert.match(await page.textContent("[role=status]"), wanted);
    assert.equal(query(`select state || ' ' || topics || ' ' || language || ' ' || source || ' ' || (consented_at is not null)
      from subscription where address = '${address}'`), `1 10 ${lang === "easy" ? "ja" : lang} join true`);
    await context.close();
  }
  assert.equal(query("select count(*) from audit where action = 'subscription.consent' and detail = 'join'"), "4");
});

test("readable by all: no violation, no sideways scrolling, at 390 pixels", async () => {
  const context = await site.browser.newContext(SMALL);
  const page = await context.newPage();
  for (const lang of ["ja", "easy", "id", "en"]) {
    await page.goto(`${site.url}/join/sakura?lang=${lang}`);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
    assert.deepEqual(await axe(page), []);
  }
  await page.fill("[name=number]", "12");
  await page.check("[name=consent]");
  await page.click("button");
  assert.match(await page.textContent("[role=alert]"), /does not look like/);
  assert.deepEqual(await axe(page), []);
  await context.close();
});

test("what is not one's own, not agreed to, or no number is refused", async () => {
  const good = [["number", "09022220001"], ["topic", "1"], ["consent", "yes"]];
  assert.equal((await send("sakura", good, { origin: "https://evil.example" })).status, 403);
  assert.equal((await send("sakura", good, { origin: "null" })).status, 403);
  assert.equal((await send("sakura", good, { "sec-fetch-site": "cross-site" })).status, 403);
  assert.equal((await send("nowhere", good)).status, 404);
  for (const [fields, words] of [[good.filter(([k]) => k !== "consent"), /Without your agreement/],
    [good.filter(([k]) => k !== "topic"), /Choose one/], [[["number", "110"], ...good.slice(1)], /does not look like/],
    [[["number", "+00 12 <script>alert(1)</script>"], ...good.slice(1)], /does not look like/]]) {
    const answer = await send("sakura?lang=en", fields);
    const html = await answer.text();
    assert.equal(answer.status, 422);
    assert.match(html, words);
    assert.ok(!html.includes("<script"), "hostile words stay words");
  }
  const csp = (await fetch(`${site.url}/join/sakura`)).headers.get("content-security-policy");
  assert.match(csp, /default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/);
  assert.equal(centre.to("+819022220001").length, 0);
});

test("five tries, one hour, the newest code only, three codes an hour, and no word of who is known", async () => {
  const number = "+819033330001";
  const first = await request(number), old = await code(number);
  const second = await request(number);
  await until("the second code", () => centre.to(number).length === 2);
  const fresh = await code(number);
  assert.equal((await send("sakura/code?lang=en", { ...first, code: old })).status, 422, "only the newest");
  const wrong = String((Number(fresh) + 1) % 1000000).padStart(6, "0");
  for (let left = 4; left > 0; left--)
    assert.match(await (await send("sakura/code?lang=en", { ...second, code: wrong })).text(), new RegExp(`Tries left: ${left}`));
  assert.match(await (await send("sakura/code?lang=en", { ...second, code: wrong })).text(), /code is over/);
  assert.match(await (await send("sakura/code?lang=en", { ...second, code: fresh })).text(), /code is over/, "even the right one");
  const third = await request(number);
  await until("the third code", () => centre.to(number).length === 3);
  query(`update join_request set made_at = made_at - interval '61 minutes' where id = ${third.id}`);
  assert.match(await (await send("sakura/code?lang=en", { ...third, code: await code(number) })).text(), /code is over/, "an hour");
  query("update join_request set made_at = now() - interval '1 minute'");
  await request(number);
  await until("nothing waits", () => query("select count(*) from outbox where state in (1, 2)") === "0");
  assert.equal(centre.to(number).length, 3, "the fourth looks the same and sends nothing");
  assert.equal(query(`select count(*) from subscription where address = '${number}'`), "0");
  assert.equal(query(`select count(*) from message where body like '%${fresh}%' and not is_hidden`), "0", "no console shows it");
});

test("poster and door card: codes that can be read, every voice, on paper and by command", async () => {
  const context = await site.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.url}/join/sakura/poster`);
  const words = await page.textContent("main");
  for (const piece of ["桜町交番", "お金や暗証番号は決して聞きません", "ききません", "never ask for money or a PIN",
    "tidak pernah minta uang atau PIN", "JOIN sakura", "+815012345678", "110/119/118"]) assert.ok(words.includes(piece), piece);
  assert.equal(await page.locator("section svg").count(), 4, "sms and chat, twice");
  assert.deepEqual(await axe(page), []);
  assert.equal((await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type \/Page\b/g).length, 2, "two sheets");
  const options = ["--set", `database=${devdb("url", site.database, "koban_owner")}`, "--set", `public_url=${site.url}`];
  const program = process.env.KOBAN_PROGRAM || "build/koban";
  const html = execFileSync(program, [...options, "poster", "sakura"], { encoding: "utf8" });
  assert.equal(html, await (await fetch(`${site.url}/join/sakura/poster`)).text(), "the same page");
  assert.equal(spawnSync(program, [...options, "poster", "nowhere"]).status, 2);
  await context.close();
});

test("one client asks so often and no more", async () => {
  let last;
  for (let i = 0; i < 45; i++) last = await send("sakura?lang=en", [["number", "x"]]);
  assert.equal(last.status, 429);
});
