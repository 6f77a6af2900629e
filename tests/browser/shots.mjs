// SPDX-License-Identifier: Apache-2.0
//
// Pictures for the documents, taken of the real thing: `node tests/browser/shots.mjs DIR`
// with the environment of tools/suite. Run by hand when the screens have changed; `desk`,
// `alerts`, `paper` or `bekasi` as a second word takes those alone.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { smsCentre } from "../system/harness.mjs";
import { Site, devdb, openRow, say } from "./site.mjs";

const directory = process.argv[2] ?? process.env.KOBAN_SHOTS_IN ?? "docs/images";
mkdirSync(directory, { recursive: true });
const only = process.argv[3] ?? process.env.KOBAN_SHOTS_OF;
const centre = await smsCentre();
const site = await Site.start("shots", { "channel.sms-demo.base_url": centre.url }, only === "bekasi" ? "id" : "jp");

// WebP by the browser itself: a third of a PNG, and the words stay sharp.
// Of a page, or a part of it.
async function shot(target, name) {
  const png = (await target.screenshot()).toString("base64");
  const press = await site.browser.newPage();
  const webp = await press.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.9).split(",")[1];
  }, png);
  await press.close();
  writeFileSync(join(directory, `${name}.webp`), Buffer.from(webp, "base64"));
}

async function look(page, language, theme) {
  await page.evaluate(([l, t]) => {
    const old = JSON.parse(localStorage.getItem("koban-prefs") ?? "{}");
    localStorage.setItem("koban-prefs", JSON.stringify({ ...old, language: l, theme: t }));
  }, [language, theme]);
  await page.reload();
  await page.waitForSelector(".desk");
  await page.keyboard.press("Shift"); // a key wakes the sound
}

async function tell(text, options) {
  const page = await site.resident(options);
  await say(page, text);
  return page;
}

async function desk() {
  const officer = await site.onDuty("sato");
  const wallet = await tell("財布を落としました。茶色の二つ折りで、桜町公園のあたりです。");
  await tell("Pak, tetangga putar musik keras tiap malam, tolong ditegur", { locale: "id-ID" });
  await tell("Lost my umbrella near the park, did anyone bring it in?", { locale: "en-GB" });
  await tell("駐車違反の車が3日止まっています");
  await openRow(officer.locator(".row:has-text('財布')"));
  await officer.waitForSelector("#composer");
  await officer.fill("#composer", "拾得物を確認します。どんな財布ですか?");
  await officer.keyboard.press("Control+Enter");
  await wallet.waitForSelector("#log li.officer");
  await say(wallet, "黒い革の財布です");
  await officer.waitForSelector(".bubble.inbound:has-text('黒い革')");
  await officer.waitForSelector(".toast", { state: "detached" });
  await wallet.setViewportSize({ width: 390, height: 1180 });
  await wallet.evaluate(() => window.scrollTo(0, 0));
  await shot(wallet, "chat-phone");
  const whisper = await tell("こえ出せない 夫がとなりで寝てる 殴られた");
  await officer.waitForSelector(".alarm");
  await shot(officer, "console-alarm");
  await officer.keyboard.press("Escape");
  await look(officer, "en", "night");
  await officer.waitForSelector(".alarm");
  await officer.keyboard.press("Space");
  await officer.waitForSelector(".manner-discreet");
  await officer.waitForSelector(".alarm", { state: "detached" });
  await officer.fill("#composer", "ここにいます。1 はい 2 いいえ で。けがはありますか?");
  await officer.keyboard.press("Control+Enter");
  await officer.waitForSelector(".bubble.outbound:not(.automatic) .tick-delivered");
  await say(whisper, "1");
  await officer.waitForSelector(".bubble.inbound:nth-of-type(n+2)");
  await shot(officer, "console-night");
  await officer.setViewportSize({ width: 390, height: 844 });
  await look(officer, "ja", "light");
  await officer.waitForSelector("#composer");
  await shot(officer, "console-phone");
}

const missing = { ja: "行方不明：80歳の女性、紺の上着。桜町公園のあたり。見かけたら返信してください。",
  id: "Orang hilang: perempuan 80 tahun, jaket biru tua, sekitar Taman Sakura. Balas bila melihat.",
  en: "Missing: woman of 80, navy jacket, near Sakura park. Answer if you see her." };

async function alerts() {
  const query = (sql) => devdb("psql", "-At", "-d", site.database, "-c", sql);
  query(`update channel set settings = settings || '{"price_per_part": 3.3, "currency": "JPY"}',
      rate_per_second = 20, in_flight = 4 where id = 2;
    update version set value = value + 1;
    insert into subscription (area_id, channel_id, address, id, intake_id, contact_id, state, kobans,
      topics, language, quiet_from, quiet_to, source, consented_at)
    select 1, 2, '+8170' || lpad(n::text, 8, '0'), n, 1, n, 1, array[11 + n % 3], 65535,
      (array['ja','ja','ja','id','en'])[n % 5 + 1], 0, 0, 'demo', now() from generate_series(1, 600) n`);
  const sato = await site.onDuty("sato");
  await sato.setViewportSize({ width: 1366, height: 1230 });
  await sato.goto(`${site.url}/#alerts/new`);
  await sato.reload();
  for (const [tag, text] of Object.entries(missing)) await sato.fill(`#alert-text-${tag}`, text);
  await sato.locator("[name=alert-severity]").nth(1).check();
  await sato.locator("[name=alert-how]").nth(1).check();
  const box = await sato.locator(".map svg").boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await sato.mouse.move(...at(.24, .42));
  await sato.mouse.down();
  for (const [x, y] of [[.36, .36], [.45, .42], [.47, .62], [.4, .78], [.27, .74], [.23, .58]])
    await sato.mouse.move(...at(x, y), { steps: 4 });
  await sato.mouse.up();
  await sato.waitForSelector(".drawn:has-text('桜町交番')");
  await sato.evaluate(() => document.querySelector(".alert-pane").scrollTo(0, 0));
  await shot(sato, "alert-composer");
  await sato.keyboard.press("Control+Enter");
  await sato.waitForSelector("#alert-people");
  await sato.keyboard.press("Control+Enter");
  await sato.waitForSelector(".alert-note");
  const tanaka = await site.onDuty("tanaka", { viewport: { width: 390, height: 844 }, language: "en" });
  await tanaka.click(".strip-blue");
  await tanaka.waitForSelector("#alert-people");
  await tanaka.setViewportSize({ width: 390, height: 1440 });
  for (const field of await tanaka.locator(".decision [type=checkbox]").all()) await field.check();
  await tanaka.fill("#alert-count", (await tanaka.textContent("#alert-people")).trim());
  await tanaka.evaluate(() => document.querySelector(".alert-pane").scrollTo(0, 0));
  await shot(tanaka, "alert-approval-phone");
  await tanaka.click(".decision .primary");
  await look(sato, "en", "dark");
  await sato.setViewportSize({ width: 1366, height: 768 });
  await sato.waitForSelector(".alert-rate:has-text('a second')");
  await sato.waitForSelector(".audience tbody tr:has-text('sms-demo') td:nth-of-type(2):not(:text-is('0'))");
  await shot(sato, "alert-progress");
}

// What hangs at the door, as a printer has it, and where its code leads.
async function paper() {
  const context = await site.browser.newContext({ viewport: { width: 794, height: 1123 } });
  const page = await context.newPage();
  await page.goto(`${site.url}/join/sakura/poster`);
  await page.emulateMedia({ media: "print" });
  await shot(page.locator(".poster"), "poster");
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${site.url}/join/sakura?lang=ja`);
  await shot(page, "join-phone");
  await context.close();
}

// The other country: its box, its officers, its words.
async function bekasi() {
  const query = (sql) => devdb("psql", "-At", "-d", site.database, "-c", sql);
  const slug = query("select slug from koban where not is_desk order by id limit 1");
  const login = query(`select login from officer o join koban k on k.id = o.koban_id where k.slug = '${slug}' order by o.id limit 1`);
  const officer = await site.onDuty(login, { language: "id", locale: "id-ID" });
  const chats = { koban: slug, locale: "id-ID" };
  await tell("Pak, dompet saya hilang di sekitar pasar tadi pagi", chats);
  await tell("Bisa minta patroli malam di RT 04? Banyak motor hilang", chats);
  const plea = await tell("tolong ada maling masuk rumah, saya sembunyi di kamar", chats);
  await officer.waitForSelector(".alarm");
  await officer.keyboard.press("Space");
  await officer.waitForSelector(".alarm", { state: "detached" });
  await officer.waitForSelector(".toast", { state: "detached" });
  await shot(officer, "bekasi-console");
  await plea.evaluate(() => window.scrollTo(0, 0));
  await shot(plea, "bekasi-chat");
}

const ALL = only === "bekasi" ? { bekasi } : { desk, alerts, paper };
try {
  for (const [name, take] of Object.entries(ALL)) if (!only || only === name) await take();
} finally {
  centre.close();
  await site.stop();
}
