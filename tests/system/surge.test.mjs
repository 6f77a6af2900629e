// SPDX-License-Identifier: Apache-2.0
//
// More emergencies at once than a koban can open (people.md 2): the count is exact within
// one second, nobody is told to call who has not been told yet, the area is rung once for
// each, no officer's phone has more than three at once, and when it is over each rings as
// always.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chat, officer, site, sms, waitFor } from "./harness.mjs";

const SAKURA = 11, LIMIT = 20, TEXTS = 40;
let here, kimura, sato, wayan;

const count = (condition) => Number(here.database.value(
  `select count(*) from thread where koban_id = ${SAKURA} and ${condition}`));
const texts = (condition) => Number(here.database.value(
  `select count(*) from message where direction = 1 and ${condition}`));

before(async () => {
  // Rungs so long that nothing joins a surge because its next rung was due.
  here = await site({ sets: { rung_ms: 8000 } });
  // So slow a carrier that nearly everything waits in the queue.
  here.database.rows(`update channel set rate_per_second = 1, in_flight = 1 where name = 'sms-demo';
    insert into officer_phone (officer_id, channel_id, address, is_verified)
      select 104, id, '+819000000104', true from channel where name = 'sms-demo' on conflict do nothing;
    insert into duty (area_id, officer_id, koban_id, source) values (1, 103, 12, 'test'), (1, 104, 13, 'test');
    update version set value = value + 1`);
  sato = await officer(here.gateway, "sato", SAKURA);
  kimura = await officer(here.gateway, "kimura", 21);
  await waitFor("live", () => here.database.value("select count(*) from console_presence where has_sound") === "2");
  await waitFor("the roster is read", async () => (await chatState()).koban.is_staffed);
});
after(async () => { for (const one of [sato, kimura, wayan]) one?.close(); assert.equal(await here.end(), 0); });

const chatState = async () => (await fetch(`${here.gateway.base}/chat/sakura/state`)).json();

test("the twenty-first of one second is known to be the twenty-first", async () => {
  const answers = await Promise.all(Array.from({ length: TEXTS }, (_, i) => sms(here.gateway,
    `+8190400000${String(i).padStart(2, "0")}`, "桜町公園で家が倒れて人が下敷きです 助けて")));
  assert.ok(answers.every((answer) => answer.status === 200));
  await waitFor("all are threads", () => count("intent = 4") === TEXTS);
  const rang = Number(here.database.value("select count(distinct thread_id) from event where kind = 2"));
  assert.equal(rang, LIMIT, `${rang} of ${TEXTS} rang as if there were no surge`);
});

test("the ladders that rang already join, and what waits to be said becomes the surge sentence", async () => {
  await waitFor("all are in the surge", () => count("is_surge") === TEXTS, 6000);
  assert.equal(here.database.value(`select count(*) from timer where kind in (6, 7)`), "0", "no rung texts any more");
  assert.equal(texts("state = 1 and sentence not in ('surge', '')"), 0, "nothing else waits");
  const called = texts("sentence = 'emergency_first'");
  assert.ok(called <= 6, `${called} first answers left before`);
  assert.ok(texts("sentence = 'surge'") >= TEXTS - called);
  assert.equal(texts("sentence like 'not_opened%' and state <> 8"), 0);
});

test("the whole area is rung and may open, another area is not", async () => {
  const thread = here.database.value(`select area_id || '-' || id from thread where koban_id = ${SAKURA} order by id desc limit 1`);
  await waitFor("sato's console has the surge", () => sato.events.some((e) => e.kind === "surge"));
  wayan = await officer(here.gateway, "wayan");
  assert.equal((await wayan.call("GET", `/api/threads/${thread}`)).status, 200, "overflow to the area");
  assert.equal((await wayan.call("GET", "/api/boot")).json.threads.filter((row) => row.is_surge).length, TEXTS);
  assert.ok(!kimura.events.some((e) => e.kind === "surge"));
  assert.equal((await kimura.call("GET", `/api/threads/${thread}`)).status, 404);
});

test("no officer's phone is offered more than three at once", async () => {
  const offers = here.database.rows(`select officer_id, count(distinct thread_id) from message
    where direction = 4 group by officer_id`);
  assert.ok(offers.length >= 2, "phones are used");
  for (const [who, many] of offers) assert.ok(Number(many) <= 3, `officer ${who} was offered ${many}`);
});

test("it ends honestly: each of those left rings as always", async () => {
  const open = here.database.rows(`select area_id || '-' || id from thread where koban_id = ${SAKURA} and acknowledged_ms = 0 order by id`);
  for (const [ref] of open.slice(0, TEXTS - 5)) {
    const answer = await sato.command(ref, "open");
    assert.equal(answer.status, 200, answer.text);
  }
  await waitFor("over", () => count("is_surge and acknowledged_ms = 0") === 0);
  assert.equal(count("acknowledged_ms = 0") >= 5, true, "they still ring");
  const left = open.at(-1)[0].split("-")[1];
  await waitFor("an alarm of its own", () => sato.alarms().some((e) => e.thread === left));
  assert.equal(here.database.value(`select count(*) from timer where kind = 1 and thread_id = ${left}`), "1");
});

test("anonymous alarms from pages are grouped beyond their limit, and drag nobody else along", async () => {
  const pages = 9, limit = 5;
  const quiet = await site({ sets: { rung_ms: 4000 } });
  const value = (sql) => quiet.database.value(sql);
  const web = "channel_id = (select id from channel where adapter = 'webchat')";
  const console = await officer(quiet.gateway, "sato", SAKURA);
  await waitFor("live", () => value("select count(*) from console_presence where has_sound") === "1");
  const residents = await Promise.all(Array.from({ length: pages }, () => chat(quiet.gateway)));
  for (const resident of residents)
    assert.equal((await resident.say("桜町公園で人が刺された 助けて")).status, 200);
  await waitFor("each is a thread", () => value("select count(*) from thread where intent = 4") === String(pages));
  await waitFor("grouped", () => console.events.some((event) => event.kind === "surge"));
  assert.equal(new Set(console.alarms().map((event) => event.thread)).size, limit, "those before it rang alone");
  await waitFor("one list", () => value("select count(*) from thread where is_surge and rung = 1") === String(pages));
  assert.equal(value("select count(*) from timer where kind = 1"), String(pages), "each goes on being rung");
  // Twenty-five of them are no surge of those who text.
  const more = await Promise.all(Array.from({ length: 16 }, () => chat(quiet.gateway)));
  for (const resident of more) await resident.say("桜町公園で人が刺された 助けて");
  await waitFor("more than the koban's own limit", () => value(`select count(*) from thread where is_surge and ${web}`) === "25");
  assert.equal((await sms(quiet.gateway, "+819050000001", "桜町公園で家が燃えています 助けて")).status, 200);
  await waitFor("it is a thread", () => value(`select count(*) from thread where not ${web}`) === "1");
  const texter = value(`select id from thread where not ${web}`);
  await waitFor("it rings alone", () => console.alarms().some((event) => event.thread === texter));
  assert.equal(value(`select is_surge from thread where id = ${texter}`), "f");
  assert.equal(value(`select count(*) from message where thread_id = ${texter} and sentence = 'emergency_first'`), "1");
  // What is told to a page stays as true as before.
  assert.equal(value("select count(*) from message where sentence = 'surge'"), "0");
  assert.equal(value(`select count(distinct thread_id) from message where sentence = 'emergency_first' and ${web}`), "25");
  await waitFor("each hears that nobody has opened it", () =>
    value(`select count(distinct thread_id) from message where sentence = 'not_opened' and ${web}`) === "25");
  const group = (await console.call("GET", "/api/boot")).json.threads.filter((row) => row.is_surge);
  assert.ok(group.length === 25 && group.every((row) => row.rung === 1));
  for (const row of group) assert.equal((await console.command(row.ref, "open")).status, 200, "each can be opened");
  assert.equal(value(`select count(*) from timer x join thread t on t.id = x.thread_id where x.kind = 1 and t.${web}`), "0");
  console.close();
  assert.equal(await quiet.end(), 0);
});
