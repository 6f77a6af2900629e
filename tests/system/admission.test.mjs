// SPDX-License-Identifier: Apache-2.0
//
// More comes in than is settled: ordinary messages wait for a place and go to the journal in
// time, the breaker stays closed, emergencies pass; a stream that was away gets every event.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { Database, Gateway, officer, sms, waitFor } from "./harness.mjs";

// Holds every settle batch up by a lock that apply waits for.
function holdSettling(database, seconds) {
  const holder = spawn("psql", ["-X", "-q", "-d", database.url("koban_owner"), "-c",
    `begin; lock table message in share mode; select pg_sleep(${seconds}); commit`], { stdio: "ignore", cwd: "/" });
  return new Promise((done) => holder.on("exit", done));
}

test("beyond admission ordinary messages go to the journal, emergencies are stored", async () => {
  const database = new Database();
  const gateway = await new Gateway(database, { sets: { admission: 3 } }).start();
  const released = holdSettling(database, 3);
  await waitFor("the lock is held", () => database.value(
    "select count(*) from pg_locks where mode = 'ShareLock' and relation = 'message'::regclass") === "1");
  const many = await Promise.all(Array.from({ length: 20 }, (_, i) => sms(gateway, `+8190555530${10 + i}`, "落とし物")));
  assert.deepEqual(many.map((a) => a.status), Array(20).fill(200));
  assert.ok(Math.max(...many.map((a) => a.ms)) < 1000, "each within a second");
  const cry = await sms(gateway, "+819055553099", "助けて 火事です");
  assert.equal(cry.status, 200);
  assert.equal(database.value("select count(*) from inbox where urgency = 3"), "1", "an emergency is stored, not queued");
  const metrics = await gateway.metrics();
  assert.ok(metrics.koban_journaled_total >= 17, `journaled ${metrics.koban_journaled_total}`);
  assert.ok(!gateway.logText().includes("intake_breaker_open"), "the database was not away");
  await released;
  await waitFor("all is settled", () => database.value("select count(*) from message where direction = 0") === "21");
  assert.equal(database.value("select count(distinct inbox_id) from message where direction = 0"), "21");
  await gateway.stop();
});

test("a console that comes back gets what it missed, once and in order, while more arrives", async () => {
  const database = new Database();
  const gateway = await new Gateway(database).start();
  const first = await officer(gateway, "ito", 10);
  await sms(gateway, "+819055554000", "落とし物");
  await waitFor("an event with a position", () => first.lastId);
  const after = first.lastId;
  first.close();
  for (let i = 1; i <= 30; i++) await sms(gateway, `+8190555540${10 + i}`, "落とし物");
  await waitFor("settled", () => database.value("select count(*) from inbox where outcome = 0") === "0");
  // The connection that reads what was missed stands still while live events go on.
  const reader = Number(database.value("select pid from pg_stat_activity where datname = current_database() and application_name = 'koban shell'"));
  process.kill(reader, "SIGSTOP");
  const second = await officer(gateway, "ito", 10, { after });
  for (let i = 0; i < 10; i++) await sms(gateway, `+8190555541${100 + i}`, "落とし物");
  await waitFor("settled", () => database.value("select count(*) from inbox where outcome = 0") === "0");
  process.kill(reader, "SIGCONT");
  await sms(gateway, "+819055554200", "落とし物");
  const last = () => Number(database.value("select max(position) from event where area_id = 1 and koban_id in (0, 10) and officer_id = 0"));
  // Asked once a look: ticks of texts that no provider takes go on meanwhile.
  await waitFor("the newest event", () => {
    const newest = last();
    return second.events.some((event) => event.area === 1 && event.position >= newest);
  });
  const area = (events) => events.filter((event) => event.area === 1).map((event) => event.position);
  const seen = area(second.events);
  assert.deepEqual(seen, [...seen].sort((a, b) => a - b), "in order");
  const from = Number(after.match(/(?:^|,)1:(\d+)/)[1]);
  const scope = database.rows(`select position from event where area_id = 1 and koban_id in (0, 10) and officer_id = 0
    and position > ${from} and position <= ${seen[seen.length - 1]} order by position`).map((row) => Number(row[0]));
  for (const position of scope) assert.ok(seen.includes(position), `position ${position} was delivered`);
  assert.equal(new Set(seen).size, seen.length, "each once");
  second.close();
  await gateway.stop();
});
