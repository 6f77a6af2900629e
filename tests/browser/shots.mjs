// SPDX-License-Identifier: Apache-2.0
//
// Pictures for the documents, taken of the real thing: `node tests/browser/shots.mjs DIR`
// with the environment of tools/suite. Run by hand when the screens have changed.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Site, say } from "./site.mjs";

const directory = process.argv[2] ?? "docs/images";
mkdirSync(directory, { recursive: true });
const site = await Site.start("shots");

// WebP by the browser itself: a third of a PNG, and the words stay sharp.
async function shot(page, name) {
  const png = (await page.screenshot()).toString("base64");
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

try {
  const officer = await site.onDuty("sato");
  const wallet = await tell("財布を落としました。茶色の二つ折りで、桜町公園のあたりです。");
  await tell("Pak, tetangga putar musik keras tiap malam, tolong ditegur", { locale: "id-ID" });
  await tell("Lost my umbrella near the park, did anyone bring it in?", { locale: "en-GB" });
  await tell("駐車違反の車が3日止まっています");
  await officer.locator(".row:has-text('財布')").click();
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
} finally {
  await site.stop();
}
