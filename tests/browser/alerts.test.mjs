// SPDX-License-Identifier: Apache-2.0
//
// An alert from its first word to its last recipient: written by one officer, approved by
// another on a phone, paused, stopped, corrected, answered; in three languages, by keyboard,
// by mouse, with the link lost; what is not allowed and why. Answers are as
// console/openapi.json says; axe finds nothing.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertSchema } from "../../console/tests/openapi.mjs";
import { sms, smsCentre } from "../system/harness.mjs";
import { Site, axe, devdb, until } from "./site.mjs";

const SHOTS = process.env.KOBAN_SHOTS;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
const TEXTS = { ja: "行方不明：80歳の女性、紺の上着。桜町公園のあたり。見かけたら返信してください。",
  id: "Orang hilang: perempuan 80 tahun, jaket biru tua, sekitar Taman Sakura. Balas bila melihat.",
  en: "Missing: woman of 80, navy jacket, near Sakura park. Answer if you see her." };
let site, centre, serial = 1, sato;

before(async () => {
  centre = await smsCentre();
  site = await Site.start("alerts", { "channel.sms-demo.base_url": centre.url });
  query(`update channel set settings = settings || '{"price_per_part": 3.3, "currency": "JPY"}' where id = 2`);
});
after(async () => { await site?.stop(); centre?.close(); });

const query = (sql) => devdb("psql", "-At", "-d", site.database, "-c", sql);

// Volunteers as the dialogue leaves them; none of the test before.
function volunteers(count, { koban = 11, language = "ja" } = {}) {
  query(`insert into subscription (area_id, channel_id, address, id, intake_id, contact_id, state,
      kobans, topics, language, quiet_from, quiet_to, source, consented_at)
    select 1, 2, '+8170' || lpad(n::text, 8, '0'), n, 1, n, 1, '{${koban}}', 65535, '${language}',
      0, 0, 'test', now() from generate_series(${serial}, ${serial + count - 1}) n`);
  serial += count;
}
const nobody = () => query("update subscription set state = 2");

const shapes = [[/\/api\/alerts\/[\d-]+\/preview$/, "AlertPreview"],
  [/\/api\/alerts(\/[\d-]+(\/\w+)?)$/, "Alert"], [/\/api\/alerts(\?|$)/, "Alerts"],
  [/\/api\/map$/, "Map"], [/\/api\/country$/, "Country"]];
const seen = new Set();
function checked(page) {
  page.on("response", async (response) => {
    const found = shapes.find(([pattern]) => pattern.test(response.url()))?.[1];
    if (!found) return;
    const isNew = found === "Alerts" && response.request().method() === "POST";
    try {
      const body = await response.json(), shape = isNew ? "Alert" : found;
      assertSchema(response.ok() ? shape : "Problem", body);
      if (response.ok()) seen.add(shape);
    } catch (error) {
      if (!/No resource|Target.*closed|No data/.test(error.message))
        site.problems.push(`${response.url()}: ${error.message}`);
    }
  });
  return page;
}

async function assertGood(page, what) {
  assert.deepEqual(await axe(page), [], what);
  assert.ok(!await page.evaluate(() => document.documentElement.scrollWidth >
    document.documentElement.clientWidth + 1), `${what} is wider than the screen`);
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${what.replaceAll(" ", "-")}.png` });
}

const keys = async (page, ...list) => { for (const key of list) await page.keyboard.press(key); };
// In the middle of nowhere, as after a click on the background.
const leaveField = (page) => page.evaluate(() => document.activeElement.blur());

async function write(page, texts, { severity = 1, koban = true } = {}) {
  await keys(page, "g", "a", "w");
  await page.waitForSelector("#alert-text-ja");
  for (const [tag, text] of Object.entries(texts)) await page.fill(`#alert-text-${tag}`, text);
  await page.locator("[name=alert-severity]").nth(severity).check();
  if (koban) await page.locator(".kobans input").nth(1).check();
}
async function handIn(page) {
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#alert-people");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".alert-note");
}
async function approve(page, count) {
  for (const box of await page.locator(".decision input[type=checkbox]").all()) await box.check();
  await page.fill("#alert-count", String(count));
  await page.click(".decision button.primary");
}

test("written by keyboard, approved by thumb, on its way before both", async () => {
  volunteers(5);
  volunteers(3, { language: "id" });
  volunteers(4, { koban: 12 });
  sato = checked(await site.onDuty("sato"));
  await write(sato, { ja: TEXTS.ja });
  assert.match(await sato.textContent("#alert-count-ja"), /UCS-2/);
  assert.equal(await sato.locator(".gap").count(), 2, "two languages are missing, and said so");
  assert.equal(await sato.locator(".gap.needed").count(), 0);
  for (const tag of ["id", "en"]) await sato.fill(`#alert-text-${tag}`, TEXTS[tag]);
  await sato.keyboard.press("Control+Enter");
  await sato.waitForSelector("#alert-people:has-text('8')");
  assert.match(await sato.textContent(".box .figures"), /JPY/);
  await assertGood(sato, "composer ja light");
  // Words changed after the preview are not handed in unseen.
  await sato.fill("#alert-text-en", `${TEXTS.en} `);
  await sato.waitForSelector("#alert-people", { state: "detached" });
  await handIn(sato);
  assert.match(await sato.textContent(".alert-note"), /別の警察官が承認/);
  assert.equal(await sato.locator("#alert-count").count(), 0, "the author cannot");
  await assertGood(sato, "author waits ja light");

  const tanaka = checked(await site.onDuty("tanaka", { ...PHONE, language: "id", theme: "dark" }));
  await tanaka.waitForSelector(".strip-blue");
  assert.equal(await tanaka.textContent(".bottom .badge"), "1");
  await assertGood(tanaka, "notice id dark phone");
  await tanaka.tap(".strip-blue");
  await tanaka.waitForSelector(".decision");
  for (const text of Object.values(TEXTS))
    await tanaka.waitForSelector(`.decision blockquote:has-text("${text}")`);
  await tanaka.fill("#alert-count", "8");
  assert.ok(await tanaka.locator(".decision .primary").isDisabled(), "not before all is read");
  await tanaka.waitForSelector("#alert-people:has-text('8')");
  await assertGood(tanaka, "approval id dark phone");
  for (const box of await tanaka.locator(".decision [type=checkbox]").all()) await box.check();
  assert.ok(await tanaka.locator(".decision .primary").isEnabled());
  await tanaka.fill("#alert-count", "9");
  assert.ok(await tanaka.locator(".decision .primary").isDisabled(), "not another number");
  await approve(tanaka, 8);
  await tanaka.waitForSelector("progress");
  await sato.waitForSelector("progress");
  await until("eight have it", () => centre.ledger.length === 8);
  assert.equal(centre.ledger.filter((e) => e.text.includes("Orang hilang")).length, 3);
  await sato.waitForSelector("#alert-title + p:has-text('完了')");
  await assertGood(sato, "progress ja light");
  await assertGood(tanaka, "progress id dark phone");
  await tanaka.context().close();
  assert.deepEqual(site.problems, []);
});

test("drawn with the mouse, kept over a lost link and a reload", async () => {
  await keys(sato, "Escape", "w");
  await sato.waitForSelector("#alert-text-ja");
  await sato.locator("[name=alert-how]").nth(1).check();
  await sato.locator(".map svg").scrollIntoViewIfNeeded();
  await sato.context().setOffline(true);
  const box = await sato.locator(".map svg").boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  // Around the whole town, with the button down.
  await sato.mouse.move(...at(.05, .05));
  await sato.mouse.down();
  for (const [x, y] of [[.5, .04], [.95, .05], [.96, .5], [.95, .95], [.5, .96], [.05, .95], [.04, .5]])
    await sato.mouse.move(...at(x, y), { steps: 3 });
  await sato.mouse.up();
  await sato.waitForSelector(".problem:has-text('ここに残っています')");
  await sato.fill("#alert-text-ja", "描いた地域");
  await leaveField(sato);
  await until("the words are kept", () => sato.evaluate(() => new Promise((resolve, reject) => {
    const asked = indexedDB.open("koban-alert-drafts");
    asked.onerror = reject;
    asked.onsuccess = () => {
      const all = asked.result.transaction("drafts").objectStore("drafts").getAll();
      all.onsuccess = () => {
        asked.result.close();
        resolve(all.result.some((draft) => draft.texts.ja === "描いた地域"));
      };
    };
  })));
  await sato.context().setOffline(false);
  await sato.reload();
  await sato.waitForSelector("#alert-text-ja");
  await until("the words are back", async () => await sato.inputValue("#alert-text-ja") === "描いた地域");
  await sato.waitForSelector(".map-drawing");
  await sato.keyboard.press("Control+Enter");
  await sato.waitForSelector(".drawn:has-text('梅田交番')");
  assert.match(await sato.textContent(".drawn"), /桜町交番.*花咲駅前交番|花咲駅前交番/);
  await assertGood(sato, "drawn ja light");
  // By points, one koban; and nothing.
  await sato.click(".map-keys button:last-child");
  await sato.waitForSelector(".map-drawing", { state: "detached" });
  await sato.locator(".map svg").scrollIntoViewIfNeeded();
  const again = await sato.locator(".map svg").boundingBox();
  const umeda = await sato.locator(".map-koban circle").nth(2).boundingBox();
  for (const [x, y] of [[-9, -9], [9, -9], [9, 9]])
    await sato.mouse.click(umeda.x + 5 + x * 2, umeda.y + 5 + y * 2);
  assert.ok(again.width > 200);
  await sato.click(".map-keys button:first-child");
  await sato.waitForSelector(".drawn:has-text('かかる交番：梅田交番')");
  await sato.click(".alert-head button:last-child");
  await sato.waitForSelector("#alert-text-ja", { state: "detached" });
  assert.deepEqual(site.problems, []);
});

test("a first save whose answer is lost makes one draft; a draft is deleted everywhere", async () => {
  const of = (words) => query(`select count(*) from alert_text where body like '${words}%'`);
  await keys(sato, "Escape", "w");
  await sato.waitForSelector("#alert-text-ja");
  await sato.fill("#alert-text-ja", "下書きの言葉");
  await sato.locator(".kobans input").nth(1).check();
  let lost = 0;
  await sato.route("**/api/alerts", async (route) => {
    if (route.request().method() !== "POST" || lost++) return route.fallback();
    await route.fetch(); // it arrives; its answer does not
    await route.abort();
  });
  await sato.keyboard.press("Control+Enter");
  await sato.waitForSelector(".problem:has-text('ここに残っています')");
  assert.equal(of("下書きの言葉"), "1");
  await sato.fill("#alert-text-ja", "下書きの言葉、直した");
  await sato.keyboard.press("Control+Enter");
  await sato.waitForSelector("#alert-people");
  await sato.unroute("**/api/alerts");
  assert.deepEqual([of("下書きの言葉"), of("下書きの言葉、直した")], ["1", "1"], "one draft, as it was written last");
  const ref = query("select area_id || '-' || alert_id from alert_text where body = '下書きの言葉、直した'");

  const umeda = checked(await site.signIn("tanaka"));
  for (const page of [umeda, sato]) {
    await leaveField(page);
    await page.goto(`${site.url}/#alerts/${ref}`);
    await page.waitForSelector(".alert-one");
  }
  const remove = ".alert-keys button:has-text('下書きを削除')";
  assert.equal(await umeda.locator(remove).count(), 0, "not a colleague's");
  await sato.click(remove);
  await sato.waitForSelector("dialog[open]");
  await assertGood(sato, "delete ja light");
  assert.equal(of("下書きの言葉"), "1", "asked, not done");
  await sato.click("dialog .primary");
  for (const page of [sato, umeda]) await page.waitForSelector(".alert-one", { state: "detached" });
  assert.equal(of("下書きの言葉"), "0");
  await umeda.context().close();
  assert.deepEqual(site.problems, []);
});

test("danger needs every language; refused with a reason; alone only with a supervisor's name", async () => {
  const ito = checked(await site.onDuty("ito", { language: "en", theme: "night" }));
  const command = checked(await site.onDuty("command", { language: "ja" }));
  await write(ito, { ja: TEXTS.ja }, { severity: 2 });
  assert.equal(await ito.locator(".gap.needed").count(), 2);
  await ito.keyboard.press("Control+Enter");
  await ito.waitForSelector(".problem:has-text('Danger needs every language')");
  await assertGood(ito, "composer en night");
  for (const tag of ["id", "en"]) await ito.fill(`#alert-text-${tag}`, TEXTS[tag]);
  await handIn(ito);
  await sato.waitForSelector(".rail .badge");
  await keys(sato, "g", "q");
  await sato.click(".strip-blue");
  await sato.waitForSelector(".decision");
  await leaveField(sato);
  await sato.keyboard.press("x");
  await sato.fill("#alert-reason", "住所が違う <img src=x onerror=alert(1)>");
  await assertGood(sato, "refuse ja light");
  await sato.click("dialog .primary");
  await ito.waitForSelector(".alert-note:has-text('住所が違う <img')");
  assert.equal(await ito.locator(".alert-one img").count(), 0, "words, not markup");
  await leaveField(ito);
  await ito.keyboard.press("d");
  await ito.waitForSelector("#alert-text-en");
  await handIn(ito);
  await ito.locator(".alert-note .danger").click();
  await ito.waitForSelector("dialog .problem");
  await assertGood(ito, "break glass en night");
  assert.ok(await ito.locator("dialog .primary").isDisabled());
  await ito.fill("#alert-glass-count", "8");
  await ito.click("dialog .primary");
  await ito.waitForSelector("progress");
  await command.waitForSelector(".strip-red:has-text('第二の警察官なし')");
  await until("spoken at once", async () => /伊藤/.test(await command.textContent("[role=alert].sr")));
  assert.equal(await sato.locator(".strip-red:has-text('第二')").count(), 0, "officers are not alarmed");
  await assertGood(command, "glass told ja light");
  await command.click(".strip-red");
  await command.waitForSelector(".strip-red", { state: "detached" });
  await command.context().close();
  await ito.context().close();
  assert.deepEqual(site.problems, []);
});

test("paused, resumed, stopped, corrected to exactly those already reached", async () => {
  nobody();
  volunteers(150);
  query("update channel set rate_per_second = 8, in_flight = 2 where id = 2; update version set value = value + 1");
  const ito = checked(await site.signIn("ito", { language: "en" }));
  await ito.waitForSelector(".link-live");
  await write(ito, TEXTS);
  await handIn(ito);
  await keys(sato, "g", "q", "g", "a");
  await sato.click(".alert-row:has-text('伊藤'):has-text('承認待ち')");
  await sato.waitForSelector(".decision");
  await approve(sato, 150);
  await ito.waitForSelector(".alert-rate:has-text('a second')");
  await assertGood(ito, "sending en light");
  await leaveField(ito);
  await ito.keyboard.press("p");
  await ito.waitForSelector("#alert-title + p:has-text('paused')");
  await ito.keyboard.press("u");
  await ito.waitForSelector("#alert-title + p:has-text('being sent')");
  await ito.keyboard.press("h");
  await ito.waitForSelector("dialog[open]");
  await assertGood(ito, "stop en light");
  await ito.keyboard.press("Escape");
  await ito.waitForSelector("dialog[open]", { state: "detached" });
  assert.match(await ito.textContent("#alert-title + p"), /being sent/, "asked, not done");
  await ito.keyboard.press("h");
  await ito.click("dialog .primary");
  await ito.waitForSelector("#alert-title + p:has-text('stopped')");
  query("update channel set rate_per_second = 200, in_flight = 16 where id = 2; update version set value = value + 1");
  await until("nobody waits", () => query(`select coalesce(sum(count), 0) from alert_progress
    where state in (1, 2)`) === "0");
  const reached = Number(query(`select sum(count) from alert_progress p join alert a on a.id = p.alert_id
    where a.audience = 150 and p.state in (2, 3, 4, 5, 7)`));
  assert.ok(reached > 0 && reached < 150, `${reached} reached`);
  await leaveField(ito);
  await ito.keyboard.press("f");
  await ito.waitForSelector("#alert-text-ja");
  await ito.fill("#alert-text-ja", "訂正：先ほどの知らせは誤りでした。");
  await ito.keyboard.press("Control+Enter");
  await ito.waitForSelector(`#alert-preview:has-text('already reached: ${reached}')`);
  await assertGood(ito, "correction en light");
  await ito.context().close();
  assert.deepEqual(site.problems, []);
});

test("an answer leads to its thread, and the thread to its alert", async () => {
  nobody();
  const from = "+817199990001";
  await sms({ base: site.url }, from, "桜町公園で見ました");
  await until("known", () => query(`select count(*) from address where address = '${from}'`) === "1");
  const id = query("select id from alert where state = 7 and kind = 1 order by id limit 1");
  const thread = await until("a thread", () => query(`select id from thread where address = '${from}'`));
  query(`insert into alert_reply (area_id, alert_id, thread_id) values (1, ${id}, ${thread})`);
  await sato.goto(`${site.url}/#alerts/1-${id}`);
  await sato.reload();
  await sato.locator(".replies button").click();
  await sato.waitForSelector(".answers:has-text('への返信')");
  await assertGood(sato, "answer ja light");
  await sato.click(".answers button");
  await sato.waitForSelector("#alert-title");
  assert.deepEqual([...seen].sort(), ["Alert", "AlertPreview", "Alerts", "Country", "Map"]);
  assert.deepEqual(site.problems, []);
});

test("a volunteer goes out: the groups of an open composer say so", async () => {
  const from = "+817199990002";
  for (const [n, text] of ["join sakura", "0", "en", "2", "1"].entries()) {
    await sms({ base: site.url }, from, text);
    await until(`an answer to ${text}`, () => centre.to(from).length > n);
  }
  query(`insert into volunteer_group (area_id, id, koban_id, kind, name) values (1, 1, 11, 1, '東の見回り');
    insert into volunteer_member (area_id, group_id, subscription_id)
    select 1, 1, id from subscription where address = '${from}' and state = 1`);
  await sato.reload();
  await sato.waitForSelector(".link-live");
  await keys(sato, "g", "a", "w");
  await sato.waitForSelector("#alert-group");
  const says = (words) => until(words, async () => (await sato.textContent("#alert-group")).includes(words));
  await says("1人、活動中0人");
  for (const [word, out] of [["ON", 1], ["OFF", 0]]) {
    await sms({ base: site.url }, from, word);
    await says(`1人、活動中${out}人`);
  }
  assert.deepEqual(site.problems, []);
});

const hostile = ["\u202Eevil\u202C <img src=x onerror=alert(1)> <b>b</b>", "W".repeat(700), "😀".repeat(300),
  "مرحبا بكم في المدينة ".repeat(10)];

test("hostile words stay words and inside their box, everywhere", async () => {
  const page = checked(await site.onDuty("suzuki", { language: "en" }));
  await write(page, { ja: hostile[0], id: hostile[1], en: hostile[2] + hostile[3] });
  await assertGood(page, "hostile composer");
  await handIn(page);
  await assertGood(page, "hostile alert");
  await page.setViewportSize({ width: 390, height: 844 });
  await assertGood(page, "hostile alert phone");
  assert.equal(await page.locator(".alert-pane img, .alert-pane b, .alert-list img").count(), 0);
  assert.ok(await page.evaluate(() => [...document.querySelectorAll(".texts section")].every((box) =>
    box.scrollWidth <= box.clientWidth + 1)), "a text is wider than its box");
  await page.click(".alert-head .back");
  await page.waitForSelector(".alert-row");
  await assertGood(page, "list en phone");
  await page.setViewportSize({ width: 320, height: 256 });
  await assertGood(page, "400 % zoom");
  assert.deepEqual(site.problems, []);
});
