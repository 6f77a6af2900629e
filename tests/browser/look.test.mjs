// SPDX-License-Identifier: Apache-2.0
//
// Every screen, theme, language and size: nothing that axe finds, nothing outside the
// page's width, no word without its translation.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site, axe, say } from "./site.mjs";

let site;
before(async () => { site = await Site.start("look"); });
after(async () => { await site?.stop(); });

async function assertGood(page, what) {
  assert.deepEqual(await axe(page), [], what);
  const isWide = await page.evaluate(() =>
    document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
  assert.ok(!isWide, `${what} is wider than the screen`);
}

async function setLook(page, language, theme) {
  await page.evaluate(([l, t]) => {
    const old = JSON.parse(localStorage.getItem("koban-prefs") ?? "{}");
    localStorage.setItem("koban-prefs", JSON.stringify({ ...old, language: l, theme: t }));
  }, [language, theme]);
  await page.reload();
  await page.waitForSelector(".desk, .gate");
}

const looks = [["ja", "light"], ["id", "dark"], ["en", "night"], ["en", "light"],
  ["ja", "night"], ["id", "light"]];

test("sign-in and start of duty", async () => {
  const context = await site.context();
  const page = site.watch(await context.newPage(), "sign-in");
  await page.goto(site.url);
  await page.waitForSelector("#login");
  for (const [language, theme] of looks) {
    await setLook(page, language, theme);
    await assertGood(page, `sign-in ${language} ${theme}`);
  }
  await page.fill("#login", "sato");
  await page.fill("#password", "wrong");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".problem:not(:empty)");
  await assertGood(page, "refused sign-in");
  await context.close();
  const duty = await site.signIn("sato");
  await assertGood(duty, "start of duty");
  await duty.click(".gate-card .primary");
  await assertGood(duty, "sound check");
  await duty.context().close();
});

test("desk, thread, dialogs, in every look", async () => {
  const page = await site.onDuty("suzuki");
  const resident = await site.resident();
  await say(resident, "財布を落としました 桜町");
  const other = await site.resident();
  await say(other, "たすけて 家の中に知らない男がいる");
  await page.waitForSelector(".alarm");
  for (const [language, theme] of looks) {
    await setLook(page, language, theme);
    await page.waitForSelector(".alarm");
    await assertGood(page, `queue ${language} ${theme}`);
  }
  await page.keyboard.press("Space");
  await page.waitForSelector("#composer");
  for (const [language, theme] of looks) {
    await setLook(page, language, theme);
    await page.waitForSelector("#composer");
    await assertGood(page, `thread ${language} ${theme}`);
    await page.keyboard.press("Control+/");
    await assertGood(page, `note ${language} ${theme}`);
    await page.keyboard.press("Escape");
  }
  for (const key of ["e", "t", "s", "m", "?", "Control+k"]) {
    await page.keyboard.press(key);
    await page.waitForSelector("dialog[open]");
    await assertGood(page, `dialog ${key}`);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog[open]", { state: "detached" });
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await assertGood(page, "thread on a phone");
  await page.click(".back");
  await assertGood(page, "queue on a phone");
  // 400 % of 1280 x 1024 is 320 x 256.
  await page.setViewportSize({ width: 320, height: 256 });
  await assertGood(page, "400 % zoom");
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.keyboard.press("g");
  await page.keyboard.press("x");
  await page.waitForSelector(".locked");
  await assertGood(page, "lock");
  assert.deepEqual(site.problems, []);
});

test("the chat page in its four languages, light and dark", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await site.resident({ colorScheme });
    await say(page, "道に迷いました");
    await page.waitForSelector("#log li.automatic");
    await page.click("#resume-title");
    for (const tag of ["ja", "ja-easy", "id", "en"]) {
      await page.selectOption("#language", tag);
      await assertGood(page, `chat ${tag} ${colorScheme}`);
    }
    await page.setViewportSize({ width: 320, height: 256 });
    await assertGood(page, `chat at 400 % ${colorScheme}`);
    await page.context().close();
  }
});
