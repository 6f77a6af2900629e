// SPDX-License-Identifier: Apache-2.0
//
// How the site is set up: supervisors see channels, language files with their draft marks
// and the model's version; an officer does not have the section.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertSchema } from "../../console/tests/openapi.mjs";
import { Site, axe, devdb, root, until } from "./site.mjs";

let site;
before(async () => { site = await Site.start("admin"); });
after(async () => { await site?.stop(); });

const query = (sql) => devdb("psql", "-At", "-d", site.database, "-c", sql);
const file = (tag) => JSON.parse(readFileSync(join(root, "handlers", "language", `${tag}.json`)));

async function assertGood(page, what) {
  assert.deepEqual(await axe(page), [], what);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <=
    document.documentElement.clientWidth + 1), `${what} is wider than the screen`);
}

// What is marked in a file is what the screen counts.
function draftsOf(language) {
  const all = [...Object.values(language.sentences), ...Object.values(language.phrases)];
  return all.filter((one) => one.draft ?? language.draft).length;
}

test("a supervisor sees channels, draft marks the model and a broken channel", async () => {
  query("update officer set role = 1 where login = 'suzuki'");
  const page = await site.onDuty("suzuki", { language: "en" });
  const answers = new Map();
  page.on("response", async (response) => {
    const name = /\/api\/(channels|languages)$/.exec(response.url())?.[1];
    const body = name && response.ok() ? await response.json().catch(() => null) : null;
    if (!body) return;
    assertSchema(name === "channels" ? "Channels" : "Languages", body);
    answers.set(name, body);
  });
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.waitForSelector("#admin-system");
  await until("both answers", () => answers.size === 2);
  assert.match(page.url(), /#admin$/);
  for (const tag of ["ja", "id", "en"]) {
    const shown = await page.textContent(`.file:has(h4 [lang=${tag}]) p`);
    const drafts = draftsOf(file(tag));
    assert.ok(drafts > 0 ? shown.includes(`${drafts} of`) : shown.includes("All"), `${tag}: ${shown}`);
  }
  const { model, languages } = answers.get("languages");
  assert.match(model, /^[0-9a-f]{12}$/);
  assert.equal(await page.textContent("#admin-system ~ dl code"), model);
  await page.click(".file summary");
  const first = languages[0].sentences[0];
  assert.ok((await page.textContent(".sentences li:first-child")).includes(first.text));
  assert.equal(await page.locator("tbody tr").count(), answers.get("channels").channels.length);
  query(`update channel set is_held = true, held_reason = 'account locked' where name = 'sms-demo';
    update version set value = value + 1`);
  await page.reload();
  await page.waitForSelector("tr:has-text('sms-demo') .mark-broken");
  assert.match(await page.textContent("tr:has-text('sms-demo')"), /account locked/);
  for (const [language, theme] of [["ja", "light"], ["id", "dark"], ["en", "night"]]) {
    await page.evaluate(([l, t]) => localStorage.setItem("koban-prefs", JSON.stringify({
      ...JSON.parse(localStorage.getItem("koban-prefs")), language: l, theme: t })), [language, theme]);
    for (const size of [{ width: 1366, height: 768 }, { width: 390, height: 844 }]) {
      await page.setViewportSize(size);
      await page.reload();
      await page.waitForSelector("#admin-system");
      await page.click(".file summary");
      await assertGood(page, `set-up ${language} ${theme} ${size.width}`);
    }
  }
  await page.setViewportSize({ width: 320, height: 256 });
  await assertGood(page, "set-up at 400 %");
  assert.deepEqual(site.problems, []);
});

test("an officer does not have it, by key, address or API", async () => {
  const page = await site.onDuty("sato");
  assert.equal(await page.locator("[aria-label='設定状態']").count(), 0);
  await page.goto(`${site.url}/#admin`);
  await page.reload();
  await page.waitForSelector("#queue, .empty");
  assert.equal(await page.locator("#admin-title").count(), 0);
  assert.equal(await page.evaluate(async () => (await fetch("/api/languages")).status), 403);
});
