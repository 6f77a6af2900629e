// SPDX-License-Identifier: Apache-2.0
//
// What holds while the database cannot be reached, beyond what outage.test.mjs shows under
// load: a sender is told once although the late commit counts after all; an unopened
// emergency rings wider; a full journal says so and keeps a place for emergencies.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Away, Gateway, officer, post, signed, site, sms, waitFor } from "./harness.mjs";

const DESK = 10;

const broken = (gateway) => waitFor("the breaker opens", () => gateway.logText().includes("intake_breaker_open"));
const healed = (gateway) => waitFor("the breaker closes", () => gateway.logText().includes("intake_breaker_closed"), 30000);
const settled = (database) => waitFor("settled", () => database.value("select count(*) from inbox where outcome = 0") === "0");
const numbers = (here, address) => here.centre.to(address).filter((entry) => /11[09]/.test(entry.text));

// The first answer stands in the thread as sent, and went out once.
function once(here, from) {
  const [[body, state]] = here.database.rows(`select body, state from message
    where address = '${from}' and sentence = 'emergency_first'`);
  assert.equal(state, "3");
  assert.equal(here.centre.to(from).filter((entry) => entry.text === body && entry.mode === "accept").length, 1, "told once");
}

test("the commit comes back late and counts: stored once, the sender is told once", async () => {
  const here = await site(), away = new Away(here.database), from = "+819066660001";
  assert.equal((await sms(here.gateway, "+819066660000", "道を教えて")).status, 200);
  await settled(here.database);
  const [intake] = away.backends("intake"), begun = Date.now();
  process.kill(intake, "SIGSTOP");
  away.close();
  const answer = await sms(here.gateway, from, "助けて 刺された 血が止まらない");
  assert.equal(answer.status, 200);
  assert.ok(answer.ms < 1000, `answered in ${answer.ms} ms`);
  await waitFor("told past the database", () => numbers(here, from).length === 1);
  process.kill(intake, "SIGCONT");
  // The other connections live on; what they find must not be said again.
  await waitFor("the late commit is there", () => !away.backends("intake").includes(intake));
  await waitFor("the sweep would have looked at it", () => Date.now() - begun > 4500);
  away.open();
  await healed(here.gateway);
  await settled(here.database);
  await waitFor("it rings on its ladder", () => here.database.value(
    `select count(*) from thread where address = '${from}' and intent = 4`) === "1");
  assert.equal(here.database.value(`select count(*) from message where address = '${from}' and direction = 0`), "1");
  await waitFor("the next sentence is another one", () => here.database.value(
    `select count(*) from message where address = '${from}' and sentence = 'not_opened'`) === "1");
  once(here, from);
  assert.equal(await here.end(), 0);
});

test("unopened it rings on every console of the area and on the duty phones", async () => {
  const here = await site(), away = new Away(here.database);
  here.database.rows(`insert into duty (area_id, officer_id, koban_id, source) values (1, 103, 12, 'test');
    update koban set phone_channel_id = 2, phone_address = '+819000000110' where id = ${DESK};
    update version set value = value + 1 where name = 'roster'`);
  const desk = await officer(here.gateway, "ito", DESK), sakura = await officer(here.gateway, "sato", 11);
  await waitFor("the roster has the phone", async () => (await here.gateway.metrics()).koban_streams === 2);
  away.begin();
  await Promise.all([sms(here.gateway, "+819066660010", "落とし物"), broken(here.gateway)]);
  const id = randomUUID();
  assert.equal((await sms(here.gateway, "+819066660011", "助けて 刺された", { id })).status, 200);
  await waitFor("it rings at its desk at once", () => desk.direct.length === 1, 2000);
  assert.equal(sakura.direct.length, 0, "and nowhere else yet");
  await waitFor("it rings in the whole area", () => sakura.direct.length === 1 && desk.direct.length === 2);
  assert.match(sakura.direct[0].text, /刺された/);
  const page = await waitFor("on the duty phone", () => here.centre.to("+819000000103")[0]);
  assert.ok(!/刺|66660011/.test(page.text), "without anything personal");
  await waitFor("on the desk's own", () => here.centre.to("+819000000110")[0]);
  away.open();
  await healed(here.gateway);
  await waitFor("it is a thread of its own", () => {
    try { return here.database.value("select count(*) from thread where address = '+819066660011' and intent = 4") === "1"; } catch { return false; }
  });
  desk.close();
  sakura.close();
  assert.equal(await here.end(), 0);
});

test("a provider that is busy meanwhile is asked again: the sender is told once all the same", async () => {
  const here = await site(), away = new Away(here.database), from = "+819066660012";
  away.begin();
  await Promise.all([sms(here.gateway, "+819066660013", "落とし物"), broken(here.gateway)]);
  here.centre.mode = "busy";
  assert.equal((await sms(here.gateway, from, "助けて 刺された")).status, 200);
  await waitFor("refused", () => here.centre.to(from).length === 1);
  here.centre.mode = "accept";
  await waitFor("told past the database", () => here.centre.to(from).some((entry) => entry.mode === "accept"));
  assert.equal(new Set(here.centre.to(from).map((entry) => entry.key)).size, 1, "by one key");
  away.open();
  await healed(here.gateway);
  await waitFor("its thread", () => {
    try { return here.database.value(`select count(*) from message where address = '${from}' and direction = 1`) !== "0"; } catch { return false; }
  });
  once(here, from);
  assert.equal(await here.end(), 0);
});

test("a full journal answers 503 with Retry-After; emergencies use its reserve", async () => {
  const here = await site({ sets: { journal_rows: 5, journal_reserve: 2 } }), away = new Away(here.database);
  away.begin();
  const kept = [];
  const send = async (from, text) => {
    const id = randomUUID(), answer = await sms(here.gateway, from, text, { id });
    if (answer.status === 200) kept.push(id);
    return answer;
  };
  await Promise.all([send("+819066660020", "落とし物"), broken(here.gateway)]);
  for (let i = 1; i < 5; i++) assert.equal((await send("+819066660020", `落とし物 ${i}`)).status, 200);
  const full = await send("+819066660020", "落とし物 5");
  assert.equal(full.status, 503);
  assert.ok(Number(full.headers["retry-after"]) > 0);
  assert.match(full.headers["content-type"], /application\/problem\+json/);
  assert.equal((await send("+819066660021", "助けて 刺された")).status, 200, "from the reserve");
  assert.equal((await send("+819066660022", "助けて 火事です")).status, 200, "and again");
  assert.equal((await send("+819066660023", "助けて 溺れている")).status, 503, "the reserve has an end too");
  away.open();
  await healed(here.gateway);
  await waitFor("all that was answered 2xx is stored, nothing else", () => {
    try {
      return here.database.value("select count(*) from inbox where outcome <> 0") === String(kept.length);
    } catch { return false; }
  });
  assert.deepEqual(here.database.rows("select substr(event_key, 3) from inbox order by 1").map(([key]) => key), kept.sort());
  assert.equal((await send("+819066660020", "落とし物 5")).status, 200, "there is room again");
  assert.equal(await here.end(), 0);
});

test("a dead host's journal is brought in whole: broken ones to quarantine, nobody told twice", async () => {
  const here = await site(), away = new Away(here.database), from = "+819066660031";
  away.begin();
  await Promise.all([sms(here.gateway, "+819066660030", "落とし物"), broken(here.gateway)]);
  assert.equal((await sms(here.gateway, from, "助けて 刺された")).status, 200);
  await waitFor("told past the database", () => numbers(here, from).length === 1);
  const broken_id = randomUUID();
  const body = JSON.stringify({ events: [7, { id: broken_id, from: "+819066660032", text: "道を教えて" }] });
  assert.equal((await post(`${here.gateway.base}/in/sms-demo`, body, signed(body, { id: broken_id }))).status, 200);
  const last = randomUUID();
  assert.equal((await sms(here.gateway, "+819066660033", "財布を落としました", { id: last })).status, 200);
  await here.gateway.kill("SIGKILL");
  away.open();
  const other = await new Gateway(here.database, { sets: here.gateway.sets }).start();
  const file = join(here.gateway.folder, "journal", "worker-0.journal");
  assert.match(other.cli("journal", "list", file), /emergency/);
  assert.match(other.cli("journal", "replay", file), /4 events brought in/);
  await settled(here.database);
  assert.equal(here.database.value("select count(*) from message where direction = 0"), "4");
  assert.equal(here.database.value("select count(*) from quarantine where not is_done"), "1", "with the bytes of the broken one");
  once(here, from);
  assert.doesNotMatch(other.cli("journal", "list", file), /channel/, "and the journal is empty");
  const accounts = JSON.parse(other.cli("accounts"));
  assert.deepEqual([accounts.difference, accounts.differences], [0, []]);
  assert.equal(await other.stop(), 0);
  here.centre.close();
  rmSync(here.gateway.folder, { recursive: true, force: true });
});

for (const point of ["journal-before-commit", "journal-after-commit", "replay-after-commit"]) {
  test(`killed at ${point}: what was answered is stored once, told once`, async () => {
    const here = await site({ env: { KOBAN_CRASH_AT: point } }), away = new Away(here.database), from = "+819066660041";
    away.begin();
    const acknowledged = [];
    const send = (who, text) => {
      const id = randomUUID();
      return sms(here.gateway, who, text, { id }).then((answer) => { if (answer.status === 200) acknowledged.push(id); }, () => {});
    };
    await Promise.all([send("+819066660040", "落とし物"), send("+819066660042", "財布を落としました")]);
    await send(from, "助けて 刺された");
    away.open();
    await waitFor(`death at ${point}`, () => here.gateway.code !== undefined, 20000);
    assert.equal(here.gateway.code, 137);
    const heir = await new Gateway(here.database, { sets: here.gateway.sets, journal: here.gateway.folder }).start();
    await waitFor("the journal is empty", async () => (await heir.metrics()).koban_journal_depth === 0);
    await settled(here.database);
    // The heir may not have opened the journal yet when it says that it is empty.
    await waitFor("what was answered is stored, each is a message", () => {
      const stored = here.database.rows("select substr(event_key, 3) from inbox").map(([key]) => key);
      return acknowledged.every((id) => stored.includes(id)) &&
        here.database.value("select count(*) from message where direction = 0") === String(stored.length);
    });
    if (point === "replay-after-commit") once(here, from);
    const accounts = JSON.parse(heir.cli("accounts"));
    assert.deepEqual([accounts.difference, accounts.differences], [0, []]);
    assert.equal(await heir.stop(), 0);
    here.centre.close();
  });
}
