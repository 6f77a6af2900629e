// SPDX-License-Identifier: Apache-2.0
//
// What comes in: once, whole, or refused; and the accounts that prove it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { Gateway, chat, post, signed, site, sms, waitFor } from "./harness.mjs";

let here, second;

before(async () => {
  here = await site();
  second = await new Gateway(here.database, { sets: here.gateway.sets }).start();
});
after(async () => {
  await second.stop();
  assert.equal(await here.end(), 0, "ends in order");
});

const settled = () => waitFor("settled", () =>
  here.database.value("select count(*) from inbox where outcome = 0") === "0");

const whole = () => {
  const accounts = JSON.parse(here.gateway.cli("accounts"));
  assert.equal(accounts.difference, 0);
  assert.deepEqual(accounts.differences, []);
  return accounts;
};

test("fifty concurrent copies on two gateways are stored once and all answered 200", async () => {
  const id = randomUUID();
  const copies = Array.from({ length: 50 }, (_, i) =>
    sms(i % 2 ? here.gateway : second, "+819011112222", "財布を落としました", { id }));
  for (const answer of await Promise.all(copies)) assert.equal(answer.status, 200);
  await settled();
  assert.equal(here.database.value(`select count(*) from inbox where event_key = 'm:${id}'`), "1");
  assert.equal(here.database.value(
    "select count(*) from message where address = '+819011112222' and direction = 0"), "1");
  whole();
});

test("the same words twice without the same id are two messages", async () => {
  await sms(here.gateway, "+819011113333", "help");
  await sms(here.gateway, "+819011113333", "help");
  await settled();
  assert.equal(here.database.value(
    "select count(*) from message where address = '+819011113333' and direction = 0"), "2");
});

test("a forged webhook is answered 401 and leaves nothing but a row in the ring", async () => {
  const stored = here.database.value("select count(*) from inbox");
  const body = JSON.stringify({ id: "f1", from: "+1", text: "x" });
  const good = signed(body, { id: "f1" });
  const forgeries = [
    {}, { ...good, "webhook-signature": "" }, { ...good, "webhook-signature": "v1,AAAA" },
    { ...good, "webhook-id": "f2" }, { ...good, "webhook-timestamp": "1" },
    signed(body, { id: "f1", secret: "another" }),
    signed(body + " ", { id: "f1" }),
    signed(body, { id: "f1", at: Date.now() - 6 * 60 * 1000 }),
  ];
  for (const headers of forgeries)
    assert.equal((await post(`${here.gateway.base}/in/sms-demo`, body, headers)).status, 401);
  assert.equal(here.database.value("select count(*) from inbox"), stored);
  await waitFor("ring", () => Number(here.database.value("select count(*) from rejected")) === forgeries.length);
});

test("a cry for help beside something broken is stored and settled; the POST is kept too", async () => {
  const id = randomUUID();
  const body = JSON.stringify({ events: [
    { id: `${id}-1`, from: "+819055550071", text: "落とし物" },
    { id: `${id}-2`, text: "from nobody" }, 7,
    { id: `${id}-3`, from: "+819055550072", text: "助けて 家に男が入ってきた" }] });
  const answer = await post(`${here.gateway.base}/in/sms-demo`, body, signed(body, { id }));
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(JSON.parse(answer.text), { accepted: 2, unreadable: 2 });
  await waitFor("both are settled", () => here.database.value(
    "select count(*) from message where direction = 0 and address in ('+819055550071', '+819055550072')") === "2");
  assert.equal(here.database.value("select intent from thread where address = '+819055550072'"), "4");
  assert.equal(here.database.value(`select count(*) from quarantine where convert_from(body, 'UTF8') like '%${id}-2%'`), "1");
  whole();
});

test("verified but unreadable is kept for a person and answered 2xx", async () => {
  const broken = ["not json", "[]", '{"id":"q1"}', '{"id":"q2","id":"q3","from":"+1","text":"x"}',
    "[".repeat(10000), '{"id":"q4","from":7,"text":"x"}'];
  const kept = () => Number(here.database.value("select count(*) from quarantine where not is_done"));
  const before = kept();
  for (const body of broken) {
    const answer = await post(`${here.gateway.base}/in/sms-demo`, body, signed(body, { id: randomUUID() }));
    assert.equal(answer.status, 200, body.slice(0, 40));
  }
  assert.equal(kept() - before, broken.length);
});

test("a lone surrogate or an escaped NUL does not lose the message", async () => {
  const id = randomUUID();
  const body = `{"id":"${id}","from":"+819011114444","text":"help \\ud83d \\u0000now"}`;
  assert.equal((await post(`${here.gateway.base}/in/sms-demo`, body, signed(body, { id }))).status, 200);
  await settled();
  assert.equal(here.database.value(
    "select body from message where address = '+819011114444' and direction = 0"), "help � now");
});

test("too large, unknown channel, wrong method are refused and the process lives", async () => {
  const large = JSON.stringify({ id: "l", from: "+1", text: "x".repeat(70000) });
  assert.equal((await post(`${here.gateway.base}/in/sms-demo`, large, signed(large, { id: "l" }))).status, 413);
  assert.equal((await post(`${here.gateway.base}/in/nobody`, "{}", {})).status, 404);
  assert.equal((await fetch(`${here.gateway.base}/in/sms-demo`, { method: "PUT", body: "{}" })).status, 405);
  assert.equal((await fetch(`http://127.0.0.1:${here.gateway.admin}/livez`)).status, 200);
});

test("an unknown kind of message leaves a placeholder, never nothing", async () => {
  await sms(here.gateway, "+819011115555", undefined, { event: "hologram" });
  await settled();
  assert.equal(here.database.value(
    "select kind from message where address = '+819011115555' and direction = 0"), "7");
});

test("a chat code that was made up does not verify", async () => {
  const resident = await chat(here.gateway);
  assert.equal((await resident.say("道を教えてください")).status, 200);
  const answer = await post(`${here.gateway.base}/in/chat`, JSON.stringify({ id: "1", event: "message",
    address: resident.address, text: "x" }), { "koban-chat-code": "0000-0000-0000-0000" });
  assert.equal(answer.status, 401);
  const other = await chat(here.gateway);
  const foreign = await post(`${here.gateway.base}/in/chat`, JSON.stringify({ id: "1", event: "message",
    address: resident.address, text: "x" }), { "koban-chat-code": other.code });
  assert.equal(foreign.status, 401);
});

test("a row that cannot be stored is kept for a person, its neighbours are stored", async () => {
  here.database.rows("alter table inbox add constraint poison check (event_key not like '%poison%')");
  const before = (await here.gateway.metrics()).koban_journaled_total;
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => sms(here.gateway, `+8190111166${10 + i}`, "落とし物",
    i === 17 ? { id: "poison-1" } : {})));
  assert.deepEqual(answers.map((answer) => answer.status), Array(40).fill(200));
  await waitFor("its neighbours are messages", () => here.database.value(
    "select count(*) from message where direction = 0 and address like '+8190111166__'") === "39");
  await waitFor("it stands in quarantine", () => here.database.value(
    "select count(*) from quarantine where not is_done and convert_from(body, 'UTF8') like '%poison-1%'") === "1");
  assert.ok((await here.gateway.metrics()).koban_journaled_total > before, "by way of the journal");
  assert.ok(!here.gateway.logText().includes("intake_breaker_open"), "the database was not away");
  here.database.rows("alter table inbox drop constraint poison");
  const id = here.database.value("select id from quarantine where not is_done and convert_from(body, 'UTF8') like '%poison-1%'");
  here.gateway.cli("quarantine", "release", id);
  await waitFor("released it is a message", () => here.database.value("select count(*) from inbox where event_key = 'm:poison-1' and outcome = 1") === "1");
  whole();
});

test("everything stored is accounted for", async () => {
  await settled();
  const accounts = whole();
  assert.ok(accounts.stored > 0);
});

test("what is missing is named by its key, and the accounts fail", async () => {
  const differs = (sql, undo, what) => {
    here.database.rows(sql);
    assert.throws(() => here.gateway.cli("accounts"), (error) => error.status === 1 && JSON.parse(error.stdout).differences
      .some((one) => one.key === key && one.what === what) || assert.fail(error.stdout));
    here.database.rows(undo);
    whole();
  };
  const id = randomUUID(), key = `m:${id}`, where = `event_key = '${key}'`;
  assert.equal((await sms(here.gateway, "+819011117777", "落とし物", { id })).status, 200);
  await settled();
  const message = here.database.value(`select id from inbox where ${where}`);
  differs(`update message set inbox_id = 1 where inbox_id = ${message}`,
    `update message set inbox_id = ${message} where inbox_id = 1`, "no message");
  differs(`update inbox set outcome = 5 where ${where}`, `update inbox set outcome = 1 where ${where}`, "not in quarantine");
  here.gateway.kill("SIGSTOP");
  second.kill("SIGSTOP");
  differs(`update inbox set outcome = 0, received_at = now() - interval '2 minutes' where ${where}`,
    `update inbox set outcome = 1 where ${where}`, "unsettled");
  here.gateway.kill("SIGCONT");
  second.kill("SIGCONT");
});
