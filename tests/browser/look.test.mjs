// SPDX-License-Identifier: Apache-2.0
//
// Every screen, theme, language and size: nothing that axe finds, nothing outside the
// page's width, no word without its translation.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site, axe, openRow, say } from "./site.mjs";

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

// Opens, looks, closes; the focus goes back to where it was.
async function dialog(page, keys, what) {
  const leave = page.locator(".rail button").last();
  if (keys === "end") await leave.click();
  else for (const key of keys.split(" ")) await page.keyboard.press(key);
  await page.waitForSelector("dialog[open]");
  await assertGood(page, `dialog ${keys} ${what}`);
  if (keys === "s") assert.match(await page.locator("dialog .choice").last().textContent(), /08[.:]00$/);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  if (keys === "end") {
    assert.ok(await leave.evaluate((node) => node === document.activeElement), "focus is back");
    await page.evaluate(() => document.activeElement.blur());
  }
}

async function inEveryLanguage(page, dialogs) {
  for (const [language, theme] of looks.slice(0, 3)) {
    await setLook(page, language, theme);
    await page.waitForSelector("#composer");
    await page.waitForSelector(".link-live");
    for (const keys of dialogs) await dialog(page, keys, `${language} ${theme}`);
  }
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
  await inEveryLanguage(page, ["e", "t", "s", "m", "a", "?", "Control+k", "g p", "end"]);
  await page.keyboard.press("Control+/");
  await page.keyboard.press("Control+/");
  await page.keyboard.type("/");
  await page.waitForSelector(".canned");
  await assertGood(page, "canned sentences");
  for (let i = 0; i < 9; i++) await page.keyboard.press("ArrowDown");
  await page.waitForSelector("#canned-9[aria-selected=true]");
  await page.keyboard.press("Escape");
  await page.fill("#composer", "");
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 390, height: 844 });
  await assertGood(page, "thread on a phone");
  // The first touch after a reload wakes the sound and does what it was meant for.
  await page.reload();
  await page.waitForSelector(".bubble.inbound");
  await page.waitForSelector(".strip-red");
  await page.click(".card-toggle");
  await page.waitForSelector(".card");
  await page.waitForSelector(".strip-red", { state: "detached" });
  await assertGood(page, "card on a phone");
  for (const key of ["e", "t", "s", "m", "a", "?", "Control+k", "g p"]) await dialog(page, key, "phone");
  await page.click(".card-toggle");
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

test("a question raised, a search, a colleague first, a lost link", async () => {
  const page = await site.onDuty("ito");
  const resident = await site.resident({ koban: "umeda" });
  await say(resident, "梅田町の街灯が消えています");
  await openRow(page.locator(".row:has-text('街灯が消えて')"));
  await page.waitForSelector("#composer");
  await inEveryLanguage(page, ["!"]);
  await page.keyboard.press("/");
  await page.keyboard.type("街灯");
  await page.waitForSelector(".list-head:has-text('1')");
  await assertGood(page, "found");
  await page.keyboard.type("どこにもない言葉");
  await page.waitForSelector(".empty");
  await assertGood(page, "nothing found");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  // The queue is painted again: before that the row stands where the search had it.
  await page.waitForSelector(".row.tone-emergency");
  await openRow(page.locator(".row:has-text('街灯が消えて')"));
  await page.waitForSelector(".bubble.inbound:has-text('街灯が消えて')");
  await page.route("**/api/threads/*/reply", (route) => route.fulfill({ status: 409,
    contentType: "application/problem+json", body: JSON.stringify({ code: "other_answered" }) }));
  await page.fill("#composer", "直しに行きます。");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".toast");
  await assertGood(page, "can be undone");
  await page.waitForSelector("dialog[open]");
  await assertGood(page, "a colleague answered first");
  await page.keyboard.press("Escape");
  await page.context().setOffline(true);
  await page.waitForSelector(".strip-amber");
  await assertGood(page, "no link");
  await page.context().setOffline(false);
  await page.context().close();
  await resident.context().close();
});

const hostile = ["\u202Eevil\u202C <img src=x onerror=alert(1)> <b>b</b> \u200B\u200B\u200D\uFEFF",
  "W".repeat(1200), "😀".repeat(900), "Z\u0337\u0322\u031B\u0347".repeat(100), "ﷺ".repeat(60)];

test("hostile words stay words and inside their bubble, here and there", async () => {
  const page = await site.onDuty("tanaka");
  const resident = await site.resident({ koban: "umeda" });
  for (const text of hostile) await say(resident, text);
  await page.waitForSelector(".row:has-text('ﷺ')");
  await openRow(page.locator(".row:has-text('ﷺ')"));
  await page.waitForSelector(".bubble.inbound:has-text('ﷺ')");
  await assertGood(page, "hostile thread");
  assert.equal(await page.locator(".log img, .log b, .queue img").count(), 0, "words, not markup");
  const isInside = await page.evaluate(() => [...document.querySelectorAll(".bubble")].every((b) => {
    const log = b.closest(".log").getBoundingClientRect(), box = b.getBoundingClientRect();
    return box.left >= log.left && box.right <= log.right && b.scrollWidth <= b.clientWidth + 1;
  }));
  assert.ok(isInside, "a bubble is wider than the log");
  await page.fill("#composer", hostile.join(" "));
  await page.keyboard.press("Control+/");
  await page.keyboard.press("Control+Enter");
  // At once, before anything is painted: a note goes to nobody.
  await page.waitForSelector(".bubble.note:not(.pending):has-text('evil')");
  assert.equal(await page.locator(".bubble.outbound:has-text('evil')").count(), 0);
  await assertGood(page, "hostile note");
  await page.setViewportSize({ width: 390, height: 844 });
  await assertGood(page, "hostile thread on a phone");
  await assertGood(resident, "hostile chat");
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
