// SPDX-License-Identifier: Apache-2.0
//
// A whisper on the chat page reaches the duty officer and the answer comes back, by
// keyboard alone; every answer of the gateway is as console/openapi.json says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertSchema } from "../../console/tests/openapi.mjs";
import { Site, say, until } from "./site.mjs";

let site;
before(async () => { site = await Site.start("flow"); });
after(async () => { await site?.stop(); });

const shapes = [[/\/api\/boot$/, "Boot"], [/\/api\/rows/, "Rows"], [/\/api\/country$/, "Country"],
  [/\/api\/threads\/[\d-]+(\?|$)/, "ThreadPage"], [/\/api\/threads\/[\d-]+\/(?!draft)/,
    "CommandDone"], [/\/chat\/\w+\/(state|messages)/, "ChatState"],
  [/\/chat\/\w+\/(session|resume)$/, "ChatSession"]];

function checkAnswers(page, seen) {
  page.on("response", async (response) => {
    const shape = shapes.find(([pattern]) => pattern.test(response.url()))?.[1];
    if (!shape) return;
    try {
      const body = await response.json();
      assertSchema(response.ok() ? shape : "Problem", body);
      if (response.ok()) seen.add(shape);
    } catch (error) {
      if (!/No resource|Target.*closed|No data/.test(error.message))
        site.problems.push(`${response.url()}: ${error.message}`);
    }
  });
}

test("whole conversation by keyboard", async () => {
  const seen = new Set();
  const officer = await site.onDuty("sato");
  const resident = await site.resident();
  checkAnswers(officer, seen);
  checkAnswers(resident, seen);
  assert.equal(await resident.getAttribute("#who", "data-staffed"), "true");
  await resident.keyboard.press("Tab");
  assert.equal(await resident.evaluate(() => document.activeElement.id), "exit");

  await say(resident, "こえ出せない 夫がとなりで寝てる 殴られた");
  await officer.waitForSelector(".alarm");
  await until("the title counts", async () => /^\(1!\)/.test(await officer.title()));
  await until("the tone sounds", () => officer.evaluate(() =>
    document.documentElement.dataset.tone === "on"));
  assert.match(await officer.textContent(".alarm"), /緊急 1件/);
  await resident.waitForSelector("#state:has-text('まだ警察官は開いていません')");

  await officer.keyboard.press("Space");
  await officer.waitForSelector(".alarm", { state: "detached" });
  await officer.waitForSelector(".manner-discreet");
  await resident.waitForSelector("#state:has-text('警察官が開きました')");
  assert.equal(await officer.evaluate(() => document.documentElement.dataset.tone), "off");

  await officer.keyboard.press("c");
  await officer.waitForSelector(".thread-title:has-text('自分が担当')");
  await officer.keyboard.press("r");
  // Digits typed at once are words, never a status.
  await officer.keyboard.type("1か2で答えてください。");
  await officer.keyboard.press("Control+Enter");
  await resident.waitForSelector("#log li.officer:has-text('1か2で答えてください。')");
  await officer.waitForSelector(".bubble.outbound:not(.automatic) .tick-delivered");
  assert.equal(await officer.locator(".status-keys [aria-pressed=true]").count(), 0);

  await officer.keyboard.press("Escape");
  await officer.keyboard.press("1");
  await officer.waitForSelector(".status-keys [aria-pressed=true]:has-text('向かっている')");
  await officer.keyboard.press("Control+/");
  await officer.keyboard.type("隣室に夫。静かに接近。");
  await officer.keyboard.press("Control+Enter");
  await officer.waitForSelector(".bubble.note:not(.pending):has-text('静かに接近')");

  await officer.keyboard.press("Escape");
  await officer.keyboard.press("e");
  await officer.waitForSelector("dialog[open]");
  await officer.keyboard.press("Space");
  await officer.keyboard.press("ArrowDown");
  await officer.keyboard.press("Enter");
  await officer.waitForSelector(".empty");
  await resident.waitForSelector("#state:has-text('終わりました')");
  const heard = await resident.textContent("#log");
  assert.ok(!heard.includes("静かに接近"), "a note left the house");
  for (const shape of ["Boot", "Rows", "ThreadPage", "CommandDone", "ChatState", "ChatSession"])
    if (shape !== "Boot") assert.ok(seen.has(shape), `${shape} was checked`);
  assert.deepEqual(site.problems, []);
});

test("canned sentence by slash, undo brings the words back", async () => {
  const officer = await site.onDuty("suzuki");
  const resident = await site.resident();
  await say(resident, "桜町で財布を落としました");
  await officer.waitForSelector(".row.tone-consultation");
  await officer.keyboard.press("j");
  await officer.keyboard.press("Enter");
  await officer.waitForSelector("#composer");
  // The card: a listed place of the text, what it is and whose; nobody has confirmed it.
  const place = await officer.textContent("#facts li:has-text('桜町')");
  assert.match(place, /\(桜町, 町: 桜町交番\)/);
  assert.equal(await officer.locator("#card .hint:has-text('確認はまだ') + #facts").count(), 1);
  await officer.keyboard.press("r");
  await officer.keyboard.type("/");
  await officer.waitForSelector(".canned [role=option]");
  const first = await officer.textContent(".canned [aria-selected=true] span:last-child");
  await officer.keyboard.press("Enter");
  const words = await officer.inputValue("#composer");
  assert.ok(words.length > 0 && !words.startsWith("/"), `${first} -> ${words}`);
  assert.match(await officer.textContent("#counter"), /UCS-2 · \d+\/70/);
  await officer.keyboard.press("Control+Enter");
  await officer.click(".toast button");
  await until("the words are back", async () => await officer.inputValue("#composer") === words);
  assert.equal(await officer.locator(".bubble.outbound:not(.automatic)").count(), 0);
  await officer.waitForResponse((r) => r.url().endsWith("/draft"));
  // Sent words do not come back out of the gateway's copy of the draft.
  await officer.route("**/draft", (route) => route.abort());
  await officer.keyboard.press("Control+Enter");
  await officer.waitForSelector(".bubble.pending");
  await officer.keyboard.press("Escape");
  await officer.keyboard.press("Escape");
  await officer.keyboard.press("Enter");
  await officer.waitForSelector("#composer");
  await officer.waitForSelector(".bubble.outbound:not(.automatic):not(.pending)");
  assert.equal(await officer.inputValue("#composer"), "");
  await officer.unroute("**/draft");
  await officer.fill("#composer", words);
  // Undone from outside the thread they are its draft.
  await officer.keyboard.press("Control+Enter");
  await officer.keyboard.press("Escape");
  await officer.keyboard.press("Escape");
  await officer.waitForSelector("#composer", { state: "detached" });
  await officer.click(".toast button");
  await officer.waitForSelector(".toast", { state: "detached" });
  await officer.keyboard.press("Enter");
  await officer.waitForSelector("#composer");
  await until("the words are back", async () => await officer.inputValue("#composer") === words);
});

test("a resume code opens the same conversation on another device", async () => {
  const first = await site.resident();
  await say(first, "公園の街灯が消えています");
  await first.click("#resume-title");
  const code = await until("a code", () => first.textContent("#code"));
  assert.match(code, /^\w{4}(-\w{4}){3}$/);
  const second = await site.resident();
  await second.click("#resume-title");
  await second.fill("#resume-code", code.toLowerCase().replaceAll("-", " "));
  await second.click("#resume-go");
  await second.waitForSelector("#log li.own:has-text('街灯')");
  await second.fill("#resume-code", "0000-0000-0000-0000");
  await second.click("#resume-go");
  await second.waitForSelector("#problem:not(:empty)");
});

test("leaving the chat keeps nothing on the device", async () => {
  const page = await site.resident();
  await page.context().route("https://www.wikipedia.org/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>elsewhere</title>" }));
  await say(page, "見られたくない");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.waitForURL("https://www.wikipedia.org/");
  await page.goto(`${site.url}/chat/sakura`);
  await page.waitForSelector("#numbers a");
  assert.equal(await page.locator("#log li").count(), 0);
  assert.deepEqual(await page.evaluate(() => [Object.keys(sessionStorage).filter((k) =>
    sessionStorage[k].includes("code\":\"")), Object.keys(localStorage)]), [[], []]);
});
