// SPDX-License-Identifier: Apache-2.0
//
// Volunteers by dialogue, on SMS, LINE and web chat, in three languages; that a plea is never
// taken for an answer, and what ends a subscription.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import http from "node:http";
import { after, before, test } from "node:test";
import { ROOT, SECRET, chat, officer, post, site, sms, waitFor } from "./harness.mjs";

const SAKURA = 11, UMEDA = 12;
let here, line, calls = [], people = 0;

before(async () => {
  line = http.createServer((request, response) => {
    let text = "";
    request.on("data", (piece) => (text += piece));
    request.on("end", () => {
      calls.push(JSON.parse(text));
      response.writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ sentMessages: [{ id: "1", quoteToken: "q" }] }));
    });
  });
  await new Promise((done) => line.listen(0, "127.0.0.1", done));
  here = await site({ sets: { "channel.line-demo.base_url": `http://127.0.0.1:${line.address().port}` } });
});
after(async () => {
  assert.equal(await here.end(), 0, "ends in order");
  line.closeAllConnections();
  line.close();
});

// Somebody who writes and is answered, whatever the channel: next() is the next answer.
function somebody(address, channel, write, heard, more) {
  let read = 0;
  return { address, channel, write, heard, ...more,
    next: async () => {
      const answer = await waitFor(`an answer to ${address}`, async () => (await heard())[read]);
      read++;
      return answer;
    },
    count: async () => (await heard()).length - read };
}
function telephone(address = `+81904444${String(people++).padStart(4, "0")}`) {
  return somebody(address, 2, async (text) => assert.equal((await sms(here.gateway, address, text)).status, 200),
    () => here.centre.to(address).map((entry) => entry.text));
}
function follower(userId = `U${String(people++).padStart(32, "0")}`) {
  const send = async (more) => {
    const body = JSON.stringify({ destination: "U0123456789abcdef0123456789abcdef", events: [{ mode: "active",
      timestamp: Date.now(), webhookEventId: randomUUID(), source: { type: "user", userId },
      deliveryContext: { isRedelivery: false }, ...more }] });
    const signature = createHmac("sha256", SECRET).update(body).digest("base64");
    assert.equal((await post(`${here.gateway.base}/in/line-demo`, body, { "x-line-signature": signature })).status, 200);
  };
  const mine = (call) => call.to === userId || call.replyToken?.startsWith(userId);
  return somebody(userId, 3, (text) => send({ type: "message", replyToken: `${userId}${randomUUID()}`,
    message: { id: randomUUID(), type: "text", text, quoteToken: "q" } }),
  () => calls.filter(mine).flatMap((call) => call.messages).map((m) => m.text),
  { unfollow: () => send({ type: "unfollow" }) });
}
async function visitor() {
  const page = await chat(here.gateway, "sakura");
  return somebody(page.address, 1, async (text, more) => assert.equal((await page.say(text, more)).status, 200),
    async () => (await page.messages()).messages.filter((m) => m.direction === "outbound").map((m) => m.body), { page });
}
async function say(who, text, wanted) {
  await who.write(text);
  const answer = await who.next();
  assert.match(answer, wanted, `to ${text}`);
}
const settled = () => waitFor("settled", () => here.database.value("select count(*) from inbox where outcome = 0") === "0");
const subscription = (who, columns) => here.database.rows(`select ${columns} from subscription
  where channel_id = ${who.channel} and address = '${who.address}' order by (state = 2), id desc limit 1`)[0];
const thread = (who) => here.database.value(`select intent from thread where address = '${who.address}' and state < 3`);
const bits = (...topics) => String(topics.reduce((sum, n) => sum | 1 << n, 0));

// A volunteer by the shortest way.
async function joined(who, place = "sakura") {
  for (const text of [`join ${place}`, "0", "en", "2", "1"]) { await who.write(text); await who.next(); }
  assert.equal(subscription(who, "state")[0], "1");
  return who;
}

test("sms, english: one answer a step, nothing without the consent", async () => {
  const ann = telephone();
  await say(ann, "subscribe umeda", /^Umeda Koban: alerts about what\? 1 Missing people .* 0 = all$/);
  await say(ann, "1, 3", /^At night only danger gets through\. 1 = quiet 22-7/);
  await say(ann, "21:30 to 6", /^Umeda Koban: Missing people, Scams\. Quiet: 21:30-6\. May we/);
  assert.deepEqual(subscription(ann, "state, topics, quiet_from, quiet_to, consented_at is null"),
    ["0", bits(1, 3), "1290", "360", "t"], "asked, not subscribed");
  await say(ann, "1 yes", /^Umeda Koban: you get alerts now/);
  assert.deepEqual(subscription(ann, "state, kobans, language, consented_at is not null"), ["1", `{${UMEDA}}`, "en", "t"]);
  assert.equal(here.database.value("select count(*) from audit where action = 'subscription.consent'"), "1");
  await say(ann, "LIST", /^Umeda Koban: Missing people, Scams\. Quiet: 21:30-6\./);
  await say(ann, "TOPIC all", /Dangerous animals, Notices/);
  await say(ann, "QUIET off", /Quiet: -\./);
  await say(ann, "PAUSE 3", /no alerts for 3 days/);
  assert.equal(subscription(ann, "paused_until > now() + interval '71 hours'")[0], "t");
  await say(ann, "START", /Alerts are on again/);
  assert.equal(subscription(ann, "paused_until is null")[0], "t");
  await say(ann, "AREA hama", /^Hama Koban: .*Notices/);
  assert.deepEqual(subscription(ann, "area_id, state, kobans"), ["2", "1", "{21}"], "moved with what it chose");
  assert.equal(here.database.value(`select count(*) from subscription where address = '${ann.address}' and state = 1`), "1");
  await say(ann, "STOP", /Alerts are stopped/);
  assert.equal(subscription(ann, "state")[0], "2");
  await say(ann, "LIST", /stopped/);
});

test("line, japanese: the closest name is offered, unfollowing ends it", async () => {
  const aki = follower();
  await say(aki, "参加", /どの交番、または町ですか/);
  await say(aki, "梅田公番", /^梅田交番のことですか/);
  await say(aki, "はい", /^【梅田交番】どの話題ですか\? 1 行方不明/);
  await say(aki, "詐欺、災害", /夜は危険な時だけ届きます。1=22-7時/);
  await say(aki, "21〜6", /詐欺, 災害。静かな時間:21-6/);
  await say(aki, "はい", /登録しました/);
  assert.deepEqual(subscription(aki, "state, kobans, topics, language"), ["1", `{${UMEDA}}`, bits(3, 5), "ja"]);
  await say(aki, "一覧", /【梅田交番】詐欺, 災害/);
  await aki.unfollow();
  await waitFor("ended", () => subscription(aki, "state")[0] === "2");
});

test("web chat, indonesian: no koban asked on its own page, alerts come to the page", async () => {
  const budi = await visitor();
  await say(budi, "gabung", /^Koban Sakura: info tentang apa\? 1 Orang hilang/);
  await say(budi, "semua", /^Malam hari/);
  await say(budi, "2", /Tenang: -\. Boleh kami kirim/);
  await say(budi, "ya", /^Koban Sakura: Anda terdaftar/);
  assert.deepEqual(subscription(budi, "state, kobans, quiet_from, quiet_to, language"), ["1", `{${SAKURA}}`, "0", "0", "id"]);
  const sato = await officer(here.gateway, "sato", SAKURA), tanaka = await officer(here.gateway, "tanaka", UMEDA);
  const act = async (console, path, body) => {
    const answer = await console.call("POST", `/api/alerts${path}`, body);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  const alert = await act(sato, "", { area: 1, kind: "alert", topic: 1, severity: "warning", kobans: [SAKURA],
    expires_ms: Date.now() + 86400000, texts: { ja: "行方不明：80歳の女性", id: "Hilang: nenek 80 tahun" } });
  const { recipients } = await act(sato, `/${alert.ref}/preview`, { version: alert.version });
  const { version } = await act(sato, `/${alert.ref}/submit`, { version: alert.version, audience: recipients });
  await act(tanaka, `/${alert.ref}/approve`, { version, count: recipients });
  assert.match(await budi.next(), /nenek 80 tahun/);
  const shown = (await budi.page.messages()).messages.find((m) => m.body.includes("nenek"));
  assert.match(shown.ref, /^a1-/, "what the page confirms it by");
  await post(`${here.gateway.base}/in/chat`, JSON.stringify({ id: randomUUID(), event: "delivered",
    address: budi.address, message: shown.ref }), { "koban-chat-code": budi.page.code, "content-type": "application/json" });
  await waitFor("delivered", () => here.database.value("select max(state) from delivery") === "4");
  sato.close();
  tanaka.close();
});

test("a language that is not clear is asked for, in two languages until then", async () => {
  const who = telephone();
  await say(who, "JOIN SAKURA", /しりたい[^]*Sakura|[^]*alerts about what/);
  await say(who, "0", /EN[^]*which language/i);
  await say(who, "id", /^Malam hari/);
  await say(who, "1", /^Koban Sakura: .*Boleh/);
  await say(who, "tidak", /^Baik, info tidak dikirim/);
  assert.equal(subscription(who, "state")[0], "2");
  await say(who, "JOIN nowhere-land", /tidak kami kenal/);
});

test("a plea in the middle is a plea, and ends the dialogue", async () => {
  const who = telephone();
  await say(who, "subscribe sakura", /alerts about what/);
  await who.write("a man with a knife is in my house");
  await waitFor("it rings", () => thread(who) === "4");
  assert.match(await who.next(), /^CALL 110/);
  assert.equal(here.database.value(`select dialog from contact c join address a on a.contact_id = c.id where a.address = '${who.address}'`), "0");
  const other = telephone();
  await say(other, "subscribe sakura", /alerts about what/);
  await say(other, "help", /Is anyone in danger now/);
  await say(other, "1", /CALL 110/);
  assert.equal(thread(other), "4", "the digit belonged to the last question");
  const third = telephone();
  await say(third, "参加", /どの交番/);
  await third.write("参加者が刃物を持って暴れています");
  await waitFor("no keyword", () => thread(third) === "4");
  const danger = telephone();
  for (const text of ["subscribe sakura", "0", "2"]) { await danger.write(text); await danger.next(); }
  await danger.write("危ない");
  await waitFor("a word that says yes elsewhere is no consent", () => Number(thread(danger)) >= 3);
  assert.equal(subscription(danger, "state")[0], "0");
  const fourth = telephone();
  await say(fourth, "subscribe sakura", /alerts about what/);
  await fourth.write("what are the opening hours of the koban?");
  await settled();
  assert.equal(thread(fourth), "2", "a question goes to a person");
  assert.match(await fourth.next(), /^Sakura Koban: Received/);
  await say(fourth, "2", /At night/);
});

test("what was asked yesterday is over", async () => {
  const who = telephone();
  await say(who, "subscribe sakura", /alerts about what/);
  here.database.rows("update contact set dialog_at = now() - interval '25 hours' where dialog > 0");
  await who.write("1 3");
  await settled();
  assert.equal(subscription(who, "topics")[0], "0");
  here.database.rows(`update thread set state = 3 where address = '${who.address}'`);
  here.database.rows(`update contact set current_thread_id = 0, current_area_id = 0 where id in (select contact_id from address where address = '${who.address}')`);
  await waitFor("all is said", () => here.database.value("select count(*) from outbox where state in (1, 2)") === "0");
  while (await who.count()) await who.next();
  await say(who, "subscribe sakura", /alerts about what/);
  await say(who, "1 3", /At night/);
});

test("on and off are volunteers' in a group, officers' of their duty", async () => {
  const who = await joined(telephone()), leader = await joined(telephone());
  await say(who, "ON", /You are in no group/);
  const koban = (input, ...args) => spawnSync(process.env.KOBAN_PROGRAM, [...here.gateway.options(), "group", ...args],
    { cwd: ROOT, encoding: "utf8", input });
  assert.equal(koban("", "add", "sakura", "patrol", "East patrol").status, 0);
  assert.match(koban("+81900\n", "member", "1", "sms-demo", "Nobody").stderr, /JOIN comes first/);
  assert.equal(koban(`${who.address}\n`, "member", "1", "sms-demo", "Ann").status, 0);
  assert.equal(koban(`${leader.address}\n`, "member", "1", "sms-demo", "Ben", "leader").status, 0);
  assert.match(koban("", "list").stdout, /1\tsakura\tpatrol\tEast patrol\t2\t1\t0/);
  const sato = await officer(here.gateway, "sato", SAKURA);
  const heard = () => sato.events.filter((e) => e.kind === "alert" && e.thread === "0").length;
  const out = async () => (await sato.call("GET", "/api/alerts")).json.groups[0].out;
  assert.deepEqual([heard(), await out()], [0, 0]);
  await say(who, "ON", /You are out with your group/);
  await waitFor("consoles hear that Ann went out", () => heard() === 1);
  assert.equal(await out(), 1);
  assert.equal(here.database.value("select count(*) from volunteer_duty where ended_at is null"), "1");
  await leader.write("LIST");
  await leader.next();
  assert.match(await leader.next(), /^East patrol, out now: Ann$/);
  await say(who, "ON", /You are out with your group/);
  await say(who, "OFF", /You are back/);
  await waitFor("consoles hear that Ann came back", () => heard() >= 2);
  assert.deepEqual([heard(), await out()], [2, 0], "not of what changed nothing");
  sato.close();
  assert.equal(here.database.value("select count(*) from volunteer_duty where ended_at is null"), "0");
});
