// SPDX-License-Identifier: Apache-2.0
//
// A locked screen rings, many tabs share one stream, an input method is never taken for a
// command, a duty ends with every thread cared for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site, axe, devdb, openRow, password, say, until } from "./site.mjs";

let site;
before(async () => { site = await Site.start("desk"); });
after(async () => { await site?.stop(); });

async function openFirst(officer) {
  await officer.waitForSelector(".row");
  await openRow(officer.locator(".row").first());
  await officer.waitForSelector("#composer");
}

test("a locked console shows no words and still rings; a second tab shares one stream",
  async () => {
    const officer = await site.onDuty("tanaka");
    const context = officer.context();
    const streams = [];
    context.on("request", (r) => { if (r.url().includes("/api/events")) streams.push(r.url()); });
    const second = site.watch(await context.newPage(), "second tab");
    await second.goto(site.url);
    await second.waitForSelector(".desk");
    await second.waitForSelector(".link-live");
    assert.deepEqual(streams, []);

    await officer.keyboard.press("g");
    await officer.keyboard.press("x");
    await officer.waitForSelector(".locked");
    await second.waitForSelector(".locked");
    const resident = await site.resident({ koban: "umeda" });
    await say(resident, "家が燃えている 煙がすごい 梅田町");
    await officer.waitForSelector(".lock-alarm");
    await until("the tone sounds", () => officer.evaluate(() =>
      document.documentElement.dataset.tone === "on"));
    assert.ok(!(await officer.textContent("body")).includes("燃えている"));
    await officer.fill("#unlock", password);
    await officer.keyboard.press("Enter");
    await officer.waitForSelector(".alarm");
    await second.waitForSelector(".alarm");

    // The leader goes: the other tab goes on from where it was.
    await officer.close();
    await until("the second tab took over", () => streams.length === 1);
    assert.match(decodeURIComponent(streams[0]), /after=\d+:\d+/);
    await say(resident, "二階に人がいます");
    await second.waitForSelector(".row:has-text('二階に人がいます')");
    await context.close();
    await resident.context().close();
  });

test("fifteen idle minutes lock every tab, work in one tab keeps the other open", async () => {
  const context = await site.context();
  await context.clock.install();
  const officer = await site.onDuty("suzuki", { context });
  const second = site.watch(await context.newPage(), "idle tab");
  await second.goto(site.url);
  await second.waitForSelector(".link-live");
  await context.clock.fastForward("10:00");
  await officer.mouse.move(600, 400);
  await officer.mouse.move(610, 400);
  await context.clock.fastForward("10:00");
  await officer.mouse.move(600, 410);
  assert.equal(await officer.locator(".desk").count() + await second.locator(".desk").count(), 2);
  await context.clock.fastForward("16:00");
  await officer.waitForSelector(".locked");
  await second.waitForSelector(".locked");
  const resident = await site.resident({ koban: "sakura" });
  await say(resident, "桜町で人が刺された 血がたくさん");
  await officer.waitForSelector(".lock-alarm");
  await until("the tone sounds", async () => (await Promise.all([officer, second].map((p) =>
    p.evaluate(() => document.documentElement.dataset.tone)))).includes("on"));
  await context.close();
  await resident.context().close();
});

test("a staffed koban without a live console is told to its supervisor", async () => {
  const officer = await site.onDuty("ito");
  devdb("psql", "-qc", `insert into duty (area_id, officer_id, koban_id, source)
    values (1, 104, 13, 'console'); insert into console_gone (koban_id, gone_at)
    values (13, now() - interval '1 minute') on conflict do nothing`, "-d", site.database);
  // Others may stand there too: whoever closed their console above is on duty still.
  const strip = officer.locator(".strip-red:has-text('花咲駅前交番')");
  await strip.waitFor();
  await until("it is spoken", async () =>
    (await officer.textContent(".sr[role=alert]")).includes("端末"));
  devdb("psql", "-qc", "update duty set ended_at = now() where officer_id = 104",
    "-d", site.database);
  await strip.waitFor({ state: "detached" });
  await officer.context().close();
});

test("the Enter that confirms kanji sends nothing", async () => {
  const officer = await site.onDuty("wayan", { prefs: { isEnterSending: true } });
  const resident = await site.resident({ koban: "eki-mae" });
  await say(resident, "花咲駅で自転車を盗まれました");
  await openFirst(officer);
  await officer.focus("#composer");
  const keys = await officer.context().newCDPSession(officer);
  await keys.send("Input.imeSetComposition", { text: "かくにん", selectionStart: 4,
    selectionEnd: 4 });
  await keys.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter",
    code: "Enter", windowsVirtualKeyCode: 229 });
  await keys.send("Input.insertText", { text: "確認" });
  assert.equal(await officer.inputValue("#composer"), "確認");
  assert.equal(await officer.locator(".bubble.pending").count(), 0);
  await officer.keyboard.press("Enter");
  await officer.waitForSelector(".bubble.outbound:not(.automatic):has-text('確認')");
  assert.equal(await officer.inputValue("#composer"), "");
  assert.deepEqual(site.problems, []);
});

test("in another language ten phrases are buttons, marked as long as nobody has checked them", async () => {
  const officer = await site.onDuty("sato");
  const resident = await site.resident({ koban: "sakura" });
  await say(resident, "Cứu tôi với, có người đánh tôi");
  await openRow(officer.locator(".row:has-text('Cứu tôi')"));
  await officer.waitForSelector(".phrases button");
  assert.equal(await officer.locator(".phrases button").count(), 10);
  assert.equal(await officer.inputValue(".phrases select"), "vi", "triage's guess");
  assert.ok(await officer.isVisible(".phrases .hint"), "a draft");
  const ours = await officer.locator(".phrases button").nth(1).textContent();
  assert.ok(!ours.includes("thương"), "named in the officer's language");
  await officer.locator(".phrases button").nth(1).click();
  await officer.waitForSelector(".bubble.outbound:not(.automatic):has-text('Có ai bị thương không?')");
  // On a telephone they are one row, so that the words above stay to be read.
  await officer.setViewportSize({ width: 390, height: 844 });
  const tall = await officer.evaluate(() => document.querySelector(".phrases").getBoundingClientRect().height);
  assert.ok(tall <= 64, `${tall} px of phrases`);
  if (process.env.KOBAN_SHOTS) await officer.screenshot({ path: `${process.env.KOBAN_SHOTS}/phrases-phone.png` });
  assert.deepEqual(await axe(officer), []);
  await officer.setViewportSize({ width: 1366, height: 768 });
  // Another language, by hand.
  await officer.selectOption(".phrases select", "pt");
  await officer.locator(".phrases button").nth(0).click();
  await officer.waitForSelector(".bubble.outbound:not(.automatic):has-text('Onde você está?')");
  // In the officer's own language there is nothing to choose.
  await say(await site.resident({ koban: "sakura" }), "桜町公園で黒い財布を落としました");
  await officer.keyboard.press("Escape");
  await openRow(officer.locator(".row:has-text('黒い財布')"));
  await officer.waitForSelector(".bubble.inbound:has-text('黒い財布')");
  assert.equal(await officer.locator(".phrases button").count(), 0);
});

test("end of duty: each thread goes on with a line or goes back, then it is quiet", async () => {
  const officer = await site.onDuty("mori");
  const resident = await site.resident({ koban: "hama" });
  await say(resident, "浜辺町の落とし物について相談です");
  await openRow(officer.locator(".row:has-text('落とし物について')"));
  await officer.waitForSelector("#composer");
  await officer.keyboard.press("Escape");
  await openRow(officer.locator(".row:has-text('落とし物について')"));
  await officer.waitForSelector(".bubble.inbound");
  await officer.keyboard.press("c");
  await officer.waitForSelector(".thread-title:has-text('自分が担当')");
  await officer.locator(".rail button").last().click();
  await officer.waitForSelector(".handover li");
  assert.ok(await officer.locator("dialog .primary").isDisabled());
  await officer.fill(".handover input:not([type])", "9時に電話する約束");
  await officer.click("dialog .primary");
  // The session has ended with the shift: the machine is the next officer's.
  await officer.waitForSelector("#login");
  await officer.reload();
  await officer.waitForSelector("#login");
  const next = await site.onDuty("kimura");
  await openRow(next.locator(".row:has-text('落とし物について')"));
  await next.waitForSelector(".bubble.note:has-text('9時に電話する約束')");
  await next.waitForSelector(".thread-title:has-text('担当者なし')");
});
