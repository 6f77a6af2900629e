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

test("everything stored is accounted for", async () => {
  await settled();
  const accounts = whole();
  assert.ok(accounts.stored > 0);
});
