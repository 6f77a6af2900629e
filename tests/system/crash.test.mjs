// SPDX-License-Identifier: Apache-2.0
//
// kill -9 at every named point and at random moments under load: nothing that was answered
// 2xx is lost, nothing is sent twice beyond what ends as unknown.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { Database, Gateway, smsCentre, sms, waitFor } from "./harness.mjs";

const POINTS = ["accept", "parse", "intake-before-commit", "intake-after-commit", "settle-before-apply",
  "settle-after-commit", "outbox-after-claim", "outbox-after-response"];

let centre;
before(async () => { centre = await smsCentre(); });
after(() => centre.close());

const quiet = (database) => waitFor("all settled and sent", () =>
  database.value("select (select count(*) from inbox where outcome = 0) + (select count(*) from outbox)") === "0",
30000);

function check(gateway, database, acknowledged) {
  const stored = new Set(database.rows("select event_key from inbox").map(([key]) => key));
  const lost = acknowledged.filter((id) => !stored.has(`m:${id}`));
  assert.deepEqual(lost, [], "answered 2xx and not stored");
  const doubled = database.rows(`select inbox_id from message where inbox_id <> 0
    group by inbox_id having count(*) > 1`);
  assert.deepEqual(doubled, []);
  const accounts = JSON.parse(gateway.cli("accounts"));
  assert.deepEqual([accounts.difference, accounts.differences], [0, []]);
  for (const [key, times] of centre.delivered)
    assert.equal(times, 1, `delivered once: ${key}`);
}

for (const point of POINTS) {
  test(`killed at ${point}: nothing acknowledged is lost, nothing is sent twice`, async () => {
    const database = new Database();
    centre.delivered.clear();
    const sets = { "channel.sms-demo.base_url": centre.url, "channel.sms-demo.idempotent": "no",
      outbox_unknown_ms: 1500 };
    const victim = await new Gateway(database, { sets, env: { KOBAN_CRASH_AT: point } }).start();
    const acknowledged = [];
    for (let i = 0; i < 20 && victim.code === undefined; i++) {
      const id = randomUUID();
      await sms(victim, `+8190222200${String(i).padStart(2, "0")}`, "my wife fainted and she is turning grey", { id })
        .then((answer) => { if (answer.status === 200) acknowledged.push(id); }, () => {});
    }
    await waitFor(`death at ${point}`, () => victim.code !== undefined, 5000);
    assert.equal(victim.code, 137);
    const heir = await new Gateway(database, { sets, journal: victim.folder }).start();
    const id = randomUUID();
    assert.equal((await sms(heir, "+819022220099", "道を教えてください", { id })).status, 200);
    acknowledged.push(id);
    await quiet(database);
    check(heir, database, acknowledged);
    // What it was sending is unknown to everybody, and nobody sends it again.
    if (point.startsWith("outbox-")) {
      const unknown = database.rows("select id from message where state = 7").map(([id]) => id);
      assert.ok(unknown.length > 0, "something ended as unknown");
      const asked = centre.ledger.filter((entry) => unknown.includes(entry.id.split("-")[2]));
      assert.ok(asked.length <= unknown.length && (point === "outbox-after-claim" || asked.length > 0), `${asked.length} asked`);
    }
    await heir.stop();
  });
}

test("killed at random moments under load, two gateways: nothing acknowledged is lost", async () => {
  const database = new Database();
  centre.delivered.clear();
  const sets = { "channel.sms-demo.base_url": centre.url, "channel.sms-demo.idempotent": "no",
    outbox_unknown_ms: 1500 };
  const gateways = [await new Gateway(database, { sets }).start(), await new Gateway(database, { sets }).start()];
  const acknowledged = [];
  let going = true, n = 0;
  const sender = async (which) => {
    while (going) {
      const id = randomUUID(), from = `+81903${String(n++ % 500).padStart(6, "0")}`;
      await sms(gateways[which], from, n % 10 ? "財布を落としました" : "助けて 刺された", { id })
        .then((answer) => { if (answer.status === 200) acknowledged.push(id); },
          () => new Promise((done) => setTimeout(done, 20)));
    }
  };
  const senders = Array.from({ length: 16 }, (_, i) => sender(i % 2));
  for (let round = 0; round < 8; round++) {
    const which = round % 2, seen = acknowledged.length;
    await waitFor("load", () => acknowledged.length > seen + 30 + round * 17, 20000);
    await gateways[which].kill();
    gateways[which] = await new Gateway(database, { sets, journal: gateways[which].folder }).start();
  }
  going = false;
  await Promise.all(senders);
  await quiet(database);
  check(gateways[0], database, acknowledged);
  assert.ok(acknowledged.length > 300, `${acknowledged.length} acknowledged`);
  for (const gateway of gateways) await gateway.stop();
});
