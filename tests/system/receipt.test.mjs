// SPDX-License-Identifier: Apache-2.0
//
// What providers tell of our messages, in whatever order it comes; and who may send while a
// sender stands still.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Gateway, post, signed, site, sms, waitFor } from "./harness.mjs";

const QUEUED = "1", SENT = "3", DELIVERED = "4", UNKNOWN = "7";

async function receipt(here, message, status) {
  const body = JSON.stringify({ event: "receipt", receipt: { message, status } });
  const answer = await post(`${here.gateway.base}/in/sms-demo`, body, signed(body, { id: randomUUID() }));
  assert.equal(answer.status, 200);
  const key = `r:${message}:${status}`;
  await waitFor("the receipt is settled", () => here.database.value(
    `select outcome from inbox where event_key = '${key}'`) === "3");
}

const state = (here, entry) => here.database.value(
  `select state from message where id = ${entry.id.split("-")[2]}`);

test("a receipt that overtakes the provider's answer counts once the answer is there", async () => {
  const here = await site();
  here.centre.mode = "late";
  await sms(here.gateway, "+819077770001", "助けて 刺された 桜町公園");
  const entry = await waitFor("it is on its way", () => here.centre.to("+819077770001")[0]);
  await receipt(here, `p-${entry.id}`, "delivered");
  assert.equal(state(here, entry), QUEUED, "nobody knows yet what it is about");
  here.centre.waiting.forEach((accept) => accept());
  here.centre.mode = "accept";
  await waitFor("sent, then delivered", () => state(here, entry) === DELIVERED);
  await waitFor("and nothing is kept any more", () => here.database.value("select count(*) from unmatched_receipt") === "0");
  assert.equal(here.database.value("select count(*) from inbox where kind = 1"), "1", "one receipt");
  const accounts = JSON.parse(here.gateway.cli("accounts"));
  assert.deepEqual([accounts.difference, accounts.differences], [0, []]);
  assert.equal(await here.end(), 0);
});

test("a receipt nobody will ever know is settled, counted and left alone", async () => {
  const here = await site();
  await receipt(here, "somebody-elses", "delivered");
  here.database.rows("update unmatched_receipt set kept_at = now() - interval '1 hour'");
  await waitFor("forgotten after a while", () => here.database.value("select count(*) from unmatched_receipt") === "0");
  const accounts = JSON.parse(here.gateway.cli("accounts"));
  assert.deepEqual([accounts.receipt, accounts.difference], [1, 0]);
  assert.equal(await here.end(), 0);
});

test("a receipt makes unknown known, an older one changes nothing", async () => {
  const here = await site({ sets: { "channel.sms-demo.idempotent": "no" } });
  here.centre.mode = "reset-after";
  await sms(here.gateway, "+819077770002", "助けて 刺された 桜町公園");
  const entry = await waitFor("it was asked", () => here.centre.to("+819077770002")[0]);
  await waitFor("unknown", () => state(here, entry) === UNKNOWN);
  await receipt(here, entry.id, "delivered"); // by our own number, which it was given
  await waitFor("delivered", () => state(here, entry) === DELIVERED);
  await receipt(here, entry.id, "sent");
  assert.equal(state(here, entry), DELIVERED);
  assert.equal(await here.end(), 0);
});

test("a sender that stood still loses the channel: another sends, its late result is kept", async () => {
  const here = await site({ sets: { "channel.sms-demo.idempotent": "no", outbox_unknown_ms: 1500 } });
  here.centre.mode = "late";
  await sms(here.gateway, "+819077770003", "助けて 刺された 桜町公園");
  const entry = await waitFor("it is on its way", () => here.centre.to("+819077770003")[0]);
  const fence = () => Number(here.database.value("select token from lease where name = 'channel:2'"));
  const before = fence();
  here.gateway.child.kill("SIGSTOP");
  const other = await new Gateway(here.database, { sets: here.gateway.sets }).start();
  await waitFor("nobody knows what became of it", () => state(here, entry) === UNKNOWN);
  here.centre.mode = "accept";
  await sms(other, "+819077770004", "助けて 火事です 桜町公園");
  await waitFor("the other one sends when the lease is over", () => here.centre.to("+819077770004")[0], 20000);
  assert.ok(fence() > before, "with a newer fence");
  here.centre.waiting.forEach((accept) => accept());
  here.gateway.child.kill("SIGCONT");
  await waitFor("the late result counts", () => state(here, entry) === SENT);
  assert.equal(here.database.value(`select provider_id from message where id = ${entry.id.split("-")[2]}`), `p-${entry.id}`);
  for (let i = 0; i < 10; i++) await sms(i % 2 ? other : here.gateway, `+81907777010${i}`, "助けて 溺れている");
  await waitFor("all is sent", () => here.database.value("select count(*) from outbox where channel_id = 2 and state < 3") === "0", 20000);
  for (const [key, times] of here.centre.delivered) assert.equal(times, 1, `delivered once: ${key}`);
  await other.stop();
  assert.equal(await here.end(), 0);
});
